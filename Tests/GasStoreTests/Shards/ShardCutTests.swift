import GasBase
import TestSupport
import XCTest

@testable import GasColumns
@testable import GasFiles
@testable import GasStore

/// What shards hold: of their rank's partitions what the whole store holds, and zeros elsewhere.
final class ShardCutTests: XCTestCase {
  private func forEachCut(_ body: (CutStore) throws -> Void) throws {
    for (graph, type) in CutStore.graphs {
      for ranks in [1, 2, 3, 5] where ranks <= Set(graph.partition).count {
        try body(CutStore(graph, ranks: ranks, featureType: type))
      }
    }
  }

  func testManifests() throws {
    try forEachCut { cut in
      let shares = RankShares.divided(cut.store.partitions, among: cut.shards.count)
      for (rank, shard) in cut.shards.enumerated() {
        let found = try XCTUnwrap(shard.manifest.shard)
        XCTAssertEqual(found.rank, rank)
        XCTAssertEqual(found.ranks, cut.shards.count)
        XCTAssertEqual(found.partitions, shares[rank])
        XCTAssertEqual(found.source, cut.store.manifest.checksum)
        XCTAssertEqual(shard.manifest.wholeChecksum, cut.store.manifest.wholeChecksum)
        XCTAssertEqual(found.ghostCount, try cut.heldRows(shard).count - ShardSummary(shard)!.nodeCount)
        XCTAssertEqual(shard.manifest.formatVersion, 4)
        XCTAssertEqual(shard.partitions, cut.store.partitions)
        XCTAssertEqual(shard.isWhole, cut.shards.count == 1)
        XCTAssertEqual(shard.columnNames, cut.store.columnNames + [.selfLoops])
      }
      let summaries = cut.shards.compactMap { ShardSummary($0) }
      XCTAssertEqual(summaries.reduce(0) { $0 + $1.nodeCount }, cut.store.nodeCount)
      XCTAssertEqual(summaries.reduce(0) { $0 + $1.edgeCount }, cut.store.manifest.edgeCount)
    }
  }

  func testShardsVerify() throws {
    try forEachCut { cut in
      for shard in cut.shards {
        let report = try StoreVerifier(shard).verify()
        XCTAssertEqual(report.partitionCount, shard.heldPartitions.count)
        XCTAssertEqual(report.columnCount, cut.store.columnNames.count + 1)
      }
    }
  }

  func testListsAreThoseOfTheStore() throws {
    try forEachCut { cut in
      for shard in cut.shards {
        let (own, whole) = (PartitionReader(shard, edgeFeatures: true), PartitionReader(cut.store, edgeFeatures: true))
        for partition in shard.heldPartitions {
          let (a, b) = (try own.adjacency(of: partition), try whole.adjacency(of: partition))
          XCTAssertEqual(Array(a.degrees), Array(b.degrees))
          XCTAssertEqual(Array(a.neighbours), Array(b.neighbours))
          XCTAssertEqual(Array(a.weights), Array(b.weights))
          XCTAssertEqual(Array(a.edgeFeatures), Array(b.edgeFeatures))
          let halos = try [shard, cut.store].map { try CutStore.halo(of: partition, in: $0) }
          XCTAssertEqual(halos[0].map(\.row), halos[1].map(\.row))
          XCTAssertEqual(halos[0].map(\.degree), halos[1].map(\.degree))
        }
        for partition in shard.partitions.indices where !shard.heldPartitions.contains(partition) {
          assertRefused("is shard", "and not \(partition)", "the whole store") { _ = try own.adjacency(of: partition) }
          assertRefused("and not \(partition)") { _ = try CutStore.halo(of: partition, in: shard) }
        }
      }
    }
  }

  /// Compares every byte: whole columns are copied, and what a shard does not have is zero.
  func testColumns() throws {
    try forEachCut { cut in
      for shard in cut.shards {
        let held = try cut.heldRows(shard)
        for name in cut.store.columnNames where name.share != .heldLists {
          let (found, whole) = (try CutStore.bytes(name, of: shard), try CutStore.bytes(name, of: cut.store))
          let column = cut.store.column(name)
          let expected =
            switch name.share {
            case .whole: whole
            case .heldRows: Self.masked(whole, rowBytes: column.width * column.type.byteCount) { held.contains($0) }
            default:
              Self.masked(whole, rowBytes: column.type.byteCount) {
                name.elements(of: shard.heldPartitions, in: cut.store).contains($0)
              }
            }
          XCTAssertEqual(found, expected, "\(name)")
        }
        guard cut.store.manifest.features?.storage == .sparse else { continue }
        for row in 0..<cut.store.nodeCount {
          XCTAssertEqual(
            try Self.list(row, of: shard), held.contains(row) ? try Self.list(row, of: cut.store) : [], "row \(row)")
        }
      }
    }
  }

  private static func masked(_ bytes: [UInt8], rowBytes: Int, _ isKept: (Int) -> Bool) -> [UInt8] {
    bytes.enumerated().map { isKept($0 / rowBytes) ? $1 : 0 }
  }

  private static func list(_ row: Int, of store: Store) throws -> [String] {
    let ends = try store.column(.featureOffsets).array(row..<row + 2, as: UInt64.self).map { Int($0) }
    let indices = try store.column(.featureIndices).array(ends[0]..<ends[1], as: UInt32.self)
    let values = try store.column(.featureValues).array(ends[0]..<ends[1], as: Float.self)
    return zip(indices, values).map { "\($0): \($1)" }
  }

  func testSelfLoopsOfAllRowsAreKnown() throws {
    try forEachCut { cut in
      let reader = PartitionReader(cut.store)
      var expected: [UInt8] = []
      for partition in cut.store.partitions.indices {
        try reader.adjacency(of: partition).forEachLoop { expected.append($1 ? 1 : 0) }
      }
      XCTAssertEqual(expected.reduce(0) { $0 + Int($1) }, cut.store.manifest.selfLoopCount)
      for shard in cut.shards { XCTAssertEqual(try CutStore.bytes(.selfLoops, of: shard), expected) }
    }
  }

  /// Blocks of a mebibyte: some whole blocks of zeros, and some in part; rows of more than a page.
  func testFeaturesThatAreNotThereAreHoles() throws {
    let graph = TinyGraph.random(nodes: 1600, degree: 2, features: 1100, partitions: 16, seed: 3)
    let cut = try CutStore(graph, ranks: 8)
    for shard in cut.shards {
      _ = try StoreVerifier(shard).verify()
      let held = try cut.heldRows(shard)
      let (found, whole) = (try CutStore.bytes(.features, of: shard), try CutStore.bytes(.features, of: cut.store))
      XCTAssertEqual(found, Self.masked(whole, rowBytes: 4400) { held.contains($0) })
      let file = shard.column(.features)
      XCTAssertEqual(file.fileBytes, cut.store.column(.features).fileBytes)
      XCTAssertLessThan(FileTree.diskBytes(file.path), 4400 * held.count + 8192 * (held.count + 4))
      XCTAssertLessThan(FileTree.diskBytes(file.path), file.fileBytes / 2)
      XCTAssertLessThan(held.count, 800, "the graph is too dense to tell")
    }
  }

  func testTheStoreStaysAsItWas() throws {
    let folder = try TemporaryFolder()
    try FixtureGraphs.names.write(to: folder.file("store"))
    let before = try FolderContents(folder.file("store"))
    let report = try ShardCut(Store(opening: folder.file("store")), ranks: 2, output: folder.file("shards")).run()
    XCTAssertEqual(try FolderContents(folder.file("store")), before)
    XCTAssertEqual(report.shards.map(\.rank), [0, 1])
    XCTAssertEqual(try FileManager.default.contentsOfDirectory(atPath: folder.path).sorted(), ["shards", "store"])
    let names = try FileManager.default.contentsOfDirectory(atPath: folder.file("shards"))
    XCTAssertEqual(names.sorted(), ["rank-0", "rank-1"])
  }
}
