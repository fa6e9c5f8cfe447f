import GasBase
import GasEdges
import GasFiles
import GasGraph
import GasStore

/// Writes the adjacency of all partitions: `degrees`, `neighbours`, `halo` and the columns that belong to them.
struct AdjacencyWriter {
  /// The graph, whose nodes are rows already.
  let graph: Graph
  let order: NodeOrder
  var edgeFeatures: EdgeFeatures?
  let space: Workspace
  let progress: ProgressDisplay

  func write(to store: StoreWriter) throws -> PartitionTable {
    let normalisingDegrees = try writeDegrees(to: store)
    let lists = try ListColumns(store, graph)
    let features = try edgeFeatures.map { try EdgeFeatureWriter($0, entryCount: graph.entryCount, in: space) }
    let halo = try store.column(.halo, type: .uint32, encoding: .packed)
    let haloDegrees = try store.column(.haloDegrees, type: .float32, encoding: .lz4)
    var encoder = try PartitionEncoder(graph, in: space)
    var edgeStarts = [0]
    var haloStarts = [0]
    var innerCounts: [Int] = []
    let line = progress.line("writing adjacency", total: graph.entryCount, unit: "entries")
    for partition in 0..<order.partitionCount {
      encoder.begin(order.range(of: partition))
      let counts = try writeLists(encoder, lists, features)
      try halo.append(encoder.halo)
      try haloDegrees.append(encoder.halo.map { normalisingDegrees[Int($0)] })
      for column in lists.all + [halo, haloDegrees] { try column.endBlock() }
      edgeStarts.append(edgeStarts.last! + counts.entries)
      haloStarts.append(haloStarts.last! + encoder.halo.count)
      innerCounts.append(counts.inner)
      line?.advance(by: counts.entries)
    }
    line?.finish()
    try features?.write(to: store, starts: edgeStarts, progress)
    return PartitionTable(
      nodeStarts: order.starts, edgeStarts: edgeStarts, haloStarts: haloStarts, innerEdgeCounts: innerCounts)
  }

  /// Writes the degrees. Returns what GCN's normalisation divides by, for each row: the degree with a self-loop,
  /// whether the graph has it or not.
  private func writeDegrees(to store: StoreWriter) throws -> FlatArray<Float> {
    let degrees = try store.column(.degrees, type: .uint32, encoding: .raw)
    let weighted = try graph.weights.map { _ in try store.column(.weightedDegrees, type: .float32, encoding: .raw) }
    let normalising: FlatArray<Float> = try space.randomAccessZeros(count: graph.nodeCount)
    try graph.forEachBlock { rows in
      for row in rows {
        let degree = graph.weightedDegree(row)
        try degrees.append(UInt32(graph.degree(row)))
        try weighted?.append(degree)
        normalising[row] = degree + (graph.hasSelfLoop(row) ? 0 : 1)
      }
    }
    return normalising
  }

  private func writeLists(
    _ encoder: PartitionEncoder, _ columns: ListColumns, _ features: EdgeFeatureWriter?
  ) throws -> (entries: Int, inner: Int) {
    var entries = 0
    var inner = 0
    try encoder.forEachPart { part in
      try columns.append(part)
      if let features, let origins = graph.origins {
        for entry in part.entries { try features.note(origins[entry]) }
      }
      entries += part.entries.count
      if part.isInner { inner += part.entries.count }
    }
    encoder.release()
    return (entries, inner)
  }
}

/// The columns with an element for each adjacency entry.
private struct ListColumns {
  private let graph: Graph
  private let neighbours: ColumnWriter
  private let weights: ColumnWriter?

  init(_ store: StoreWriter, _ graph: Graph) throws {
    self.graph = graph
    neighbours = try store.column(.neighbours, type: .uint32, encoding: .packed)
    weights = try graph.weights.map { _ in try store.column(.edgeWeights, type: .float32, encoding: .lz4) }
  }

  var all: [ColumnWriter] { [neighbours, weights].compactMap { $0 } }

  func append(_ part: PartitionEncoder.Part) throws {
    try neighbours.append(part.codes)
    if let weights, let values = graph.weights { try weights.append(UnsafeBufferPointer(values[part.entries])) }
  }
}
