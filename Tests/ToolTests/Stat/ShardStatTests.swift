import Foundation
import GasBase
import GasRanks
import GasStore
import RunSupport
import TestSupport
import XCTest

@testable import StatCommands

/// `gas-stat` on a folder of shards, and what its ranks tell each other. `Tools/scripts/check-ranks` tries it with
/// processes that `mpirun` has started.
final class ShardStatTests: ToolTestCase {
  private func cut(_ ranks: Int = 2, of store: String = "g.store", to output: String = "shards") throws {
    if !FileManager.default.fileExists(atPath: file(store)) { try makeStore(store) }
    try succeed(.ingest, "shard", store, "--ranks", "\(ranks)", "--output", output)
  }

  private func damage(_ shard: String) throws {
    let path = file("shards/\(shard)/columns/halo.gascol")
    let size = try XCTUnwrap(FileManager.default.contents(atPath: path)).count
    let handle = try XCTUnwrap(FileHandle(forUpdatingAtPath: path))
    defer { handle.closeFile() }
    handle.seek(toFileOffset: UInt64(size / 2))
    let byte = handle.readData(ofLength: 1)[0]
    handle.seek(toFileOffset: UInt64(size / 2))
    handle.write(Data([byte ^ 4]))
  }

  func testShardsAreShown() throws {
    try cut()
    for path in ["shards", "shards/"] {
      let page = try succeed(.stat, path)
      XCTAssertTrue(page.contains("all 2, "), page)
      XCTAssertTrue(page.contains("cut from     120 nodes, "), page)
      XCTAssertTrue(page.contains("  rank-0  ") && page.contains("  rank-1  "), page)
      XCTAssertTrue(page.contains("runs         none\n"), page)
      XCTAssertTrue(page.contains("next         mpirun -n 2 gas-run train shards --run first"), page)
      XCTAssertFalse(page.contains("host") || page.contains("halo"), page)
    }
    XCTAssertTrue(try succeed(.stat, "shards", "--verbose").contains("halo         rank-1: "))
    let report = try json(.stat, "shards")
    let shards = try XCTUnwrap(report["shards"] as? [[String: Any]])
    let parts = try shards.map { try XCTUnwrap($0["shard"] as? [String: Any]) }
    XCTAssertEqual(parts.map { $0["rank"] as? Int }, [0, 1])
    for key in ["nodeCount", "edgeCount"] {
      XCTAssertEqual(parts.compactMap { $0[key] as? Int }.reduce(0, +), report[key] as? Int)
    }
    XCTAssertEqual(parts.last?["partitionEnd"] as? Int, report["partitionCount"] as? Int)
    XCTAssertEqual(parts[0]["source"] as? String, report["source"] as? String)
    XCTAssertNil(shards[0]["host"])
  }

  /// On a machine of a cluster some are elsewhere.
  func testSomeShardsAreElsewhere() throws {
    try cut(3)
    try FileManager.default.removeItem(atPath: file("shards/rank-0"))
    try FileManager.default.removeItem(atPath: file("shards/rank-2"))
    let page = try succeed(.stat, "shards")
    XCTAssertTrue(page.contains("1 of 3, "), page)
    XCTAssertTrue(page.contains("; not here: rank-0, rank-2\n"), page)
    XCTAssertFalse(page.contains("next"), page)
    let verified = try succeed(.stat, "verify", "shards")
    XCTAssertTrue(verified.hasPrefix("shards: 1 shard, ") && verified.contains("; not here: rank-0, rank-2"), verified)
    XCTAssertEqual(try json(.stat, "verify", "shards")["missing"] as? [Int], [0, 2])
  }

  func testShardsAreVerified() throws {
    try cut()
    let text = try succeed(.stat, "verify", "shards")
    XCTAssertTrue(text.hasPrefix("shards: 2 shards, ") && text.contains("are as they should be"), text)
    let report = try json(.stat, "verify", "shards")
    let each = try (0..<2).map { try json(.stat, "verify", "shards/rank-\($0)") }
    let shards = try XCTUnwrap(report["shards"] as? [[String: Any]])
    XCTAssertEqual(shards.map { $0["rank"] as? Int }, [0, 1])
    for key in ["columnCount", "byteCount", "partitionCount"] {
      XCTAssertEqual(report[key] as? Int, each.compactMap { $0[key] as? Int }.reduce(0, +), key)
      XCTAssertEqual(shards.map { $0[key] as? Int }, each.map { $0[key] as? Int }, key)
    }
    XCTAssertEqual(report["partitionCount"] as? Int, 4)
    XCTAssertNil(each[0]["shards"])
  }

  /// A line for each shard with which something is wrong.
  func testDamagedShardsAreNamed() throws {
    try cut()
    try damage("rank-1")
    try assertRefused(.stat, "verify", "shards", says: "shards/rank-1/columns/halo.gascol at offset")
    try damage("rank-0")
    let result = try Tool.stat.run(["verify", "shards"], in: folder.path)
    XCTAssertEqual(result.status, 1)
    XCTAssertEqual(result.output, "")
    let lines = result.errors.split(separator: "\n")
    XCTAssertEqual(lines.count, 2, result.errors)
    for (rank, line) in lines.enumerated() {
      XCTAssertTrue(line.contains("shards/rank-\(rank)/columns/halo.gascol at offset"), result.errors)
    }
    // They are small, so that showing them reads every byte, too.
    try assertRefused(.stat, "shards", says: "halo.gascol at offset")
  }

  func testShardsThatDoNotBelongTogetherAreRefused() throws {
    try cut()
    try cut(3, to: "thirds")
    try FileManager.default.copyItem(atPath: file("shards/rank-1"), toPath: file("shards/rank-5"))
    for arguments in [["shards"], ["verify", "shards"]] {
      try assertRefused(
        .stat, arguments: arguments, says: ["shards/rank-5: is the shard of rank 1", "call it rank-1"])
    }
    try FileManager.default.removeItem(atPath: file("shards/rank-5"))
    try FileManager.default.copyItem(atPath: file("thirds/rank-2"), toPath: file("shards/rank-2"))
    try assertRefused(.stat, "shards", says: "shards/rank-2: is shard 3 of 3 of another store than shards/rank-0")
    try FileManager.default.removeItem(atPath: file("shards/rank-2"))
    try FileManager.default.copyItem(atPath: file("g.store"), toPath: file("shards/rank-2"))
    try assertRefused(.stat, "shards", says: "shards/rank-2: is a whole store, in the place of the shard of rank 2")
  }

  /// A shard without its manifest is none, and must not be passed over.
  func testShardsWithoutManifestAreNamed() throws {
    try cut(3)
    try FileManager.default.removeItem(atPath: file("shards/rank-1/manifest.json"))
    try assertRefused(.stat, "verify", "shards", says: "shards/rank-1: has no manifest, and is no shard")
    XCTAssertTrue(try succeed(.stat, "shards").contains("; not here: rank-1\n"))
  }

  func testRunsOfShards() throws {
    try cut()
    try succeed(.run, "train", "g.store", "--run", "a", "--epochs", "2", "--progress", "never", "--json")
    try FileManager.default.createDirectory(atPath: file("shards/rank-0/runs"), withIntermediateDirectories: true)
    try FileManager.default.copyItem(atPath: file("g.store/runs/a"), toPath: file("shards/rank-0/runs/a"))
    let page = try succeed(.stat, "shards")
    XCTAssertTrue(page.contains("runs         a (") && page.contains("next         gas-stat shards --run a"), page)
    XCTAssertTrue(try succeed(.stat, "shards", "--run", "a").contains("epoch 2"))
    XCTAssertEqual(try json(.stat, "verify", "shards")["runCount"] as? Int, 1)
    try FileManager.default.removeItem(atPath: file("shards/rank-0/runs/a/config.json"))
    try assertRefused(.stat, "verify", "shards", says: "shards/rank-0/runs/a: the run has no config.json")
  }

  // MARK: - Ranks

  private func open(_ path: String) throws -> Store { try Store(opening: file(path)) }

  /// Each rank checks a share: of copies that differ in a byte each would be right.
  func testCopiesAreNotDivided() throws {
    try makeStore("g.store")
    try FileManager.default.copyItem(atPath: file("g.store"), toPath: file("copy.store"))
    let found = try ThreadRanks(2).run { [self] group -> String in
      do {
        let ranks = try StatRanks(group) { try open(group.isFirst ? "g.store" : "copy.store") }
        return "opened \(ranks?.store.path ?? "nothing")"
      } catch { return "\(error)" }
    }
    for problem in found { XCTAssertTrue(problem.contains("has a copy of its own"), problem) }
  }

  func testRanksTellRankZero() throws {
    try cut()
    let found = try ThreadRanks(2).run { [self] group in
      let ranks = try XCTUnwrap(StatRanks(group) { try open("shards/rank-\(group.rank)") })
      return try ranks.gathered { try SeenShard(ranks.store, on: "host \(group.rank)") }.map(\.host)
    }
    XCTAssertEqual(found, [["host 0", "host 1"], ["host 0", "host 1"]])
  }

  func testRanksWithoutWorkEnd() throws {
    let found = try ThreadRanks(3).run { group in
      if group.isFirst {
        group.callOff()
        return true
      }
      return try StatRanks(group) { throw GasError("nothing is opened") } == nil
    }
    XCTAssertEqual(found, [true, true, true])
  }

  /// The message of a failure on one rank, which all throw.
  private func problem(_ body: @escaping (RankGroup) throws -> Void) throws -> String {
    let texts = try ThreadRanks(2).run { group in
      do {
        try body(group)
        return "nothing was thrown"
      } catch let error as GasError { return "\(error)" }
    }
    XCTAssertEqual(texts[0], texts[1])
    return texts[0]
  }

  func testProblemsNameRankAndHost() throws {
    try cut()
    try makeStore("other.store", partitions: 3)
    let damaged = try problem { [self] group in
      let ranks = try StatRanks(group) { try open("g.store") }
      _ = try ranks?.gathered {
        guard group.isFirst else { throw GasError("is damaged", file: "a.gascol") }
        return true
      }
    }
    XCTAssertTrue(damaged.hasPrefix("rank 1 (") && damaged.hasSuffix("): a.gascol: is damaged"), damaged)
    let common = try problem { [self] group in
      let ranks = try StatRanks(group) { try open("g.store") }
      _ = try ranks?.gathered { () -> Bool in throw GasError("is damaged", file: "a.gascol") }
    }
    XCTAssertTrue(common.hasPrefix("rank 0 ("), common)
    let missing = try problem { [self] group in _ = try StatRanks(group) { try open(group.isFirst ? "g.store" : "x") } }
    XCTAssertTrue(missing.hasPrefix("rank 1 (") && missing.contains("x/manifest.json"), missing)
    for others in ["other.store", "shards/rank-1"] {
      let text = try problem { [self] group in
        _ = try StatRanks(group) { try open(group.isFirst ? "g.store" : others) }
      }
      XCTAssertTrue(text.contains("rank 1 (") && text.contains("has another store than rank 0 ("), text)
    }
  }
}
