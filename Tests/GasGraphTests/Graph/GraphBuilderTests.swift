import GasBase
import TestSupport
import XCTest

@testable import GasFiles
@testable import GasGraph

final class GraphBuilderTests: XCTestCase {
  /// Lists as the rules say, from a dictionary.
  private struct Oracle {
    var weights: [Int: [Int: Float]] = [:]
    var origins: [Int: [Int: EdgeNumber]] = [:]
    var counts = EdgeCounts()
    /// All weights of each entry of the input, in its order.
    var all: [Int: [Int: [Float]]] = [:]

    init(_ edges: [(Int, Int, Float)], nodeCount: Int, isDirected: Bool, selfLoops: SelfLoopPolicy) {
      for (number, (source, target, weight)) in edges.enumerated() {
        counts.read += 1
        if source == target {
          counts.selfLoopsRead += 1
          if selfLoops == .drop {
            counts.selfLoopsDropped += 1
            continue
          }
        }
        all[target, default: [:]][source, default: []].append(weight)
        if !isDirected && source != target { all[source, default: [:]][target, default: []].append(weight) }
        if weights[target]?[source] != nil {
          counts.duplicates += 1
          continue
        }
        weights[target, default: [:]][source] = weight
        origins[target, default: [:]][source] = EdgeNumber(number)
        if !isDirected { origins[source, default: [:]][target] = EdgeNumber(number) }
        if !isDirected { weights[source, default: [:]][target] = weight }
        counts.kept += 1
      }
      if selfLoops == .add {
        for node in 0..<nodeCount where weights[node]?[node] == nil {
          weights[node, default: [:]][node] = 1
          counts.selfLoopsAdded += 1
          counts.kept += 1
        }
      }
      let conflicts = all.flatMap { row in row.value.filter { Set($0.value).count > 1 }.map { (row.key, $0.key) } }
      counts.conflicting = conflicts.count { isDirected || $0.0 <= $0.1 }
      counts.entries = weights.values.reduce(0) { $0 + $1.count }
      counts.selfLoops = (0..<nodeCount).count { weights[$0]?[$0] != nil }
      counts.isolatedNodes = (0..<nodeCount).count { node in (weights[node] ?? [:]).keys.allSatisfy { $0 == node } }
    }
  }

  private func chunks(_ edges: [(Int, Int, Float)], of size: Int) -> [EdgeChunk<UInt32>] {
    stride(from: 0, to: edges.count, by: size).map { start in
      let part = edges[start..<min(edges.count, start + size)]
      return EdgeChunk(
        sources: part.map { UInt32($0.0) }, targets: part.map { UInt32($0.1) }, weights: part.map { $0.2 })
    }
  }

  func testListsAndCountsAreThoseOfADictionary() throws {
    // 16 records at a time: lists are sorted on disk.
    let workspace = try TestWorkspace(sortBytes: 512)
    var random = SeededRandom(seed: 1)
    for round in 0..<60 {
      let nodeCount = 1 + random.below(30)
      let edges = (0..<random.below(120)).map { _ in
        (random.below(nodeCount), random.below(nodeCount), Float(random.below(100)))
      }
      for isDirected in [true, false] {
        for policy in SelfLoopPolicy.allCases {
          var counts = EdgeCounts()
          let graph = try workspace.graph(
            chunks(edges, of: 7), nodeCount: nodeCount, isDirected: isDirected, selfLoops: policy, counts: &counts)
          let oracle = Oracle(edges, nodeCount: nodeCount, isDirected: isDirected, selfLoops: policy)
          XCTAssertEqual(counts, oracle.counts, "round \(round), \(policy), directed \(isDirected)")
          for node in 0..<nodeCount {
            let expected = (oracle.weights[node] ?? [:]).sorted { $0.key < $1.key }
            let entries = graph.entries(of: node)
            XCTAssertEqual(entries.map { Int(graph.neighbours[$0]) }, expected.map(\.key))
            guard !edges.isEmpty else { continue }
            XCTAssertEqual(entries.map { graph.weights![$0] }, expected.map(\.value))
            XCTAssertEqual(
              entries.map { graph.origins![$0] }, expected.map { oracle.origins[node]?[$0.key] ?? .none })
            XCTAssertEqual(graph.weightedDegree(node), expected.reduce(0) { $0 + $1.value })
            XCTAssertEqual(graph.hasSelfLoop(node), oracle.weights[node]?[node] != nil)
          }
          XCTAssertEqual(
            counts.read, counts.kept + counts.duplicates + counts.selfLoopsDropped - counts.selfLoopsAdded)
        }
      }
    }
  }

  /// Each policy against the same done plainly, whatever the memory and the threads; both directions get the same bits.
  func testRepeatedWeights() throws {
    var random = SeededRandom(seed: 2)
    let nodeCount = 12
    let edges = (0..<600).map { _ in
      (random.below(nodeCount), random.below(nodeCount), Float(random.below(1 << 20)) * 1e-3 - 400)
    }
    for (sortBytes, threadCount, size) in [(1 << 20, 1, 600), (512, 2, 7), (2048, 3, 50)] {
      let workspace = try TestWorkspace(sortBytes: sortBytes, threadCount: threadCount)
      for isDirected in [true, false] {
        for loops in SelfLoopPolicy.allCases {
          let oracle = Oracle(edges, nodeCount: nodeCount, isDirected: isDirected, selfLoops: loops)
          for policy in DuplicatePolicy.allCases {
            var counts = EdgeCounts()
            let graph = try workspace.graph(
              chunks(edges, of: size), nodeCount: nodeCount, isDirected: isDirected, selfLoops: loops,
              duplicates: policy, counts: &counts)
            XCTAssertEqual(counts, oracle.counts)
            for node in 0..<nodeCount {
              for entry in graph.entries(of: node) {
                let neighbour = Int(graph.neighbours[entry])
                let expected = oracle.all[node]?[neighbour].map { Self.weight($0, policy) } ?? 1
                XCTAssertEqual(graph.weights![entry].bitPattern, expected.bitPattern, "\(policy) \(node) \(neighbour)")
              }
            }
          }
        }
      }
    }
  }

  private static func weight(_ weights: [Float], _ policy: DuplicatePolicy) -> Float {
    let sum = weights.dropFirst().reduce(Double(weights[0])) { $0 + Double($1) }
    switch policy {
    case .first: return weights[0]
    case .sum: return Float(sum)
    case .max: return weights.max()!
    case .min: return weights.min()!
    case .mean: return Float(sum / Double(weights.count))
    }
  }

  func testSumsThatLeaveTheRangeAreNamed() throws {
    let edges: [(Int, Int, Float)] = [(0, 1, 3e38), (1, 0, 3e38)]
    var counts = EdgeCounts()
    XCTAssertThrowsError(
      try TestWorkspace().graph(chunks(edges, of: 1), nodeCount: 2, duplicates: .sum, counts: &counts)
    ) { XCTAssertTrue($0 is WeightOverflow) }
    let mean = try TestWorkspace().graph(chunks(edges, of: 1), nodeCount: 2, duplicates: .mean, counts: &counts)
    XCTAssertEqual(mean.weights![0], 3e38)
  }

  func testTheFirstWeightWinsInBothDirections() throws {
    var counts = EdgeCounts()
    let graph = try TestWorkspace().graph(
      chunks([(0, 1, 5), (1, 0, 7), (0, 1, 9)], of: 1), nodeCount: 2, counts: &counts)
    XCTAssertEqual([graph.weights![0], graph.weights![1]], [5, 5])
    XCTAssertEqual(counts.duplicates, 2)
  }

  func testTheSkeletonHasBothDirections() throws {
    let workspace = try TestWorkspace()
    let graph = try workspace.graph(
      chunks([(0, 1, 1), (1, 0, 1), (1, 2, 1), (3, 3, 1)], of: 2), nodeCount: 4, isDirected: true)
    let skeleton = try graph.skeleton(in: workspace.space)
    XCTAssertEqual((0..<4).map { skeleton.entries(of: $0).map { skeleton.neighbours[$0] } }, [[1], [0, 2], [1], []])
  }

  func testRenumberedNodesAreRows() throws {
    let workspace = try TestWorkspace(sortBytes: 64)
    let graph = try workspace.graph(
      chunks([(0, 1, 1), (1, 2, 2), (3, 3, 3), (2, 0, 4)], of: 2), nodeCount: 4, isDirected: true)
    let partitions: FlatArray<UInt32> = FlatArray(count: 4) { node in [1, 0, 1, 0][node] }
    let order = try NodeOrder(
      Partitioning(count: 2, partitions: partitions), .original, of: graph, in: workspace.space)
    let rows = try graph.renumbered(by: order, in: workspace.space)
    XCTAssertEqual(Array(order.nodes.all), [1, 3, 0, 2])
    XCTAssertEqual((0..<4).map { rows.entries(of: $0).map { rows.neighbours[$0] } }, [[2], [1], [3], [0]])
    XCTAssertEqual((0..<4).map { rows.weightedDegree($0) }, [1, 3, 4, 2])
    XCTAssertEqual((0..<4).map { rows.entries(of: $0).map { rows.origins![$0] } }, [[0], [2], [3], [1]])
    XCTAssertTrue(rows.isDirected)
  }
}
