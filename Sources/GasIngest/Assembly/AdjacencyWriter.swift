import GasBase
import GasStore

/// Writes the adjacency of all partitions: `degrees`, `neighbours`, `halo` and what stands beside them.
struct AdjacencyWriter {
  let graph: Graph
  let order: NodeOrder
  let progress: ProgressDisplay

  func write(to store: StoreWriter) throws -> PartitionTable {
    let normalisingDegrees = try writeDegrees(to: store)
    let neighbours = try store.column(.neighbours, type: .uint32, encoding: .lz4)
    let weights = try graph.weights.map { _ in try store.column(.edgeWeights, type: .float32, encoding: .lz4) }
    let halo = try store.column(.halo, type: .uint32, encoding: .lz4)
    let haloDegrees = try store.column(.haloDegrees, type: .float32, encoding: .lz4)
    var encoder = PartitionEncoder(graph, order)
    var edgeStarts = [0]
    var haloStarts = [0]
    var innerCounts: [Int] = []
    let line = progress.line("writing adjacency", total: graph.entryCount, unit: "entries")
    defer { line?.finish() }
    for partition in 0..<order.partitionCount {
      encoder.begin(partition)
      let counts = try writeLists(encoder, neighbours, weights)
      try halo.append(encoder.halo)
      try haloDegrees.append(encoder.halo.map { normalisingDegrees[Int($0)] })
      for column in [neighbours, weights, halo, haloDegrees] { try column?.endBlock() }
      edgeStarts.append(edgeStarts.last! + counts.entries)
      haloStarts.append(haloStarts.last! + encoder.halo.count)
      innerCounts.append(counts.inner)
      line?.advance(by: counts.entries)
    }
    return PartitionTable(
      nodeStarts: order.starts, edgeStarts: edgeStarts, haloStarts: haloStarts, innerEdgeCounts: innerCounts)
  }

  /// - Returns: what GCN's normalisation divides by, for each row: the degree with a self-loop, whether the graph has it or not.
  private func writeDegrees(to store: StoreWriter) throws -> FlatArray<Float> {
    let degrees = try store.column(.degrees, type: .uint32, encoding: .raw)
    let weighted = try graph.weights.map { _ in try store.column(.weightedDegrees, type: .float32, encoding: .raw) }
    let normalising = FlatArray<Float>(repeating: 0, count: graph.nodeCount)
    for row in 0..<graph.nodeCount {
      let node = Int(order.nodes[row])
      let degree = graph.weightedDegree(node)
      try degrees.append(UInt32(graph.degree(node)))
      try weighted?.append(degree)
      normalising[row] = degree + (graph.hasSelfLoop(node) ? 0 : 1)
    }
    return normalising
  }

  private func writeLists(
    _ encoder: PartitionEncoder, _ neighbours: ColumnWriter, _ weights: ColumnWriter?
  ) throws -> (entries: Int, inner: Int) {
    var entries = 0
    var inner = 0
    try encoder.forEachList { codes, codeWeights, innerCount in
      try neighbours.append(codes)
      try weights?.append(codeWeights)
      entries += codes.count
      inner += innerCount
    }
    return (entries, inner)
  }
}
