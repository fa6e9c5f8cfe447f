import GasBase
import TestSupport
import XCTest

@testable import GasStore

/// What readers get, and what they are told of columns that are whole but wrong: they must not follow it.
final class PartitionReaderTests: XCTestCase {
  private var folder: TemporaryFolder!

  override func setUpWithError() throws { folder = try TemporaryFolder() }
  override func tearDown() { folder = nil }

  private func halo(_ reader: PartitionReader, _ store: Store, _ partition: Int) throws -> ([UInt32], [Float]) {
    let count = store.partitions.halo(partition).count
    var rows = [UInt32](repeating: 0, count: count)
    var degrees = [Float](repeating: 0, count: count)
    try rows.withUnsafeMutableBufferPointer { rows in
      try degrees.withUnsafeMutableBufferPointer { degrees in
        try reader.readHalo(of: partition, rows: rows, degrees: degrees)
      }
    }
    return (rows, degrees)
  }

  /// By hand: rows 0, 1, 2 are ant, bee and hen; ant hears bee, cat (row 3) and fox (row 7), bee hears ant and cat.
  func testFirstPartitionOfTheFixture() throws {
    let store = try Store(opening: FixtureStore.folder + "/names")
    let reader = PartitionReader(store)
    reader.prefetch(0)
    let adjacency = try reader.adjacency(of: 0)
    XCTAssertEqual(adjacency.nodeCount, 3)
    XCTAssertEqual(Array(adjacency.degrees), [3, 2, 0])
    XCTAssertEqual(Array(adjacency.neighbours), [1, 3, 4, 0, 3])
    XCTAssertEqual(Array(adjacency.weights), [0.5, 1, 4, 0.5, 2])
    let (rows, degrees) = try halo(reader, store, 0)
    XCTAssertEqual(rows, [3, 7])
    // cat: 1 + 2 + 0.25, fox: 1 + 4, and 1 for the loop that neither has.
    XCTAssertEqual(degrees, [4.25, 6])
  }

  func testUnweightedStoresHaveNoWeights() throws {
    let store = try Store(opening: FixtureStore.folder + "/integers")
    let reader = PartitionReader(store)
    for partition in store.partitions.indices {
      let adjacency = try reader.adjacency(of: partition)
      XCTAssertEqual(adjacency.neighbours.count, store.partitions.edges(partition).count)
      XCTAssertTrue(adjacency.weights.isEmpty)
    }
  }

  /// By hand: rows 0 and 1 are nodes 0 and 2, rows 2, 3, 4 are nodes 1, 3, 4. Node 0 hears 1 and 4, node 2 itself, 1
  /// and 3.
  func testEdgeFeaturesOnlyWhereAskedFor() throws {
    let store = try Store(opening: FixtureStore.folder + "/bonds")
    let reader = PartitionReader(store, edgeFeatures: true)
    reader.prefetch(0)
    let adjacency = try reader.adjacency(of: 0)
    XCTAssertEqual(Array(adjacency.neighbours), [2, 4, 1, 2, 3])
    XCTAssertEqual(Array(adjacency.edgeFeatures), [1, 0, 0.5, 1, 1, -8, 1, 5, 0, 1, 2, -1.5, 1, 0, 0.25])
    XCTAssertTrue(try PartitionReader(store).adjacency(of: 0).edgeFeatures.isEmpty)
    let without = try Store(opening: FixtureStore.folder + "/names")
    XCTAssertTrue(try PartitionReader(without, edgeFeatures: true).adjacency(of: 0).edgeFeatures.isEmpty)
  }

  private func assertRefused(_ texts: String, line: UInt = #line, _ change: (inout StoreParts) throws -> Void) throws {
    var parts = try StoreParts(FixtureGraphs.names, in: folder)
    try change(&parts)
    let store = try Store(opening: parts.write(to: folder.file("bad")))
    let reader = PartitionReader(store)
    TestSupport.assertRefused(store.path, texts, "gas-stat verify says more", line: line) {
      for partition in store.partitions.indices {
        _ = try reader.adjacency(of: partition)
        _ = try halo(reader, store, partition)
      }
    }
  }

  func testRefusesWhatWouldLeadOutside() throws {
    try assertRefused("neighbours.gascol: expected entries of partition 0 below 5, found 5") {
      try $0.change(.neighbours, as: UInt32.self) { $0[2] = 5 }
    }
    try assertRefused("degrees.gascol: expected degrees of partition 0 that add up to 5, found 4294967300") {
      try $0.change(.degrees, as: UInt32.self) { $0[2] = .max }
    }
    try assertRefused("halo.gascol: expected a row above 3 and below 8, found 8") {
      try $0.change(.halo, as: UInt32.self) { $0[1] = 8 }
    }
    try assertRefused("halo.gascol: expected a row above 3 and below 8, found 3") {
      try $0.change(.halo, as: UInt32.self) { $0[1] = 3 }
    }
  }
}
