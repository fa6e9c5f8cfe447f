import TestSupport
import XCTest

/// What runs hold of the disk is said, and histories go where that was asked for.
final class DiskTests: ToolTestCase {
  override func setUpWithError() throws {
    try super.setUpWithError()
    try makeStore()
  }

  private func histories(_ run: String) throws -> [String] {
    try FileManager.default.contentsOfDirectory(atPath: file("g.store/runs/\(run)")).filter { $0.hasSuffix(".gascol") }
  }

  func testHistoriesAreDropped() throws {
    let flags = ["train", "g.store", "--epochs", "3", "--batch-partitions", "1", "--run"]
    let kept = try Tool.run.run(flags + ["kept", "--json"], in: folder.path)
    let dropped = try Tool.run.run(flags + ["dropped", "--histories", "drop", "--json"], in: folder.path)
    XCTAssertEqual([kept.status, dropped.status], [0, 0])
    XCTAssertFalse(try histories("kept").isEmpty)
    XCTAssertEqual(try histories("dropped"), [])
    XCTAssertTrue(dropped.output.contains("\"historyBytes\" : 0"), dropped.output)
    XCTAssertFalse(kept.output.contains("\"historyBytes\" : 0"), kept.output)
    try succeed(.stat, "verify", "g.store")
    let stat = try succeed(.stat, "g.store", "--run", "dropped")
    XCTAssertTrue(stat.contains("freed"), stat)
    // Results and what comes after are the same bits.
    for run in ["kept", "dropped"] {
      try succeed(.run, "infer", "g.store", "--run", run, "--embeddings", "\(run).npy")
      try succeed(.run, "resume", "g.store", "--run", run, "--epochs", "5")
    }
    XCTAssertEqual(
      FileManager.default.contents(atPath: file("kept.npy")), FileManager.default.contents(atPath: file("dropped.npy")))
    let models = ["kept", "dropped"].map {
      FileManager.default.contents(atPath: file("g.store/runs/\($0)/model.safetensors"))
    }
    XCTAssertEqual(models[0], models[1])
    XCTAssertFalse(try histories("dropped").isEmpty, "resume makes them again, and keeps them unless told")
    // Asked for again, they go, although nothing is left to train.
    let settings = ["--epochs", "5", "--continue", "--histories", "drop"]
    let again = try Tool.run.run(["train", "g.store", "--run", "dropped"] + settings, in: folder.path)
    XCTAssertEqual(again.status, 0, again.errors)
    XCTAssertEqual(try histories("dropped"), [])
  }

  /// What has stopped goes on: its histories stay.
  func testStoppedRunsKeepTheirs() throws {
    try succeed(
      .run, "train", "g.store", "--run", "a", "--epochs", "1000000", "--time", "1s", "--histories", "drop",
      "--batch-partitions", "1")
    XCTAssertFalse(try histories("a").isEmpty)
  }

  /// Work that takes much says so before it begins, where progress is shown; small work is quiet.
  func testWorkSaysWhatItTakes() throws {
    let nodes = 120
    try write([Float](repeating: 1, count: nodes * 150_000), shape: [nodes, 150_000], to: "wide.npy")
    let ingest = ["data/edges.npy", "--features", "wide.npy", "--progress", "always", "--output"]
    let wide = try Tool.ingest.run(ingest + ["wide.store"], in: folder.path)
    XCTAssertEqual(wide.status, 0, wide.errors)
    for purpose in ["temporary files", "columns"] {
      XCTAssertNotNil(
        wide.errors.firstMatch(
          of: try Regex("(?m)^disk           [\\d.]+ MiB for \(purpose) in wide.store, .+ are free$")), wide.errors)
    }
    let small = try Tool.ingest.run(
      ["data/edges.npy", "--features", "data/features.npy", "--progress", "always", "--output", "small.store"],
      in: folder.path)
    XCTAssertFalse(small.errors.contains("disk "), small.errors)
    let quiet = try Tool.ingest.run(Array(ingest.dropLast(3)) + ["--output", "quiet.store"], in: folder.path)
    XCTAssertEqual(quiet.errors, "")
  }

  func testSizesAreSaid() throws {
    XCTAssertTrue(try succeed(.stat, "g.store").contains("runs         none"))
    try succeed(.run, "train", "g.store", "--run", "a", "--epochs", "1", "--batch-partitions", "1")
    let text = try succeed(.stat, "g.store")
    XCTAssertNotNil(
      text.firstMatch(of: /runs         a \(.* KiB\); of .*, .* are histories, which gas-run clean frees/), text)
    let sizes = try XCTUnwrap(try json(.stat, "g.store")["runSizes"] as? [[String: Any]])
    let shown = try json(.run, "show", "g.store", "--run", "a")
    XCTAssertEqual(sizes.count, 1)
    XCTAssertEqual(sizes[0]["bytes"] as? Int, shown["bytes"] as? Int)
    XCTAssertEqual(sizes[0]["historyBytes"] as? Int, shown["historyBytes"] as? Int)
    let first = try Tool.run.run(
      ["train", "g.store", "--run", "b", "--epochs", "1", "--progress", "always"], in: folder.path)
    XCTAssertNotNil(
      first.errors.firstMatch(of: /disk           .* for histories in g.store\/runs\/b, .* are free/), first.errors)
  }
}
