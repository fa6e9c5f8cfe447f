import GasBase
import TestSupport
import XCTest

@testable import GasFiles
@testable import GasGraph

final class NodeOrderTests: XCTestCase {
  private func graph(_ edges: [(UInt32, UInt32)], nodeCount: Int, isDirected: Bool) throws -> Graph {
    try TestWorkspace().graph(
      [EdgeChunk(sources: edges.map(\.0), targets: edges.map(\.1))], nodeCount: nodeCount, isDirected: isDirected)
  }

  private func partitioning(_ numbers: [UInt32]) -> Partitioning {
    Partitioning(count: Int(numbers.max()!) + 1, partitions: FlatArray(count: numbers.count) { numbers[$0] })
  }

  private func order(_ partitioning: Partitioning, _ kind: NodeOrderKind, _ graph: Graph) throws -> NodeOrder {
    try NodeOrder(partitioning, kind, of: graph, in: TestWorkspace().space)
  }

  func testNodesKeepTheirOrderWithinAPartition() throws {
    let graph = try graph([(0, 1), (2, 3), (4, 5), (1, 4)], nodeCount: 6, isDirected: false)
    let order = try order(partitioning([2, 0, 1, 0, 2, 0]), .original, graph)
    XCTAssertEqual(order.starts, [0, 3, 4, 6])
    XCTAssertEqual((0..<6).map { order.nodes[$0] }, [1, 3, 5, 2, 0, 4])
    XCTAssertEqual((0..<6).map { order.rows[$0] }, [4, 0, 3, 1, 5, 2])
  }

  /// Partition 0 owns 0 … 6; 7, 8 and 9 are partitions 1, 2 and 3.
  func testRowsOfTheSameReadersLieTogether() throws {
    let edges: [(UInt32, UInt32)] = [
      (1, 7), (1, 9), (2, 8), (3, 7), (3, 8), (4, 7), (5, 8), (5, 9), (6, 7), (6, 9), (0, 2),
    ]
    let partitions = partitioning([0, 0, 0, 0, 0, 0, 0, 1, 2, 3])
    // Readers: 1 {1,3}, 2 {2}, 3 {1,2}, 4 {1}, 5 {2,3}, 6 {1,3}. With 1 first: {1}, {1,3}, {1,3}, {1,2}; then {2},
    // {2,3}.
    let expected: [UInt32] = [4, 1, 6, 3, 2, 5, 0]
    for isDirected in [false, true] {
      let graph = try graph(edges, nodeCount: 10, isDirected: isDirected)
      let order = try order(partitions, .border, graph)
      XCTAssertEqual((0..<7).map { order.nodes[$0] }, expected)
      for (row, node) in order.nodes.all.enumerated() { XCTAssertEqual(Int(order.rows[Int(node)]), row) }
    }
    // Nobody reads 0 … 6 when the edges lead the other way.
    let reversed = try graph(edges.map { ($0.1, $0.0) }, nodeCount: 10, isDirected: true)
    let unread = try order(partitions, .border, reversed)
    XCTAssertEqual((0..<10).map { unread.nodes[$0] }, Array(0..<10))
  }

  /// The order that `ReaderCode` promises, from whole sets, compared reader by reader.
  private func isBefore(_ a: [Int], _ b: [Int]) -> Bool? {
    for level in 0..<max(a.count, b.count) {
      let (first, second) = (level < a.count ? a[level] : Int.max, level < b.count ? b[level] : Int.max)
      if first != second { return (first < second) == (level % 2 == 0) }
    }
    return nil
  }

  func testOrderIsThatOfTheReaders() throws {
    var random = SeededRandom(seed: 4)
    for (nodeCount, partitionCount) in [(60, 4), (300, 7), (300, 20), (400, 300)] {
      let isDirected = random.below(2) == 0
      let edges = (0..<nodeCount * 2).map { _ in (UInt32(random.below(nodeCount)), UInt32(random.below(nodeCount))) }
      let graph = try graph(edges, nodeCount: nodeCount, isDirected: isDirected)
      let partitions = partitioning(
        (0..<nodeCount).map { UInt32($0 < partitionCount ? $0 : random.below(partitionCount)) })
      var readers = [Set<Int>](repeating: [], count: nodeCount)
      for node in 0..<nodeCount {
        let reader = partitions.partitions[node]
        for neighbour in graph.neighbours[graph.entries(of: node)] where partitions.partitions[Int(neighbour)] != reader
        {
          readers[Int(neighbour)].insert(Int(reader))
        }
      }
      // As many readers as the code holds.
      let held = 128 / (Int.bitWidth - partitionCount.leadingZeroBitCount)
      let sets = readers.map { Array($0.sorted().prefix(held)) }
      let order = try order(partitions, .border, graph)
      for partition in 0..<partitionCount {
        let expected = (0..<nodeCount).filter { partitions.partitions[$0] == UInt32(partition) }.sorted { a, b in
          isBefore(sets[a], sets[b]) ?? (a < b)
        }
        XCTAssertEqual(
          order.nodes[order.range(of: partition)].map { Int($0) }, expected, "\(partitionCount) partitions")
      }
    }
  }

  func testReadersBeyondTheCodeAreLeftOut() {
    let code = ReaderCode(partitionCount: 5000)
    // 13 bits each: nine of them.
    let readers = (0..<30).map { UInt32($0 * 160) }
    func set(_ readers: some Sequence<UInt32>) -> UInt128 {
      readers.reduce(ReaderCode.empty) { code.inserting($1, into: $0) }
    }
    XCTAssertEqual(set(readers), set(readers.prefix(9)))
    XCTAssertEqual(set(readers.reversed()), set(readers.prefix(9)))
    XCTAssertEqual(set(readers.prefix(9) + readers), set(readers.prefix(9)))
    XCTAssertNotEqual(set(readers.prefix(8)), set(readers.prefix(9)))
    XCTAssertGreaterThan(code.key(ReaderCode.empty), code.key(set([4999])))
  }
}
