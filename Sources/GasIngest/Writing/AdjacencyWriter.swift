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

/// Codes the neighbours of one partition after the other: as a row of the partition, or as a place in the partition's
/// sorted halo list.
///
/// The nodes of its graph are rows already, so it passes over the graph once, front to back. Memory: a halo, part of a
/// list, and the `HaloIndex`. Not thread-safe.
struct PartitionEncoder {
  private let graph: Graph
  private let index: HaloIndex
  private let memory = Buffer<UInt32>()
  private var own: Range<Int> = 0..<0
  /// The halo rows of the current partition, ascending.
  private(set) var halo: [UInt32] = []

  /// Longer lists are given in parts.
  private static let largestPart = 1 << 16

  init(_ graph: Graph, in space: Workspace) throws {
    self.graph = graph
    index = try HaloIndex(rowCount: graph.nodeCount, in: space)
  }

  /// Collects the halo of the partition that owns some rows, for `forEachPart`.
  mutating func begin(_ own: Range<Int>) {
    index.remove(halo)
    self.own = own
    let bounds = UInt32(own.lowerBound)..<UInt32(own.upperBound)
    for entry in graph.starts[own.lowerBound]..<graph.starts[own.upperBound] {
      let row = graph.neighbours[entry]
      if !bounds.contains(row) { index.insert(row) }
    }
    halo = index.sealed()
  }

  /// Part of a row's list as the store holds it.
  struct Part {
    /// The coded neighbours, ascending within a list.
    let codes: UnsafeBufferPointer<UInt32>
    /// The entries of the graph that were coded.
    let entries: Range<Int>
    /// Whether the codes are rows of the partition.
    let isInner: Bool
  }

  /// Calls `body` with the lists of the partition's rows, in parts that are valid until it returns.
  func forEachPart(_ body: (Part) throws -> Void) throws {
    for row in own {
      let entries = graph.entries(of: row)
      // The partition's own rows come first in a list. On both sides of them, neighbours ascend as their places in the
      // halo do.
      let first = graph.firstEntry(of: entries, from: UInt32(own.lowerBound))
      let last = graph.firstEntry(of: first..<entries.upperBound, from: UInt32(own.upperBound))
      try encode(first..<last, isInner: true, body)
      try encode(entries.lowerBound..<first, isInner: false, body)
      try encode(last..<entries.upperBound, isInner: false, body)
    }
  }

  private func encode(_ entries: Range<Int>, isInner: Bool, _ body: (Part) throws -> Void) throws {
    for part in entries.chunks(ofCount: Self.largestPart) {
      let codes = memory.resized(to: part.count)
      for (place, entry) in part.enumerated() {
        let neighbour = graph.neighbours[entry]
        codes[place] =
          isInner ? neighbour - UInt32(own.lowerBound) : UInt32(own.count) + index.place(of: neighbour)
      }
      try body(Part(codes: UnsafeBufferPointer(codes), entries: part, isInner: isInner))
    }
  }

  /// Gives back the memory of the lists.
  func release() { graph.release(own) }
}
