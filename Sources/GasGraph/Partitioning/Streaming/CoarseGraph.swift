import CMetis
import GasBase
import GasFiles

/// The graph of clusters: it has an edge where edges of the graph join two of them, weighted by their number; a cluster
/// is weighted by the nodes and the entries that it holds.
struct CoarseGraph {
  private let metis: MetisGraph
  private let sizes: [Int]

  /// How many entries the coarse graph may have, so that METIS takes at most a quarter of the budget, and a sixth of
  /// what it would take for the graph itself unless that is little: where fewer are kept of a graph of a million nodes,
  /// communities can hardly be told from chance.
  static func entryLimit(_ graph: Graph, memoryBudget: Int) -> Int {
    let affordable = max(1 << 16, memoryBudget / 4 / AutoPartitioner.metisBytes(nodeCount: 0, entryCount: 1))
    return min(affordable, max(1 << 19, graph.entryCount / 6))
  }

  init(
    _ graph: Graph, _ clusters: LabelPropagation.Clusters, entryLimit: Int, seed: UInt64, parallel: Parallel,
    _ progress: ProgressDisplay
  ) {
    var pairs = PairTable(largestCount: entryLimit / 2, seed: seed)
    var sizes = [Int](repeating: 0, count: clusters.count)
    var entries = sizes
    let line = progress.line("joining clusters", total: graph.entryCount, unit: "entries")
    let edges = ClusterEdges(graph, clusters.numbers, parallel)
    graph.forEachBlock { nodes in
      for node in nodes where clusters.numbers[node] != .max {
        sizes[Int(clusters.numbers[node])] += 1
        entries[Int(clusters.numbers[node])] += graph.degree(node)
      }
      edges.forEachPiece(of: nodes) { pairs.count($0) }
      line?.advance(by: graph.starts[nodes.upperBound] - graph.starts[nodes.lowerBound])
    }
    line?.finish()
    self.sizes = sizes
    metis = Self.lists(pairs, sizes, entries)
  }

  private static func lists(_ pairs: PairTable, _ sizes: [Int], _ entries: [Int]) -> MetisGraph {
    let ends = FlatArray<idx_t>(repeating: 0, count: sizes.count + 1)
    var heaviest = 0
    pairs.forEachPair { a, b, count in
      ends[a] += 1
      ends[b] += 1
      heaviest += count
    }
    ends.accumulate()
    let neighbours = FlatArray<idx_t>(repeating: 0, count: 2 * pairs.pairCount)
    let weights = FlatArray<idx_t>(repeating: 0, count: 2 * pairs.pairCount)
    let edgeScale = Scale(total: 2 * heaviest)
    pairs.forEachPair { a, b, count in
      for (from, to) in [(a, b), (b, a)] {
        let place = Int(ends[from])
        neighbours[place] = idx_t(to)
        weights[place] = edgeScale(count)
        ends[from] += 1
      }
    }
    // Each end has become the start of the next list.
    let starts = FlatArray<idx_t>(count: sizes.count + 1) { $0 == 0 ? 0 : ends[$0 - 1] }
    let (nodeScale, entryScale) = (Scale(total: sizes.reduce(0, +)), Scale(total: entries.reduce(0, +)))
    let nodeWeights = FlatArray<idx_t>(count: 2 * sizes.count) {
      $0 % 2 == 0 ? nodeScale(sizes[$0 / 2]) : entryScale(entries[$0 / 2])
    }
    return MetisGraph(
      starts: starts, neighbours: neighbours, edgeWeights: weights, nodeWeights: nodeWeights,
      imbalance: [1.03, 0.9 * Float(PartitionLimits.mostEntries)])
  }

  /// Divides the clusters by METIS.
  ///
  /// - Parameters:
  ///   - count: how many partitions.
  ///   - seed: of METIS's random choices.
  /// - Returns: the partition of each cluster.
  /// - Throws: `GasError` if METIS fails.
  func divide(into count: Int, seed: UInt64) throws -> [UInt32] {
    if sizes.count <= count { return sizes.indices.map { UInt32($0) } }
    guard metis.entryCount > 0 else { return ranges(count) }
    let partitions = try metis.divide(into: count, seed: seed)
    return sizes.indices.map { UInt32(partitions[$0]) }
  }

  /// Divides clusters that nothing joins in their order, with as many nodes in each partition.
  private func ranges(_ count: Int) -> [UInt32] {
    let total = sizes.reduce(0, +)
    var before = 0
    return sizes.map { size in
      defer { before += size }
      return UInt32(before * count / total)
    }
  }

  /// Makes weights small enough that METIS can add them up in its own numbers, which may be of 32 bits.
  private struct Scale {
    private let shift: Int

    init(total: Int) { shift = max(0, 34 - total.leadingZeroBitCount) }

    func callAsFunction(_ weight: Int) -> idx_t { idx_t(max(1, weight >> shift)) }
  }
}
