import GasBase
import GasStore

/// Writes the adjacency of all partitions: `degrees`, `neighbours`, `halo` and what stands beside them.
struct AdjacencyWriter {
  let graph: Graph
  let order: NodeOrder
  var edgeFeatures: EdgeFeatures?
  let progress: ProgressDisplay

  func write(to store: StoreWriter) throws -> PartitionTable {
    let normalisingDegrees = try writeDegrees(to: store)
    let lists = try ListColumns(store, graph, edgeFeatures)
    let halo = try store.column(.halo, type: .uint32, encoding: .packed)
    let haloDegrees = try store.column(.haloDegrees, type: .float32, encoding: .lz4)
    var encoder = PartitionEncoder(graph, order)
    var edgeStarts = [0]
    var haloStarts = [0]
    var innerCounts: [Int] = []
    let line = progress.line("writing adjacency", total: graph.entryCount, unit: "entries")
    defer { line?.finish() }
    for partition in 0..<order.partitionCount {
      encoder.begin(partition)
      let counts = try writeLists(encoder, lists)
      try halo.append(encoder.halo)
      try haloDegrees.append(encoder.halo.map { normalisingDegrees[Int($0)] })
      for column in lists.all + [halo, haloDegrees] { try column.endBlock() }
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
    _ encoder: PartitionEncoder, _ columns: ListColumns
  ) throws -> (entries: Int, inner: Int) {
    var entries = 0
    var inner = 0
    try encoder.forEachList { list in
      try columns.append(list)
      entries += list.codes.count
      inner += list.innerCount
    }
    edgeFeatures?.release()
    return (entries, inner)
  }
}

/// The columns with an element or a row for each adjacency entry.
private struct ListColumns {
  private let graph: Graph
  private let source: EdgeFeatures?
  private let neighbours: ColumnWriter
  private let weights: ColumnWriter?
  private let features: ColumnWriter?
  private let row = Buffer<Float>()

  init(_ store: StoreWriter, _ graph: Graph, _ source: EdgeFeatures?) throws {
    self.graph = graph
    self.source = source
    neighbours = try store.column(.neighbours, type: .uint32, encoding: .packed)
    weights = try graph.weights.map { _ in try store.column(.edgeWeights, type: .float32, encoding: .lz4) }
    features = try source.map {
      try store.column(.edgeFeatures, type: .float32, width: $0.width, encoding: .lz4)
    }
  }

  var all: [ColumnWriter] { [neighbours, weights, features].compactMap { $0 } }

  func append(_ list: PartitionEncoder.List) throws {
    try neighbours.append(list.codes)
    if let weights, let values = graph.weights {
      for entry in list.entries { try weights.append(values[entry]) }
    }
    if let features, let source, let origins = graph.origins {
      let row = row.resized(to: source.width)
      for entry in list.entries {
        source.read(origins[entry], into: row)
        try features.append(UnsafeBufferPointer(row))
      }
    }
  }
}
