import GasBase
import GasNN
import GasStore
import RunSupport
import TestSupport
import XCTest

@testable import GasBatch

/// Batches of shards, which have no other partitions than their own.
final class ShardTests: XCTestCase {
  private func cut(_ graph: TinyGraph, _ body: (_ store: Store, _ shards: [Store]) throws -> Void) throws {
    let folder = try TemporaryFolder()
    try graph.write(to: folder.file("store"))
    let store = try Store(opening: folder.file("store"))
    try ShardCut(store, ranks: 3, output: folder.file("shards")).run()
    try body(store, (0..<3).map { try Store(opening: folder.file("shards/rank-\($0)")) })
  }

  /// Degrees without weights follow from self-loops, which a shard knows of all rows.
  func testUnitDegreesOfRowsWithoutLists() throws {
    let folder = try TemporaryFolder()
    try cut(.random(nodes: 90, partitions: 7, selfLoops: 20, weighted: true)) { store, shards in
      let rows = UnsafeMutableBufferPointer<UInt32>.allocate(capacity: 90)
      let degrees = (0..<2).map { _ in UnsafeMutableBufferPointer<Float>.allocate(capacity: 90) }
      defer {
        rows.deallocate()
        degrees.forEach { $0.deallocate() }
      }
      _ = rows.initialize(from: 0..<90)
      try UnitDegrees(store, in: folder.path).read(rows, into: degrees[0])
      for shard in shards {
        try UnitDegrees(shard, in: folder.path).read(rows, into: degrees[1])
        XCTAssertEqual(Array(degrees[0]), Array(degrees[1]))
      }
    }
  }

  /// Where no list is read that would tell, features of other partitions must not be taken for zeros.
  func testOtherPartitionsAreRefused() throws {
    try cut(.random(nodes: 90, partitions: 7)) { _, shards in
      for form in [GraphForm.nodesOnly, .symmetric] {
        let builder = BatchBuilder(shards[1], form: form, histories: [])
        let contents = BatchContents.training(layers: 1..<1)
        try builder.fill(Batch(), with: [shards[1].heldPartitions.lowerBound], contents)
        assertRefused("rank-1: is shard 2 of 3 of a store", "and not 6") {
          try builder.fill(Batch(), with: [shards[1].heldPartitions.lowerBound, 6], contents)
        }
      }
    }
  }
}
