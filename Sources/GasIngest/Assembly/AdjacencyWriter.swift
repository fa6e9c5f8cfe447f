import GasBase
import GasStore

/// Writes the adjacency of all partitions: `degrees`, `neighbours`, `halo` and what stands beside them.
struct AdjacencyWriter {
  let graph: Graph
  let order: NodeOrder
  private static let flushCount = 1 << 16

  func write(to store: StoreWriter) throws -> PartitionTable {
    try writeDegrees(to: store)
    let neighbours = try store.column(.neighbours, type: .uint32, encoding: .lz4)
    let weights = try graph.weights.map { _ in try store.column(.edgeWeights, type: .float32, encoding: .lz4) }
    let halo = try store.column(.halo, type: .uint32, encoding: .lz4)
    let haloDegrees = try store.column(.haloDegrees, type: .float32, encoding: .lz4)
    var encoder = PartitionEncoder(graph, order)
    var edgeStarts = [0]
    var haloStarts = [0]
    var innerCounts: [Int] = []
    let progress = ProgressLine("writing adjacency", total: graph.entryCount, unit: "entries")
    defer { progress.finish() }
    for partition in 0..<order.partitionCount {
      encoder.begin(partition)
      let counts = try writeLists(partition, encoder, neighbours, weights)
      try halo.append(encoder.halo)
      try haloDegrees.append(encoder.halo.map { normalisingDegree(ofRow: $0) })
      for column in [neighbours, weights, halo, haloDegrees] { try column?.endBlock() }
      edgeStarts.append(edgeStarts.last! + counts.entries)
      haloStarts.append(haloStarts.last! + encoder.halo.count)
      innerCounts.append(counts.inner)
      progress.advance(by: counts.entries)
    }
    return PartitionTable(
      nodeStarts: order.starts, edgeStarts: edgeStarts, haloStarts: haloStarts, innerEdgeCounts: innerCounts)
  }

  private func writeDegrees(to store: StoreWriter) throws {
    let degrees = try store.column(.degrees, type: .uint32, encoding: .raw)
    let weighted = try graph.weights.map { _ in try store.column(.weightedDegrees, type: .float32, encoding: .raw) }
    for row in 0..<graph.nodeCount {
      let node = Int(order.nodes[row])
      try degrees.append(UInt32(graph.degree(node)))
      try weighted?.append(graph.weightedDegree(node))
    }
  }

  private func writeLists(
    _ partition: Int, _ encoder: PartitionEncoder, _ neighbours: ColumnWriter, _ weights: ColumnWriter?
  ) throws -> (entries: Int, inner: Int) {
    var codes: [UInt32] = []
    var codeWeights: [Float] = []
    var entries = 0
    var inner = 0
    func flush() throws {
      try neighbours.append(codes)
      try weights?.append(codeWeights)
      entries += codes.count
      codes.removeAll(keepingCapacity: true)
      codeWeights.removeAll(keepingCapacity: true)
    }
    for row in order.range(of: partition) {
      inner += encoder.encode(row, codes: &codes, weights: &codeWeights)
      if codes.count >= Self.flushCount { try flush() }
    }
    try flush()
    return (entries, inner)
  }

  /// What GCN's normalisation divides by: the degree with a self-loop, whether the graph has it or not.
  private func normalisingDegree(ofRow row: UInt32) -> Float {
    let node = Int(order.nodes[Int(row)])
    return graph.weightedDegree(node) + (graph.hasSelfLoop(node) ? 0 : 1)
  }
}
