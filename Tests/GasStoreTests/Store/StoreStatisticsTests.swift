import TestSupport
import XCTest

@testable import GasStore

/// Numbers that can be counted on fingers, from the committed stores.
final class StoreStatisticsTests: XCTestCase {
  private func statistics(_ name: String) throws -> StoreStatistics {
    try StoreStatistics(Store(opening: "\(FixtureStore.folder)/\(name)"))
  }

  func testDegrees() throws {
    // ant 3, bee 2, cat 3, dög 3, eel 2, fox 2, gnu 1, hen 0.
    let degrees = try statistics("names").degrees
    XCTAssertEqual([degrees.min, degrees.median, degrees.percentile99, degrees.max], [0, 2, 3, 3])
    XCTAssertEqual(degrees.mean, 2)
    XCTAssertEqual(degrees.isolatedNodeCount, 1)
  }

  func testPartitions() throws {
    let partitions = try statistics("names").partitions
    XCTAssertEqual(partitions.count, 3)
    XCTAssertEqual([partitions.nodes.min, partitions.nodes.median, partitions.nodes.max], [2, 3, 3])
    XCTAssertEqual(partitions.nodes.imbalance, 3 / (8.0 / 3), accuracy: 1e-12)
    // Inside: ant–bee, cat–dög, eel–fox in both directions, and two loops.
    XCTAssertEqual(partitions.innerEdgeRatio, 0.5)
    XCTAssertEqual(partitions.cutEdgeCount, 8)
    XCTAssertEqual(partitions.haloRowCount, 7)
    XCTAssertEqual(partitions.haloRowsPerNode, 7.0 / 8)
  }

  func testSplits() throws {
    let splits = try statistics("integers").splits
    XCTAssertEqual(splits.map(\.train), [2, 2])
    XCTAssertEqual(splits.map(\.val), [2, 1])
    XCTAssertEqual(splits.map(\.test), [1, 2])
  }

  func testSizes() throws {
    let statistics = try statistics("integers")
    let columns = try FolderContents(FixtureStore.folder + "/integers/columns").files.values
    XCTAssertEqual(statistics.totalBytes, columns.reduce(0) { $0 + ($1?.count ?? 0) })
    XCTAssertEqual(statistics.columns.count, 9)
    let features = try XCTUnwrap(statistics.columns.first { $0.name == "features" })
    XCTAssertEqual(features.shape, [6, 3])
    XCTAssertEqual(features.compressionRatio, 72 / Double(features.fileBytes))
    XCTAssertEqual([statistics.nodeCount, statistics.edgeCount, statistics.selfLoopCount], [6, 9, 1])
    XCTAssertTrue(statistics.directed)
    XCTAssertFalse(statistics.weighted)
    XCTAssertNil(statistics.edgeFeatures)
    let neighbours = try PlainStore(FixtureStore.folder + "/integers").column("neighbours")
    XCTAssertEqual(statistics.bitsPerEntry, Double(8 * neighbours.blocks.reduce(0) { $0 + $1.storedBytes }) / 9)
    let bonds = try self.statistics("bonds")
    XCTAssertEqual(bonds.edgeFeatures?.width, 3)
    XCTAssertEqual(bonds.columns.first { $0.name == "edge-features" }?.shape, [11, 3])
  }
}
