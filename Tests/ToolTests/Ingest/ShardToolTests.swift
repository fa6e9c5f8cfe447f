import Foundation
import TestSupport
import XCTest

/// `gas-ingest shard`, and what the tools do with shards without `mpirun`.
final class ShardToolTests: ToolTestCase {
  private func cut(_ ranks: Int = 2, to output: String = "shards") throws -> String {
    if !FileManager.default.fileExists(atPath: file("g.store")) { try makeStore() }
    return try succeed(.ingest, "shard", "g.store", "--ranks", "\(ranks)", "--output", output)
  }

  func testShardsAreMadeAndShown() throws {
    let text = try cut()
    XCTAssertTrue(text.hasPrefix("shards: 2 shards in "), text)
    XCTAssertTrue(text.contains("next         mpirun -n 2 gas-run train shards --run first"), text)
    let page = try succeed(.stat, "shards/rank-1")
    XCTAssertTrue(page.contains("shard        2 of 2, for rank 1: partitions "), page)
    XCTAssertTrue(page.contains("next         mpirun -n 2 gas-run train shards --run first"), page)
    XCTAssertTrue(try succeed(.stat, "verify", "shards/rank-0").contains("are as they should be"))
    let reports = try (0..<2).map { try json(.stat, "shards/rank-\($0)") }
    let stores = try reports.map { try XCTUnwrap($0["store"] as? [String: Any]) }
    let shards = try stores.map { try XCTUnwrap($0["shard"] as? [String: Any]) }
    XCTAssertEqual(shards.map { $0["rank"] as? Int }, [0, 1])
    XCTAssertEqual(shards.compactMap { $0["nodeCount"] as? Int }.reduce(0, +), stores[0]["nodeCount"] as? Int)
    XCTAssertEqual(shards.compactMap { $0["edgeCount"] as? Int }.reduce(0, +), stores[0]["edgeCount"] as? Int)
    XCTAssertEqual(shards[0]["partitionEnd"] as? Int, shards[1]["partitionStart"] as? Int)
    let whole = try XCTUnwrap(json(.stat, "g.store")["store"] as? [String: Any])
    XCTAssertNil(whole["shard"])
    XCTAssertEqual(try leftovers(), [])
  }

  func testOverwrite() throws {
    _ = try cut()
    try assertRefused(
      .ingest, "shard", "g.store", "--ranks", "3", "--output", "shards", says: "shards: already exists", "--overwrite")
    try succeed(.ingest, "shard", "g.store", "--ranks", "3", "--output", "shards", "--overwrite")
    XCTAssertTrue(try succeed(.stat, "shards/rank-2").contains("3 of 3"))
    XCTAssertEqual(try leftovers(), [])
  }

  func testWrongArguments() throws {
    _ = try cut()
    try assertUsage(.ingest, "shard", "g.store", "--ranks", "0", "--output", "x", says: "at least 1, found 0")
    try assertUsage(
      .ingest, "shard", "g.store", "--ranks", "2", "--output", "x", "--discard-runs", "1", says: "goes with --overwrite"
    )
    for (arguments, text) in [
      (["g.store", "--ranks", "9", "--output", "x"], "g.store: has 4 partitions, too few for 9 ranks"),
      (["shards/rank-1", "--ranks", "2", "--output", "x"], "shards/rank-1: is shard 2 of 2 of a store already"),
      (["shards", "--ranks", "2", "--output", "x"], "shards: holds the shards of a store and is none itself"),
      (["g.store", "--ranks", "2", "--output", "g.store/x"], "is in a store"),
      (["none", "--ranks", "2", "--output", "x"], "none/manifest.json"),
    ] {
      try assertRefused(.ingest, arguments: ["shard"] + arguments, says: [text])
    }
  }

  /// One process alone would take what other ranks have for zeros.
  func testOneProcessAloneIsRefused() throws {
    _ = try cut()
    try makeStore("other.store")
    for path in ["shards", "shards/", "shards/rank-0"] {
      for arguments in [
        ["train", path], ["resume", path, "--run", "a"], ["infer", path, "--run", "a"],
        ["report", path, "--run", "a", "--output", "r.html"], ["train", path, "--plan"],
        ["train", path, "--model", "mlp"],
      ] {
        try assertRefused(
          .run, arguments: arguments,
          says: ["shards/rank-0: is shard 1 of 2 of a store: one process alone lacks the others; start mpirun -n 2"])
      }
    }
    try assertRefused(
      .run, "train", "other.store", "--val-store", "shards/rank-1", says: "shards/rank-1: is shard 2 of 2 of a store")
    try assertRefused(
      .run, "infer", "shards/rank-1", "--from", "other.store", "--run", "a", says: "shards/rank-1: is shard 2 of 2")
  }

  /// Runs that ranks have trained lie with the first shard, where all that needs no graph finds them, and inference on
  /// the whole store.
  func testRunsOfShards() throws {
    _ = try cut()
    try succeed(.run, "train", "g.store", "--run", "a", "--epochs", "2", "--progress", "never", "--json")
    try FileManager.default.createDirectory(atPath: file("shards/rank-0/runs"), withIntermediateDirectories: true)
    try FileManager.default.copyItem(atPath: file("g.store/runs/a"), toPath: file("shards/rank-0/runs/a"))
    for path in ["shards", "shards/rank-0"] {
      XCTAssertTrue(try succeed(.run, "list", path).contains("a "), path)
      try succeed(.run, "export", path, "--run", "a", "--format", "csv", "--output", "-")
    }
    try succeed(.stat, "verify", "shards/rank-0")
    try succeed(.run, "infer", "g.store", "--run", "a", "--logits", "whole.npy")
    try succeed(.run, "infer", "g.store", "--from", "shards", "--run", "a", "--logits", "from.npy")
    XCTAssertEqual(
      FileManager.default.contents(atPath: file("whole.npy")), FileManager.default.contents(atPath: file("from.npy")))
    try succeed(.run, "clean", "shards")
    try assertRefused(
      .ingest, "shard", "g.store", "--ranks", "2", "--output", "shards", "--overwrite", says: "has 1 trained run",
      "--discard-runs 1")
    try succeed(
      .ingest, "shard", "g.store", "--ranks", "2", "--output", "shards", "--overwrite", "--discard-runs", "1")
  }

  /// A store that is cut for one rank is whole, and a process alone is its rank.
  func testOneShard() throws {
    _ = try cut(1, to: "one")
    for path in ["g.store", "one"] {
      try succeed(.run, "train", path, "--run", "a", "--epochs", "3", "--batch-partitions", "2", "--json")
    }
    let runs = ["g.store/runs/a", "one/rank-0/runs/a"]
    for name in ["checkpoint.safetensors", "model.safetensors", "histories.json", "config.json"] {
      let contents = runs.map { FileManager.default.contents(atPath: file("\($0)/\(name)")) }
      XCTAssertNotNil(contents[0])
      XCTAssertEqual(contents[0], contents[1], name)
    }
    try succeed(.stat, "verify", "one/rank-0")
    try succeed(.run, "report", "one", "--run", "a", "--output", "r.html")
  }

  func testWhatAKillLeavesIsCleaned() throws {
    _ = try cut()
    let left = "shards.partial-0123456789abcdef"
    try FileManager.default.copyItem(atPath: file("shards"), toPath: file(left))
    let text = try succeed(.stat, "clean", "shards")
    XCTAssertTrue(text.contains(left), text)
    try succeed(.stat, "clean", "shards", "--remove")
    XCTAssertEqual(try leftovers(), [])
  }
}
