import GasBase
import GasFiles
import GasGraph

/// The core number of each node: the largest k such that the node is in a subgraph in which each node has k neighbours.
///
/// It is the fixed point of c(v) ← the largest h such that h neighbours u have c(u) ≥ h, from the degrees on (Lü et
/// al., Nature Communications 2016): passes over the lists in the order of the nodes, with one number a node at random
/// places. After the last pass that is allowed, numbers that still change are upper bounds. Self-loops do not count; of
/// a directed graph the lists are those of the messages.
struct CoreNumbers {
  /// The numbers, by node.
  let values: FlatArray<UInt32>
  /// Whether the passes ended since nothing changed any more.
  let areExact: Bool

  private static let mostPasses = 64

  init(_ graph: Graph, in space: Workspace) throws {
    values = try space.randomAccessZeros(count: graph.nodeCount)
    // Nobody is in a core of k without about k² entries.
    let limit = Int(Double(graph.entryCount).squareRoot()) + 1
    for node in 0..<graph.nodeCount { values[node] = UInt32(min(graph.degree(node), limit)) }
    let counts = Buffer<UInt32>()
    var passes = 0
    var hasChanged = true
    while hasChanged && passes < Self.mostPasses {
      hasChanged = false
      graph.forEachBlock { [values] nodes in
        for node in nodes {
          let core = Self.reach(of: node, graph, values, counts)
          if core != values[node] { (values[node], hasChanged) = (core, true) }
        }
      }
      passes += 1
    }
    areExact = !hasChanged
  }

  /// The largest h up to the node's number such that h neighbours have numbers of at least h.
  private static func reach(
    of node: Int, _ graph: Graph, _ values: FlatArray<UInt32>, _ memory: Buffer<UInt32>
  ) -> UInt32 {
    let most = Int(values[node])
    let counts = memory.resized(to: most + 1)
    counts.update(repeating: 0)
    for entry in graph.entries(of: node) where Int(graph.neighbours[entry]) != node {
      counts[min(most, Int(values[Int(graph.neighbours[entry])]))] += 1
    }
    var (h, reached) = (most, Int(counts[most]))
    while reached < h {
      h -= 1
      reached += Int(counts[h])
    }
    return UInt32(h)
  }
}
