import GasBase
import GasFiles

/// Makes few halo rows without holding the graph in memory: clusters of neighbours, METIS on the graph of clusters,
/// then moves of single nodes, all of it in passes over the lists in their order.
///
/// 1. `LabelPropagation` gathers nodes into small clusters;
/// 2. `CoarseGraph` joins the clusters, in a table of bounded size, and METIS divides them;
/// 3. `HaloRefinement` moves nodes between partitions where that saves halo rows and cut edges.
///
/// This follows P. Sanders, C. Schulz, H. Meyerhenke (*Partitioning Complex Networks via Size-Constrained Clustering*,
/// SEA 2014), but saves halo rows where they save cut edges alone. A partition holds at most max(⌈N/K⌉, ⌊1.05
/// N/K⌋) nodes. Its entries stay within six times the mean unless few nodes with very long lists, or the limit on
/// nodes, leave no choice.
///
/// Passes run on all threads, with the same result whatever their number (`NodeRounds`). Memory: 20 bytes a node that
/// are used at random places (`Workspace.randomAccessZeros`), so passes slow down where these exceed half of the
/// memory; the coarse graph, and what METIS takes for it.
package struct StreamPartitioner: Partitioner {
  let seed: UInt64
  let space: Workspace
  var progress = ProgressDisplay.none

  /// Groups the seed of all random choices, memory and threads.
  package init(seed: UInt64, space: Workspace, progress: ProgressDisplay = ProgressDisplay.none) {
    self.seed = seed
    self.space = space
    self.progress = progress
  }

  /// Divides a graph.
  ///
  /// - Parameters:
  ///   - graph: without directions.
  ///   - count: how many partitions.
  /// - Returns: the partition of each node.
  /// - Throws: `GasError` if the disk or METIS fails.
  package func divide(_ graph: Graph, into count: Int) throws -> Partitioning {
    guard count > 1 else { return ContiguousPartitioner().divide(graph, into: count) }
    let limits = PartitionLimits(graph, count: count)
    let rounds = NodeRounds(graph, space.parallel, progress)
    let partitions = try firstPartitions(graph, limits, rounds)
    try HaloRefinement.run(graph, partitions, limits, rounds, space)
    dealOut(graph, partitions, count)
    return Partitioning(count: count, partitions: partitions)
  }

  /// Makes clusters, divides them, and gives each node the partition of its cluster; `UInt32.max` for nodes without
  /// neighbours.
  private func firstPartitions(
    _ graph: Graph, _ limits: PartitionLimits, _ rounds: NodeRounds
  ) throws -> FlatArray<UInt32> {
    let coarseEntries = CoarseGraph.entryLimit(graph, memoryBudget: space.memoryBytes)
    let clusters = try LabelPropagation.run(
      graph, limits, coarseEntries: coarseEntries, seed: seed, rounds, space)
    let coarse = CoarseGraph(
      graph, clusters, entryLimit: coarseEntries, seed: seed, parallel: space.parallel, progress)
    let chosen = try coarse.divide(into: limits.count, seed: seed)
    let partitions = clusters.numbers
    for node in 0..<graph.nodeCount where partitions[node] != .max {
      partitions[node] = chosen[Int(partitions[node])]
    }
    return partitions
  }

  /// Gives nodes without neighbours to the partitions that have the fewest nodes, up to the mean.
  private func dealOut(_ graph: Graph, _ partitions: FlatArray<UInt32>, _ count: Int) {
    var sizes = [Int](repeating: 0, count: count)
    for node in 0..<graph.nodeCount where partitions[node] != .max { sizes[Int(partitions[node])] += 1 }
    let enough = dividedUp(graph.nodeCount, by: count)
    // Smallest first, so that partitions that are empty get some.
    let order = sizes.indices.sorted { (sizes[$0], $0) < (sizes[$1], $1) }
    var place = 0
    for node in 0..<graph.nodeCount where partitions[node] == .max {
      while sizes[order[place]] >= enough { place += 1 }
      partitions[node] = UInt32(order[place])
      sizes[order[place]] += 1
    }
  }
}

/// What a partition may hold.
struct PartitionLimits {
  let count: Int
  /// The most nodes: max(⌈N/K⌉, ⌊1.05 N/K⌋).
  let nodes: Int
  /// The most entries: `mostEntries` times the mean.
  let entries: Int

  /// How many times the mean a partition's entries may be. Dense parts of a graph that are torn apart to balance
  /// entries cost halo rows: METIS, which balances nodes alone, makes partitions of 4 to 21 times the mean of skewed
  /// graphs.
  static let mostEntries = 6

  init(_ graph: Graph, count: Int) {
    self.count = count
    let nodeCount = graph.nodeCount
    nodes = max(dividedUp(nodeCount, by: count), 21 * nodeCount / (20 * count))
    entries = max(1, Self.mostEntries * graph.entryCount / count)
  }
}

extension Graph {
  /// Whether a node has no neighbour but itself.
  @inline(__always)
  func isIsolated(_ node: Int) -> Bool {
    let degree = degree(node)
    return degree == 0 || degree == 1 && neighbours[starts[node]] == UInt32(node)
  }
}
