import GasBase
import GasNN
import GasStore

/// Fills batches from a store: adjacency, features, histories and labels of a group of partitions.
///
/// One builder serves one thread at a time; batches that it filled are independent of it and of each other. What is mapped is
/// released when a batch is filled, so resident memory does not depend on the number of nodes.
public final class BatchBuilder {
  let store: Store
  let form: GraphForm
  let splitIndex: Int
  private let usesEdgeFeatures: Bool
  private let histories: [History]
  private let reader: PartitionReader
  private let haloReader: HaloReader
  private let sparseFeatures: SparseFeatureReader?
  /// What `aggregatedFeatures` are read from.
  var featureAggregate: FeatureAggregate?
  let trace: Trace?
  private let dropsPages: Bool

  /// - Parameters:
  ///   - form: what the model's adjacency looks like; `.nodesOnly` leaves graph and halo out altogether.
  ///   - edgeFeatures: whether batches have `edgeFeatures`; filling one throws if the store has none.
  ///   - histories: history of layer l at place l − 1.
  ///   - dropsPages: whether what was read leaves the page cache, where it would not stay until it is read again.
  public init(
    _ store: Store, form: GraphForm, edgeFeatures: Bool = false, histories: [History], splitIndex: Int = 0,
    trace: Trace? = nil, dropsPages: Bool = false
  ) {
    self.store = store
    self.dropsPages = dropsPages
    self.form = form
    self.histories = histories
    self.splitIndex = splitIndex
    self.trace = trace
    usesEdgeFeatures = edgeFeatures
    reader = PartitionReader(store, edgeFeatures: edgeFeatures)
    haloReader = HaloReader(store, reader)
    sparseFeatures = store.manifest.features?.storage == .sparse ? SparseFeatureReader(store) : nil
  }

  /// Fills `batch`.
  ///
  /// - Parameters:
  ///   - unsettled: partitions whose histories are about to change. Their rows are left out and gathered by `settle`.
  ///   - staged: copies of the halo rows of `haloSources`, to be read instead of these.
  ///   - lane: of the thread that fills, in a trace.
  func fill(
    _ batch: Batch, with group: [Int], _ contents: BatchContents, unsettled: Set<Int> = [], staged: StagedRows? = nil,
    in lane: Trace.Lane = .main
  ) throws {
    try checkEdgeFeatures()
    let hasGraph = contents.graph && form != .nodesOnly
    if !batch.holds(group, from: self, graph: hasGraph, transposed: contents.transposed) {
      try trace.span("read graph", in: lane) {
        try fillGraph(batch, group, graph: hasGraph, transposed: contents.transposed)
      }
    }
    try trace.span("read input", in: lane) { try readInput(batch, contents, staged) }
    try trace.span("pull histories", in: lane) { try pull(batch, contents, unsettled, staged) }
    if contents.labels { readLabels(batch) } else { batch.labels = .none }
    release()
  }

  /// What never changes of a batch: its rows, halo and adjacency.
  private func fillGraph(_ batch: Batch, _ group: [Int], graph: Bool, transposed: Bool) throws {
    batch.held = nil
    batch.segments = Batch.Segment.arranged(group, store.partitions)
    batch.rowCount = batch.segments.last?.batchRows.upperBound ?? 0
    if graph {
      for partition in group { reader.prefetch(partition) }
      try readGraph(batch, transposed: transposed)
    } else {
      batch.haloCount = 0
      batch.edgeCount = 0
      batch.adjacency = batch.memory.edgeless(rowCount: batch.rowCount)
      batch.edgeFeatures = nil
    }
    batch.held = Batch.Held(builder: self, group: group, hasGraph: graph, isTransposed: transposed)
  }

  /// Gathers the history rows that `fill` had to leave out. With no partition unsettled there is nothing to do.
  public func settle(_ batch: Batch, _ contents: BatchContents, unsettled: Set<Int>) throws {
    guard !unsettled.isEmpty, batch.haloCount > 0 else { return }
    for layer in contents.pulledLayers {
      let values = histories[layer - 1].rows
      try forEachHaloRun(batch) { owner, run in
        if unsettled.contains(owner) {
          try gather(values, batch, run, into: batch.pulled(layer: layer), at: run.lowerBound)
        }
      }
    }
  }

  private func checkEdgeFeatures() throws {
    guard usesEdgeFeatures && store.manifest.edgeFeatures == nil else { return }
    throw GasError(
      "the store has no edge features, which the model needs", file: store.path,
      advice: "ingest again with --edge-features")
  }

  private func readGraph(_ batch: Batch, transposed: Bool) throws {
    let joined = try haloReader.read(
      batch.segments, rowCount: batch.rowCount, halo: batch.memory.haloRows, haloDegrees: batch.memory.haloDegrees)
    batch.haloCount = joined.count
    let stored = batch.segments.reduce(0) { $0 + store.partitions.edges($1.partition).count }
    var builder = AdjacencyBuilder(
      form: form, weighted: store.manifest.weighted,
      edgeFeatureWidth: usesEdgeFeatures ? store.manifest.edgeFeatures?.width ?? 0 : 0, rowCount: batch.rowCount,
      storedEdgeCount: stored, memory: batch.memory)
    for (segment, columns) in zip(batch.segments, joined.columns) {
      builder.append(try reader.adjacency(of: segment.partition), haloColumns: columns)
      if dropsPages { reader.drop(segment.partition) }
    }
    let haloDegrees = batch.memory.haloDegrees.resized(to: batch.haloCount)
    batch.adjacency = builder.finish(haloDegrees: UnsafeBufferPointer(haloDegrees), transposed: transposed)
    batch.edgeCount = builder.edgeCount
    batch.edgeFeatures = builder.edgeFeatureRows
  }

  private func readInput(_ batch: Batch, _ contents: BatchContents, _ staged: StagedRows?) throws {
    switch contents.input {
    case .features where sparseFeatures != nil:
      let features = try batch.held?.features ?? sparseFeatures!.read(batch)
      batch.held?.features = features
      batch.input = .sparse(features)
    case .features:
      batch.input = .dense(try readRows(store.featureRows, batch, staged))
    case .aggregatedFeatures(let own):
      guard let featureAggregate else { preconditionFailure("no aggregation of the features was made") }
      batch.input = .aggregate(
        readOwnRows(StoredRows(featureAggregate.column.values), batch, into: batch.memory.aggregate),
        own: own ? readOwnRows(store.featureRows, batch, into: batch.memory.input) : nil)
    case .history(let layer):
      batch.input = .dense(try readRows(histories[layer - 1].rows, batch, staged))
    }
  }

  /// Batch rows, partition by partition, then halo rows.
  private func readRows(_ values: StoredRows, _ batch: Batch, _ staged: StagedRows?) throws -> Matrix {
    let target = readOwnRows(values, batch, room: batch.haloCount, into: batch.memory.input)
    if let staged {
      try staged.copy(0, of: batch.haloCount, into: target.row(batch.rowCount))
    } else {
      try gather(values, batch, 0..<batch.haloCount, into: target, at: batch.rowCount)
    }
    return target
  }

  /// - Parameter room: for so many rows more.
  private func readOwnRows(
    _ values: StoredRows, _ batch: Batch, room: Int = 0, into buffer: Buffer<Float>
  ) -> Matrix {
    let target = buffer.matrix(rows: batch.rowCount + room, columns: values.width)
    for segment in batch.segments {
      RowGatherer.copy(
        values, segment.nodes, into: target.base + segment.start * values.width, drops: dropsPages)
    }
    return target
  }

  private func pull(
    _ batch: Batch, _ contents: BatchContents, _ unsettled: Set<Int>, _ staged: StagedRows?
  ) throws {
    let layers = contents.pulledLayers
    let firstSource = haloInput(contents) == nil ? 0 : 1
    batch.pulledLayers = layers
    while batch.memory.pulled.count < layers.count { batch.memory.pulled.append(Buffer()) }
    batch.pulled = try layers.map { layer in
      let values = histories[layer - 1].rows
      let target = batch.memory.pulled[layer - layers.lowerBound].matrix(rows: batch.haloCount, columns: values.width)
      if let staged {
        try staged.copy(firstSource + layer - layers.lowerBound, of: batch.haloCount, into: target.base)
      } else if unsettled.isEmpty {
        try gather(values, batch, 0..<batch.haloCount, into: target, at: 0)
      } else {
        try forEachHaloRun(batch) { owner, run in
          if !unsettled.contains(owner) { try gather(values, batch, run, into: target, at: run.lowerBound) }
        }
      }
      return target
    }
  }

  /// The columns that batches of such contents read scattered rows of: that of the input first, then those of pulled layers.
  func haloSources(_ contents: BatchContents) -> [StoredRows] {
    guard contents.graph && form != .nodesOnly else { return [] }
    let pulled = contents.pulledLayers.map { histories[$0 - 1].rows }
    return (haloInput(contents).map { [$0] } ?? []) + pulled
  }

  private func haloInput(_ contents: BatchContents) -> StoredRows? {
    switch contents.input {
    case .features: sparseFeatures == nil ? store.featureRows : nil
    case .history(let layer): histories[layer - 1].rows
    case .aggregatedFeatures: nil
    }
  }

  private func gather(
    _ values: StoredRows, _ batch: Batch, _ run: Range<Int>, into target: Matrix, at row: Int
  ) throws {
    let rows = UnsafeBufferPointer(rebasing: UnsafeBufferPointer(batch.haloRows)[run])
    try RowGatherer.gather(values, rows, into: target.base + row * values.width)
  }

  /// Calls `body` for each partition that owns halo rows, with their places in the halo.
  private func forEachHaloRun(_ batch: Batch, _ body: (Int, Range<Int>) throws -> Void) rethrows {
    let rows = batch.haloRows
    var start = 0
    while start < rows.count {
      let owner = store.partitions.owner(of: Int(rows[start]))
      let ownedEnd = store.partitions.nodes(owner).upperBound
      var end = start + 1
      while end < rows.count && Int(rows[end]) < ownedEnd { end += 1 }
      try body(owner, start..<end)
      start = end
    }
  }

  private func release() {
    store.release()
    for history in histories { history.release() }
    featureAggregate?.column.values.release()
  }
}

extension Buffer<Float> {
  fileprivate func matrix(rows: Int, columns: Int) -> Matrix {
    Matrix(rows: rows, columns: columns, base: resized(to: max(1, rows * columns)).baseAddress!)
  }
}
