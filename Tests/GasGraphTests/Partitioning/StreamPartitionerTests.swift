import GasBase
import TestSupport
import XCTest

@testable import GasGenerate
@testable import GasGraph

final class StreamPartitionerTests: XCTestCase {
  private func graph(_ edges: [(Int, Int)], nodeCount: Int) throws -> Graph {
    let chunks = stride(from: 0, to: edges.count, by: 1000).map { first in
      let some = edges[first..<min(edges.count, first + 1000)]
      return EdgeChunk<UInt32>(sources: some.map { UInt32($0.0) }, targets: some.map { UInt32($0.1) })
    }
    return try TestWorkspace().graph(chunks, nodeCount: nodeCount)
  }

  private func random(_ draw: some EdgeDraw, nodeCount: Int, edgeCount: Int) throws -> Graph {
    var pairs = [UInt32](repeating: 0, count: 2 * edgeCount)
    var random = SeededRandom(seed: 1)
    pairs.withUnsafeMutableBufferPointer { draw.fill($0, &random) }
    // The numbers say nothing of communities.
    let ids = Permutation(count: nodeCount, seed: 1, stream: 0)
    return try graph(
      (0..<edgeCount).map { (ids[Int(pairs[2 * $0])], ids[Int(pairs[2 * $0 + 1])]) }, nodeCount: nodeCount)
  }

  private func planted(nodeCount: Int, edgeCount: Int, communities: Int) throws -> Graph {
    var options = GeneratorOptions(nodeCount: nodeCount, edgeCount: edgeCount, featureWidth: 0, classCount: 2)
    options.communityCount = communities
    return try random(PlantedEdges(options), nodeCount: nodeCount, edgeCount: edgeCount)
  }

  private func divide(_ graph: Graph, into count: Int, seed: UInt64 = 1, threadCount: Int = 2) throws -> Partitioning {
    let space = try TestWorkspace(sortBytes: 1 << 28, threadCount: threadCount).space
    let divided = try StreamPartitioner(seed: seed, space: space).divide(graph, into: count)
    XCTAssertEqual(divided.count, count)
    XCTAssertEqual(divided.partitions.count, graph.nodeCount)
    XCTAssertTrue(divided.partitions.all.allSatisfy { $0 < count })
    XCTAssertLessThanOrEqual(divided.sizes.max()!, PartitionLimits(graph, count: count).nodes)
    return divided
  }

  private func haloRows(_ graph: Graph, _ partitioning: Partitioning) -> Int {
    (0..<graph.nodeCount).reduce(0) { sum, node in
      var readers = Set(graph.entries(of: node).map { partitioning.partitions[Int(graph.neighbours[$0])] })
      readers.remove(partitioning.partitions[node])
      return sum + readers.count
    }
  }

  private func entries(_ graph: Graph, _ partitioning: Partitioning) -> [Int] {
    var entries = [Int](repeating: 0, count: partitioning.count)
    for node in 0..<graph.nodeCount { entries[Int(partitioning.partitions[node])] += graph.degree(node) }
    return entries
  }

  func testCommunitiesAreFoundAsByMetis() throws {
    let graph = try planted(nodeCount: 6000, edgeCount: 60_000, communities: 48)
    for count in [4, 12, 48] {
      let streamed = try divide(graph, into: count)
      let rows = haloRows(graph, streamed)
      let metis = haloRows(graph, try MetisPartitioner(seed: 1).divide(graph, into: count))
      XCTAssertLessThan(Double(rows), 1.1 * Double(metis), "\(count)")
      XCTAssertLessThan(rows * 10, haloRows(graph, RandomPartitioner(seed: 1).divide(graph, into: count)) * 8)
      XCTAssertLessThanOrEqual(entries(graph, streamed).max()!, PartitionLimits(graph, count: count).entries)
    }
  }

  func testSeedsDecide() throws {
    let graph = try planted(nodeCount: 3000, edgeCount: 20_000, communities: 20)
    func numbers(_ seed: UInt64) throws -> [UInt32] {
      let divided = try divide(graph, into: 7, seed: seed)
      return (0..<graph.nodeCount).map { divided.partitions[$0] }
    }
    XCTAssertEqual(try numbers(5), try numbers(5))
    XCTAssertNotEqual(try numbers(5), try numbers(6))
  }

  func testThreadsDoNotMatter() throws {
    let graph = try planted(nodeCount: 20_000, edgeCount: 150_000, communities: 100)
    func numbers(_ threadCount: Int) throws -> [UInt32] {
      let divided = try divide(graph, into: 24, threadCount: threadCount)
      return Array(divided.partitions.all)
    }
    let alone = try numbers(1)
    for threadCount in 2...3 { XCTAssertTrue(try numbers(threadCount) == alone, "\(threadCount) threads") }
  }

  func testUnconnectedPartsStayWhole() throws {
    // Two cliques, their nodes dealt out over the numbers.
    let edges = (0..<40).flatMap { a in (0..<a).filter { ($0 - a) % 2 == 0 }.map { (a, $0) } }
    let graph = try graph(edges, nodeCount: 40)
    let divided = try divide(graph, into: 2)
    XCTAssertEqual(divided.sizes, [20, 20])
    XCTAssertEqual(haloRows(graph, divided), 0)
  }

  func testGraphsWithoutEdgesAreDealtOut() throws {
    XCTAssertEqual(try divide(graph([], nodeCount: 10), into: 3).sizes.sorted(), [2, 4, 4])
    XCTAssertEqual(try divide(graph([(0, 0), (3, 3)], nodeCount: 4), into: 2).sizes, [2, 2])
    XCTAssertEqual(try divide(graph([], nodeCount: 1), into: 1).sizes, [1])
  }

  func testNodesWithoutNeighboursFillUp() throws {
    // A clique of 10 and 90 nodes alone.
    let edges = (0..<10).flatMap { a in (0..<a).map { (a, $0) } }
    XCTAssertEqual(try divide(graph(edges, nodeCount: 100), into: 10).sizes, [Int](repeating: 10, count: 10))
  }

  func testStarsAreDivided() throws {
    let graph = try graph((1..<5000).map { (0, $0) }, nodeCount: 5000)
    for count in [2, 16, 100] {
      XCTAssertGreaterThan(try divide(graph, into: count).sizes.min()!, 0)
    }
  }

  func testEveryCountWorksUpToOneNodeEach() throws {
    let graph = try planted(nodeCount: 60, edgeCount: 200, communities: 4)
    for count in 1...60 { _ = try divide(graph, into: count) }
    XCTAssertEqual(try divide(graph, into: 60).sizes, [Int](repeating: 1, count: 60))
  }

  func testSetsOfManyPartitionsShareBits() throws {
    let graph = try planted(nodeCount: 4000, edgeCount: 24_000, communities: 200)
    let rows = haloRows(graph, try divide(graph, into: 200))
    let metis = haloRows(graph, try MetisPartitioner(seed: 1).divide(graph, into: 200))
    XCTAssertLessThan(Double(rows), 1.15 * Double(metis))
  }

  func testGraphsWithoutLocalityAreBalancedToo() throws {
    var options = GeneratorOptions(nodeCount: 4096, edgeCount: 40_000, featureWidth: 0, classCount: 2)
    options.kind = .rmat
    let graph = try random(RMATEdges(options), nodeCount: 4096, edgeCount: 40_000)
    let divided = try divide(graph, into: 16)
    XCTAssertLessThan(haloRows(graph, divided), haloRows(graph, RandomPartitioner(seed: 1).divide(graph, into: 16)))
    XCTAssertLessThanOrEqual(entries(graph, divided).max()!, PartitionLimits(graph, count: 16).entries)
  }
}
