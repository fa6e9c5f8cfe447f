import GasBase
import XCTest

@testable import GasIngest

final class GraphBuilderTests: XCTestCase {
  /// Lists as the rules say, from a dictionary.
  private struct Oracle {
    var weights: [Int: [Int: Float]] = [:]
    var origins: [Int: [Int: EdgeNumber]] = [:]
    var counts = EdgeCounts()

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
      counts.entries = weights.values.reduce(0) { $0 + $1.count }
      counts.selfLoops = (0..<nodeCount).count { weights[$0]?[$0] != nil }
      counts.isolatedNodes = (0..<nodeCount).count { node in (weights[node] ?? [:]).keys.allSatisfy { $0 == node } }
    }
  }

  private func list(_ edges: [(Int, Int, Float)], chunk: Int) -> EdgeList {
    var list = EdgeList(isWeighted: true)
    for start in stride(from: 0, to: edges.count, by: chunk) {
      let part = edges[start..<min(edges.count, start + chunk)]
      list.chunks.append(
        EdgeChunk(sources: part.map { UInt32($0.0) }, targets: part.map { UInt32($0.1) }, weights: part.map { $0.2 }))
    }
    return list
  }

  func testListsAndCountsAreThoseOfADictionary() {
    var random = SeededRandom(seed: 1)
    for round in 0..<60 {
      let nodeCount = 1 + random.below(30)
      let edges = (0..<random.below(120)).map { _ in
        (random.below(nodeCount), random.below(nodeCount), Float(random.below(100)))
      }
      for isDirected in [true, false] {
        for policy in SelfLoopPolicy.allCases {
          var input = list(edges, chunk: 7)
          var counts = EdgeCounts()
          let graph = GraphBuilder(
            nodeCount: nodeCount, isDirected: isDirected, selfLoops: policy, keepsOrigins: true
          ).build(&input, &counts)
          let oracle = Oracle(edges, nodeCount: nodeCount, isDirected: isDirected, selfLoops: policy)
          XCTAssertEqual(counts, oracle.counts, "round \(round), \(policy), directed \(isDirected)")
          for node in 0..<nodeCount {
            let expected = (oracle.weights[node] ?? [:]).sorted { $0.key < $1.key }
            let entries = graph.entries(of: node)
            XCTAssertEqual(entries.map { Int(graph.neighbours[$0]) }, expected.map(\.key))
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

  func testTheFirstWeightWinsInBothDirections() {
    var input = list([(0, 1, 5), (1, 0, 7), (0, 1, 9)], chunk: 1)
    var counts = EdgeCounts()
    let graph = GraphBuilder(nodeCount: 2, isDirected: false, selfLoops: .keep).build(&input, &counts)
    XCTAssertEqual([graph.weights![0], graph.weights![1]], [5, 5])
    XCTAssertEqual(counts.duplicates, 2)
  }

  func testTheSkeletonHasBothDirections() {
    var input = list([(0, 1, 1), (1, 0, 1), (1, 2, 1), (3, 3, 1)], chunk: 2)
    var counts = EdgeCounts()
    let graph = GraphBuilder(nodeCount: 4, isDirected: true, selfLoops: .keep).build(&input, &counts)
    let skeleton = graph.skeleton()
    XCTAssertEqual((0..<4).map { skeleton.entries(of: $0).map { skeleton.neighbours[$0] } }, [[1], [0, 2], [1], []])
  }
}
