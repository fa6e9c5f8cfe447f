import GasBase
import GasFiles
import GasNN
import GasStore

/// Fills batches from a store: adjacency, features, histories and labels of a group of partitions.
///
/// One builder serves one thread at a time; batches that it filled do not depend on it or on each other. Mapped pages
/// are released when a batch is filled, so resident memory does not depend on the number of nodes.
public final class BatchBuilder {
  let store: Store
  let form: GraphForm
  let splitIndex: Int
  let usesEdgeFeatures: Bool
  let edgeWeightUse: EdgeWeightUse
  let scratchFolder: String?
  var unitDegrees: UnitDegrees?
  private var hasCheckedDegrees = false
  let histories: [History]
  let reader: PartitionReader
  let haloReader: HaloReader
  let sparseFeatures: SparseFeatureReader?
  /// The aggregation that `aggregatedFeatures` are read from.
  package var featureAggregate: FeatureAggregate?
  let trace: Trace?
  let dropsPages: Bool
  let readsInPlace: Bool
  /// What batches' rows are decoded to.
  let precision: Precision
  /// Memory for rows that are read past the page cache and decoded.
  let passing = PassingRows()
  private let thread = WorkerThread()
  /// Reads the adjacency while the batch's rows are read.
  let graphThread = WorkerThread()

  /// - Parameters:
  ///   - store: the store whose partitions batches are made of.
  ///   - form: the form of the model's adjacency; `.nodesOnly` leaves graph and halo out altogether.
  ///   - edgeFeatures: whether batches have `edgeFeatures`; filling one throws if the store has none.
  ///   - edgeWeights: how batches bring the weights of a weighted store; with `.feature`, filling one throws if the
  ///     store has none.
  ///   - histories: the history of layer l at place l − 1.
  ///   - scratchFolder: the folder whose disk takes files without names, if any are needed; by default that of the
  ///     store, or another one if the store's may not be written.
  ///   - splitIndex: which of the store's splits says what trains.
  ///   - trace: gets what is done when.
  ///   - dropsPages: whether pages leave the page cache once they were read, because they would not stay there until
  ///     they are read again.
  ///   - readsInPlace: whether halo rows that are only summed may be read from the mapping while a batch is computed,
  ///     where no budget of memory forbids it.
  ///   - precision: what batches' rows are decoded to.
  public init(
    _ store: Store, form: GraphForm, edgeFeatures: Bool = false, edgeWeights: EdgeWeightUse = .values,
    histories: [History], scratchFolder: String? = nil, splitIndex: Int = 0, trace: Trace? = nil,
    dropsPages: Bool = false, readsInPlace: Bool = false, precision: Precision = .float32
  ) {
    self.precision = precision
    self.store = store
    self.dropsPages = dropsPages
    self.readsInPlace = readsInPlace
    self.form = form
    self.histories = histories
    self.splitIndex = splitIndex
    self.trace = trace
    usesEdgeFeatures = edgeFeatures
    edgeWeightUse = edgeWeights
    self.scratchFolder = scratchFolder
    reader = PartitionReader(store, edgeFeatures: edgeFeatures)
    haloReader = HaloReader(store, reader)
    sparseFeatures = store.manifest.features?.storage == .sparse ? SparseFeatureReader(store) : nil
  }

  /// Fills `batch`.
  ///
  /// - Parameters:
  ///   - batch: the memory to fill.
  ///   - group: the partitions of the batch.
  ///   - contents: what the batch is to hold.
  ///   - unsettled: partitions whose histories are about to change. Their rows are left out and gathered by `settle`.
  ///   - halo: the halo rows of `haloSources`; by default they are read where they lie.
  ///   - lane: the lane of the thread that fills, in a trace.
  /// - Throws: `GasError` if the store is damaged or lacks what the model needs, or the batch has too many entries.
  func fill(
    _ batch: Batch, with group: [Int], _ contents: BatchContents, unsettled: Set<Int> = [],
    halo: (any HaloRows)? = nil, in lane: Trace.Lane = .main
  ) throws {
    try checkEdgeValues()
    let halo = halo ?? DirectRows(sources: haloSources(contents), readsInPlace: readsInPlace)
    // Releases what the batch before was read from; the one that is computed on now has hardly begun.
    release()
    try store.checkHolds(group)
    let hasGraph = contents.graph && form != .nodesOnly
    let isHeld = batch.holds(group, from: self, graph: hasGraph, contents)
    if !isHeld { arrange(batch, group) }
    var isFilled = false
    // Whatever fails, what was only begun to be read is not taken for whole the next time.
    defer { if !isFilled { batch.held = nil } }
    let aggregate = readAggregateAhead(batch, contents)
    defer { aggregate?.wait() }
    let graph = try isHeld ? nil : readGraph(batch, group, graph: hasGraph, contents, in: lane)
    defer { graph?.wait() }
    try halo.locate(batch, trace, in: lane)
    try trace.span("read input", in: lane) {
      if let aggregate { try aggregate.result() } else { try readInput(batch, contents, halo) }
    }
    try trace.span("pull histories", in: lane) { try pull(batch, contents, unsettled, halo) }
    if contents.labels { try readLabels(batch) } else { batch.forgetLabels() }
    try graph?.result()
    store.release()
    isFilled = true
  }

  private func arrange(_ batch: Batch, _ group: [Int]) {
    batch.held = nil
    batch.segments = Batch.Segment.arranged(group, store.partitions)
    batch.rowCount = batch.segments.last?.batchRows.upperBound ?? 0
  }

  /// Reads the features' aggregation while the graph is read, where both wait for the disk.
  private func readAggregateAhead(_ batch: Batch, _ contents: BatchContents) -> Pending? {
    guard dropsPages, case .aggregatedFeatures(let own) = contents.input else { return nil }
    let pending = Pending()
    let work = Unchecked((self, batch))
    thread.async {
      let (builder, batch) = work.value
      pending.finish(Result { try builder.readAggregate(batch, own: own) })
    }
    return pending
  }

  /// Checks once that the store has the edge values that the model needs.
  private func checkEdgeValues() throws {
    if usesEdgeFeatures && store.manifest.edgeFeatures == nil {
      throw GasError(
        "the store has no edge features, which the model needs", file: store.path,
        advice: store.adviceToIngest(.edgeFeatures))
    }
    if edgeWeightUse == .feature && !store.manifest.weighted {
      throw GasError(
        "the store has no edge weights, which the model needs", file: store.path,
        advice: store.adviceToIngest(.edgeWeights))
    }
    guard !hasCheckedDegrees else { return }
    try NormalisedDegrees.check(store, form, edgeWeightUse)
    hasCheckedDegrees = true
  }

  /// Returns when the builder's threads have let go of what they worked on, batches and histories.
  func drain() {
    thread.drain()
    graphThread.drain()
    passing.drain()
  }

  /// Removes mapped pages from this process's memory; the page cache keeps them.
  package func release() {
    for history in histories { history.release() }
    featureAggregate?.column.values.release()
    store.release()
  }
}
