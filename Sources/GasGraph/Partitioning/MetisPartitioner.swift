import CMetis
import GasBase
import GasFiles

/// Multilevel k-way partitioning by METIS: few edges between partitions, node counts within 3 % of each other.
///
/// G. Karypis, V. Kumar, *A Fast and High Quality Multilevel Scheme for Partitioning Irregular Graphs*, SIAM J. Sci.
/// Comput. 20 (1998). As the published GAS experiments use it: edge weights are not looked at, all nodes weigh the
/// same.
package struct MetisPartitioner: Partitioner {
  let seed: UInt64

  /// Makes all random choices by the seed.
  package init(seed: UInt64) {
    self.seed = seed
  }

  /// Divides a graph by METIS.
  ///
  /// - Parameters:
  ///   - graph: without directions.
  ///   - count: how many partitions.
  /// - Returns: the partition of each node.
  /// - Throws: `GasError` if METIS fails.
  package func divide(_ graph: Graph, into count: Int) throws -> Partitioning {
    let metis = try metisGraph(graph)
    // METIS fails on these two, which need no search.
    guard count > 1 && metis.entryCount > 0 else { return ContiguousPartitioner().divide(graph, into: count) }
    let partitions = try metis.divide(into: count, seed: seed)
    return Partitioning(count: count, partitions: FlatArray(count: graph.nodeCount) { UInt32(partitions[$0]) })
  }

  private func metisGraph(_ graph: Graph) throws -> MetisGraph {
    guard graph.entryCount <= Int(idx_t.max) else {
      throw GasError(
        "a graph of \(graph.entryCount) adjacency entries is too large for METIS (\(idx_t.bitWidth)-bit numbers)",
        advice: "pass --partitioner stream, or file:PATH with partitions of your own")
    }
    let starts = FlatArray<idx_t>(repeating: 0, count: graph.nodeCount + 1)
    let neighbours = FlatArray<idx_t>(repeating: 0, count: graph.entryCount)
    var count = 0
    for node in 0..<graph.nodeCount {
      for entry in graph.entries(of: node) where graph.neighbours[entry] != UInt32(node) {
        neighbours[count] = idx_t(graph.neighbours[entry])
        count += 1
      }
      starts[node + 1] = idx_t(count)
    }
    return MetisGraph(starts: starts, neighbours: neighbours)
  }
}
