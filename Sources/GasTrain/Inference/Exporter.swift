import CGasKernels
import GasBase
import GasBatch
import GasFiles
import GasFormats
import GasMetrics
import GasNN
import GasRanks
import GasRuns
import GasStore

/// Computes a trained run's outputs, exactly, and writes them as `.npy` files and as a table of probabilities.
///
/// Row i of each file belongs to the i-th node of the ids (or feature rows) that the store was made of, or to the i-th
/// node of a list: then only partitions are computed that these nodes depend on, where they are few. The run's
/// histories stay as they are: layers are kept in scratch files while the pass goes on. These lie beside the outputs,
/// or else beside the run or in the folder of another store that is computed on, or where neither may be written, in a
/// folder for temporary files (`ScratchPlace`). It takes the memory of one batch.
public struct Exporter {
  /// The result of an export.
  public struct Report: Codable, Sendable {
    /// The run's name.
    public var run: String
    /// The number of nodes that outputs were computed for.
    public var nodeCount: Int
    /// The name of the scores: "accuracy", "micro-F1" with multiple labels, "R2" with real values.
    public var metric: String
    /// The score of training nodes; absent where none has a label.
    public var trainAccuracy: Double?
    /// The score of validation nodes; absent where none has a label.
    public var valAccuracy: Double?
    /// The score of test nodes; absent where none has a label.
    public var testAccuracy: Double?
    /// The score of all labelled nodes, in the place of these three, if the store has no splits.
    public var allAccuracy: Double?
    /// The parts, `val` and `test`, that training scored on nodes of other stores. Scores here are of the nodes of the
    /// store that is computed on. Absent where there are none, or the run belongs to another store.
    public var elsewhere: [String]?
    /// The score that decided which weights the run kept; absent where the store of its validation nodes, which would
    /// tell, is not in its place.
    public var select: Score?
    /// All scores of each part, or of all nodes of a store without splits.
    public var scores: SplitScores
    /// The thresholds of predictions; absent where none was asked for.
    public var threshold: Threshold.Report?
    /// The time that the export took.
    public var seconds: Double
    /// The greatest resident memory of the process.
    public var peakResidentBytes: Int
    /// The kernels that computed it.
    public var kernels: ComputeKernels
    /// The tool's sentences about the stores' edges (`EdgeNotes`); absent where there are none.
    public var notes: [String]?
  }

  let store: Store
  private let folder: RunFolder
  let training: Store
  private let settings: RunSettings
  let model: any GraphModel

  /// Opens a run for export; nothing is computed yet.
  ///
  /// - Parameters:
  ///   - store: the store to compute on.
  ///   - folder: the run's folder.
  ///   - training: the store that the run belongs to, if that is another. Both have features and labels of the same
  ///     kind.
  ///   - model: the model that the run trained, if it is not one that settings can name.
  ///   - precision: what is computed with; by default as in the run.
  /// - Throws: `GasError` if the run's settings are damaged, or the model cannot be used on the store.
  public init(
    _ store: Store, _ folder: RunFolder, trainedOn training: Store? = nil, model: (any GraphModel)? = nil,
    precision: Precision? = nil
  ) throws {
    self.store = store
    self.folder = folder.seenNow()
    self.training = training ?? store
    var settings = try folder.settings()
    settings.precision = precision ?? settings.precision
    self.settings = settings
    self.model = try model ?? ModelFactory.make(settings, for: self.training)
    try Evaluator.check(store, trainedOn: self.training, model: self.model)
  }

  /// Computes all outputs and writes the files.
  ///
  /// - Parameters:
  ///   - files: the files to write.
  ///   - threads: the number of threads that compute; the result does not depend on it.
  ///   - encoding: how hidden rows are kept from layer to layer; the result is exact with float32 alone, or with
  ///     bfloat16 where that is the precision.
  ///   - weights: which of the run's weights are used.
  ///   - threshold: above which probability class 1 of two classes, or a label, is predicted; scores of predictions
  ///     follow it. `nil` for 0.5.
  ///   - plan: the plan that the work keeps to, if there is a budget, partitions in a batch included.
  ///   - table: the table of probabilities to write; `nil` for none.
  ///   - nodes: the nodes that are wanted, in the order of rows; all if `nil`. Scores are of all, so none with a list.
  ///   - trace: gets what was done when.
  ///   - group: the ranks that compute together, of which this is the first; `nil` where this process works alone.
  ///   - progress: gets how far each pass over batches is.
  ///   - others: makes files that get their names together with these, when all is computed.
  /// - Returns: scores and times.
  /// - Throws: `GasError` if the run has no weights, or has no embeddings where these are wanted, or if a file cannot
  ///   be written or must not be replaced.
  public func export(
    _ files: Files, threads: Int, keepingRowsIn encoding: RowEncoding = .float32, weights: KeptWeights = .best,
    threshold: Threshold? = nil, plan: RunPlan? = nil, scores table: ScoreTable? = nil, of nodes: NodeList? = nil,
    trace: Trace? = nil, among group: RankGroup? = nil, progress: @escaping (PassProgress) -> Void = { _ in },
    with others: () throws -> [ReadyFile] = { [] }
  ) throws -> Report {
    let clock = ContinuousClock.now
    let sizes = self.sizes(of: files, scores: table, threshold: threshold, of: nodes)
    let bucketBytes = sizes.bucketBytes(within: plan?.memoryBytes)
    let files = try files.checked()
    if let output = files.paths.first {
      DiskNeed(sizes.fileBytes, for: "outputs", in: AtomicFile.parent(of: output)).tell()
    }
    let width = model.stages[model.stages.count - 1].width
    let tableFile = try table?.checked(classCount: width)
    if threshold != nil { try Threshold.check(training.manifest.labels, training.path) }
    try weights.read(folder, into: model)
    try folder.checkIsInPlace()
    let metric = SplitScores.metric(of: training)
    let places = OriginalPlaces(store, nodes)
    let sinks = try OutputArrays(
      files, places, model, training.manifest.labels?.kind ?? .single, nodes, decidesLater: threshold != nil,
      bucketBytes: bucketBytes)
    // A threshold that validation nodes choose takes the outputs of them all.
    let reached = try (threshold == .auto ? nil : nodes).map {
      try Neighbourhood(of: $0.partitions, in: store, stageCount: model.stages.count)
    }
    let neighbourhood = reached.flatMap { $0.isSmall ? $0 : nil }
    // There is one pass alone, so nothing needs to be kept for another.
    let execution = ExecutionOptions(
      threads: threads, prefetches: settings.prefetch, writesSteadily: plan?.memoryBytes != nil,
      readsInPlace: plan?.memoryBytes == nil && neighbourhood == nil,
      haloWindows: neighbourhood == nil ? plan?.haloWindows ?? 0 : 0,
      layerMail: neighbourhood == nil ? plan?.layerMail : nil, stagedPieceBytes: plan?.stagedPieceBytes,
      memoryBytes: plan?.memoryBytes, trace: trace, progress: progress)
    var settings = settings
    if let plan { settings.batchPartitions = .partitions(plan.batchPartitions) }
    // What the files take by now is no part of it.
    let room = try scratchFolder(
      files, tableFile, encoding, execution, keeping: sizes.keptBytes(within: plan?.memoryBytes),
      then: sizes.repeatedBytes, isWhole: neighbourhood == nil)
    HistorySet.clearLeftovers(in: room)
    let part = try joined(
      group, files, hasTable: table != nil, encoding, settings, threads, plan, isTraced: trace != nil, scratchIn: room)
    let sink = try table.map {
      try ScoreSink(
        $0, to: tableFile, store, trainedOn: training, nodes: nodes, width: width, places: places,
        bucketBytes: bucketBytes, scratchIn: room, Parallel(threadCount: threads, trace: trace))
    }
    if threshold != nil { try sinks.decideLater(in: room) }
    func observe(_ layer: Int, _ batch: Batch, _ rows: Matrix) throws {
      try sinks.write(layer, batch, rows)
      if layer == model.stages.count { try sink?.keep(batch, rows) }
    }
    // The evaluator's memory is given back before outputs are put in order, which takes some.
    let meter = try trace.recording {
      let evaluator = try Evaluator(
        store, model: model, settings: settings, execution: execution, keepingRowsIn: encoding, scratchIn: room,
        isReserved: neighbourhood == nil, part: part)
      return try evaluator.measure(neighbourhood, observe: observe)
    }
    try end(group, trace)
    let cuts = try threshold?.resolved(meter, count: sinks.decisionWidth, file: store.path)
    if let cuts {
      try sinks.decide(above: cuts.outputs)
      sink?.predicts(above: cuts.outputs)
    }
    let scores = try nodes == nil ? meter?.scores(above: cuts?.outputs) ?? SplitScores() : SplitScores()
    // No file gets its name before all are on the disk.
    try (sinks.ready() + (sink?.ready() ?? []) + others()).publish()
    try sink?.print()
    return Report(
      run: folder.name, nodeCount: nodes?.count ?? store.nodeCount, metric: metric, trainAccuracy: scores.train?.main,
      valAccuracy: scores.val?.main, testAccuracy: scores.test?.main, allAccuracy: scores.all?.main,
      elsewhere: elsewhere(of: nodes), select: try folder.decidingScore(settings, in: training), scores: scores,
      threshold: cuts?.1,
      seconds: clock.duration(to: .now).seconds,
      peakResidentBytes: Memory.peakResidentBytes(), kernels: try ComputeKernels.load(for: settings.precision))
  }

  private func elsewhere(of nodes: NodeList?) -> [String]? {
    let parts = settings.evaluationStores.map(\.part.key)
    return parts.isEmpty || nodes != nil || store !== training ? nil : parts
  }

  /// Chooses the folder of scratch files, whose disk should have room for what is to come: what is kept to the end, and
  /// besides hidden rows, or later files in which rows are repeated.
  private func scratchFolder(
    _ files: CheckedFiles, _ table: OutputFile?, _ encoding: RowEncoding, _ execution: ExecutionOptions,
    keeping keptBytes: Int, then repeatedBytes: Int, isWhole: Bool
  ) throws -> String {
    var settings = settings
    settings.historyType = encoding
    settings.haloWindows = .count(execution.haloWindows)
    let hidden = isWhole ? TrafficEstimate(.inference, store, settings, model).diskBytes : 0
    let place = try ScratchPlace.folder(
      beside: files.paths + [table?.path].compactMap(\.self), or: [store === training ? folder.path : store.path],
      for: keptBytes + max(hidden, repeatedBytes))
    DiskNeed(keptBytes + hidden, for: "temporary files", in: place).tell()
    return place
  }
}
