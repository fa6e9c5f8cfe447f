import XCTest

@testable import GasStore

final class PartitionTableTests: XCTestCase {
  private func table(
    nodes: [Int] = [0, 3, 4, 9], edges: [Int] = [0, 5, 5, 20], halo: [Int] = [0, 2, 2, 6], inner: [Int] = [3, 0, 11]
  ) -> PartitionTable {
    PartitionTable(nodeStarts: nodes, edgeStarts: edges, haloStarts: halo, innerEdgeCounts: inner)
  }

  private func problem(_ table: PartitionTable) -> String? { table.problem(nodeCount: 9, edgeCount: 20) }

  func testRanges() {
    let table = table()
    XCTAssertNil(problem(table))
    XCTAssertEqual(table.count, 3)
    XCTAssertEqual(table.indices.map(table.nodes), [0..<3, 3..<4, 4..<9])
    XCTAssertEqual(table.indices.map(table.edges), [0..<5, 5..<5, 5..<20])
    XCTAssertEqual(table.indices.map(table.halo), [0..<2, 2..<2, 2..<6])
    XCTAssertEqual((0..<9).map(table.owner), [0, 0, 0, 1, 2, 2, 2, 2, 2])
  }

  func testOwnersOfManyPartitions() {
    for count in 1...17 {
      let starts = (0...count).map { $0 * ($0 + 1) / 2 }
      let table = PartitionTable(
        nodeStarts: starts, edgeStarts: starts, haloStarts: starts, innerEdgeCounts: .init(repeating: 0, count: count))
      for partition in table.indices {
        for row in table.nodes(partition) { XCTAssertEqual(table.owner(of: row), partition) }
      }
    }
  }

  func testProblems() {
    XCTAssertEqual(problem(table(nodes: [0], edges: [0], halo: [0], inner: [])), "no partitions")
    XCTAssertEqual(problem(table(nodes: [0, 3, 9])), "nodeStarts should hold 4 numbers from 0")
    XCTAssertEqual(problem(table(edges: [0, 5, 5, 20, 20])), "edgeStarts should hold 4 numbers from 0")
    XCTAssertEqual(problem(table(halo: [])), "haloStarts should hold 4 numbers from 0")
    XCTAssertEqual(problem(table(nodes: [1, 3, 4, 9])), "nodeStarts should hold 4 numbers from 0")
    XCTAssertEqual(problem(table(edges: [0, 6, 5, 20])), "edgeStarts decreases")
    XCTAssertEqual(problem(table(halo: [0, -1, 2, 6])), "haloStarts decreases")
    XCTAssertEqual(problem(table(nodes: [0, 3, 3, 9])), "a partition without nodes")
    XCTAssertEqual(problem(table(nodes: [0, 3, 4, 8])), "partitions of 8 nodes in all")
    XCTAssertEqual(problem(table(edges: [0, 5, 5, 21])), "partitions of 21 edges in all")
    XCTAssertEqual(problem(table(inner: [6, 0, 11])), "too many inner edges")
    XCTAssertEqual(problem(table(inner: [3, 0, -1])), "too many inner edges")
  }
}
