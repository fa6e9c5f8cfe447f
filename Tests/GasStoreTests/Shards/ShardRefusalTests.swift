import GasBase
import TestSupport
import XCTest

@testable import GasFiles
@testable import GasStore

/// What cannot be cut, replaced or opened.
final class ShardRefusalTests: XCTestCase {
  private var folder: TemporaryFolder!
  private var store: Store!
  private var shards: String { folder.file("shards") }

  override func setUpWithError() throws {
    folder = try TemporaryFolder()
    try FixtureGraphs.names.write(to: folder.file("store"))
    store = try Store(opening: folder.file("store"))
  }

  override func tearDown() { (folder, store) = (nil, nil) }

  private func cut(
    _ ranks: Int, to output: String? = nil, replacing: Bool = false, discarding: Int? = nil
  ) throws {
    _ = try ShardCut(
      store, ranks: ranks, output: output ?? shards, replaceExisting: replacing, discardedRuns: discarding
    ).run()
  }

  func testNumbersOfRanks() throws {
    assertRefused("expected at least one rank, found --ranks 0") { try cut(0) }
    assertRefused("has 3 partitions, too few for 4 ranks", "at most --ranks 3") { try cut(4) }
    XCTAssertNil(FileTree.kind(of: shards))
  }

  func testAShardIsNotCutAgain() throws {
    try cut(2)
    let shard = try Store(opening: shards + "/rank-1")
    assertRefused("rank-1: is shard 2 of 2 of a store already; cut the whole store") {
      _ = try ShardCut(shard, ranks: 1, output: folder.file("more"))
    }
  }

  func testPlaces() throws {
    assertRefused("is in a store") { try cut(2, to: folder.file("store/shards")) }
    assertRefused("store: already exists") { try cut(2, to: folder.file("store")) }
    assertRefused("store: holds no shards, so it is not overwritten") {
      try cut(2, to: folder.file("store"), replacing: true)
    }
    try cut(2)
    let before = try FolderContents(folder.path)
    assertRefused("shards: already exists", "--overwrite") { try cut(3) }
    try FileManager.default.copyItem(atPath: folder.file("store"), toPath: shards + "/mine")
    assertRefused("shards: holds mine, which is no shard") { try cut(3, replacing: true) }
    try FileManager.default.removeItem(atPath: shards + "/mine")
    try Data().write(to: URL(fileURLWithPath: shards + "/rank-1/columns/mine"))
    assertRefused("holds columns/mine, which is not part of a store") { try cut(3, replacing: true) }
    try FileManager.default.removeItem(atPath: shards + "/rank-1/columns/mine")
    XCTAssertEqual(try FolderContents(folder.path).differences(from: before), [])
  }

  func testRunsAreCounted() throws {
    try cut(3)
    let run = shards + "/rank-0/runs/first"
    try FileManager.default.createDirectory(atPath: run, withIntermediateDirectories: true)
    try Data().write(to: URL(fileURLWithPath: run + "/config.json"))
    assertRefused("shards: has 1 trained run, which would go with it", "--discard-runs 1") {
      try cut(2, replacing: true)
    }
    assertRefused("expected --discard-runs 1") { try cut(2, replacing: true, discarding: 2) }
    let lock = try XCTUnwrap(FolderLock.take(run))
    assertRefused("run \"first\" is in use") { try cut(2, replacing: true, discarding: 1) }
    withExtendedLifetime(lock) {}
  }

  func testReplacedShardsGoTogether() throws {
    try cut(3)
    try cut(2, replacing: true)
    let names = try FileManager.default.contentsOfDirectory(atPath: shards)
    XCTAssertEqual(names.sorted(), ["rank-0", "rank-1"])
    XCTAssertEqual(try FileManager.default.contentsOfDirectory(atPath: folder.path).sorted(), ["shards", "store"])
    XCTAssertEqual(try Store(opening: shards + "/rank-1").manifest.shard?.ranks, 2)
  }

  /// A damaged store is found out while it is cut, and nothing is left.
  func testDamagedStores() throws {
    for name in store.columnNames {
      let column = store.column(name)
      let file = try FileHandle(forUpdating: URL(fileURLWithPath: column.path))
      try file.seek(toOffset: 4096)
      let byte = try XCTUnwrap(file.read(upToCount: 1))
      try file.seek(toOffset: 4096)
      try file.write(contentsOf: [byte[byte.startIndex] ^ 1])
      let damaged = try Store(opening: store.path)
      assertRefused(name.fileName, "checksum") { _ = try ShardCut(damaged, ranks: 2, output: shards).run() }
      XCTAssertEqual(try FileManager.default.contentsOfDirectory(atPath: folder.path), ["store"])
      try file.seek(toOffset: 4096)
      try file.write(contentsOf: byte)
    }
  }

  func testRanksOpenTheirOwnShard() throws {
    try cut(2)
    XCTAssertEqual(try ShardFolder.store(in: shards, for: 1), shards + "/rank-1")
    XCTAssertEqual(try ShardFolder.store(in: store.path, for: 1), store.path)
    XCTAssertEqual(try ShardFolder.store(in: folder.file("none"), for: 1), folder.file("none"))
    assertRefused("shards: holds shards (rank-0), but none for rank 2 (rank-2)", "start as many ranks") {
      _ = try ShardFolder.store(in: shards, for: 2)
    }
    assertRefused("shards: holds the shards of a store and is none itself; name one of them, such as \(shards)/rank-0")
    {
      _ = try Store(opening: shards)
    }
    // A machine of its own has its own shard alone.
    try FileManager.default.removeItem(atPath: shards + "/rank-0")
    XCTAssertEqual(try ShardFolder.store(in: shards, for: 1), shards + "/rank-1")
  }

  func testShardsOfOthers() throws {
    try cut(2)
    let shard = try Store(opening: shards + "/rank-1")
    XCTAssertNoThrow(try shard.check(isFor: 1, of: 2))
    XCTAssertNoThrow(try store.check(isFor: 1, of: 2))
    assertRefused("rank-1: is shard 2 of 2 of a store: one process alone lacks the others", "mpirun -n 2") {
      try shard.check(isFor: 0, of: 1)
    }
    assertRefused("is shard 2 of 2 of a store, and there are 3 ranks", "gas-ingest shard --ranks 3") {
      try shard.check(isFor: 1, of: 3)
    }
    assertRefused("is the shard of rank 1, and was opened by rank 0", "rank-0, rank-1") {
      try shard.check(isFor: 0, of: 2)
    }
    var parts = try StoreParts(shards + "/rank-1")
    parts.manifest.shard!.partitionStart -= 1
    let other = try Store(opening: parts.write(to: folder.file("other")))
    assertRefused("has partitions 0 to 2, and rank 1 of 2 computes 1 to 2", "cut the store anew") {
      try other.check(isFor: 1, of: 2)
    }
    try cut(1, to: folder.file("one"))
    XCTAssertNoThrow(try Store(opening: folder.file("one/rank-0")).check(isFor: 0, of: 1))
  }

  func testImpossibleManifests() throws {
    try cut(2)
    let path = shards + "/rank-0"
    let good = try Manifest(reading: path + "/manifest.json")
    func assertRefused(_ text: String, line: UInt = #line, _ change: (inout Manifest) -> Void) throws {
      var manifest = good
      change(&manifest)
      try manifest.forge(in: path)
      TestSupport.assertRefused("manifest.json", text, line: line) { _ = try Store(opening: path) }
    }
    try assertRefused("expected a shard below 2, found rank 2") { $0.shard!.rank = 2 }
    try assertRefused("expected a shard below 2, found rank -1") { $0.shard!.rank = -1 }
    try assertRefused("expected a shard below 0") { $0.shard!.ranks = 0 }
    try assertRefused("some of 3 partitions, found 0 to 4") { $0.shard!.partitionEnd = 4 }
    try assertRefused("some of 3 partitions, found -1 to") { $0.shard!.partitionStart = -1 }
    try assertRefused("some of 3 partitions, found 0 to 0") { $0.shard!.partitionEnd = 0 }
    try assertRefused("expected a checksum as the shard's source, found x") { $0.shard!.source = "x" }
    try assertRefused("format version 4 without a shard") { $0.shard = nil }
    try assertRefused("a shard of format version 3") { $0.formatVersion = 3 }
    try assertRefused("column \"self-loops\" is missing") { $0.columns.removeAll { $0.name == .selfLoops } }
  }
}
