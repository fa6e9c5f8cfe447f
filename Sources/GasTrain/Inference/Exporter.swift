import CGasKernels
import GasBase
import GasBatch
import GasFiles
import GasFormats
import GasNN
import GasRuns
import GasStore

/// Computes a trained run's outputs for all nodes, exactly, and writes them as `.npy` files in original order.
///
/// Row i of each file belongs to the i-th node of the ids (or feature rows) that the store was made of. The run's
/// histories stay as they are: layers are kept in scratch files while the pass goes on. These lie beside the outputs,
/// or else beside the run or in the folder of another store that is computed on, or where neither may be written, in a
/// folder for temporary files (`ScratchPlace`). It takes the memory of one batch.
public struct Exporter {
  /// The files to write; `nil` leaves one out.
  public struct Files: Sendable {
    /// float32 [N, hidden]: the last hidden layer, what the last stage reads.
    public var embeddings: String?
    /// int64 [N]: the class with the greatest logit; with multiple labels uint8 [N, C]: whether the logit is positive;
    /// with real values float32 [N], or [N, k] of several: the values, in the units of the labels.
    public var predictions: String?
    /// float32 [N, C]: the outputs of the model.
    public var logits: String?

    /// Whether files that are there are replaced; otherwise they are refused.
    public var replacesExisting: Bool

    /// Names the files; by default there are none.
    public init(
      embeddings: String? = nil, predictions: String? = nil, logits: String? = nil, replacesExisting: Bool = false
    ) {
      self.embeddings = embeddings
      self.predictions = predictions
      self.logits = logits
      self.replacesExisting = replacesExisting
    }

    /// The same files with links followed, once all are found fit to be written.
    fileprivate func checked() throws -> Files {
      var (files, paths) = (self, OutputPaths(replacesExisting: replacesExisting))
      files.embeddings = try paths.add(embeddings, as: "embeddings")?.path
      files.predictions = try paths.add(predictions, as: "predictions")?.path
      files.logits = try paths.add(logits, as: "logits")?.path
      return files
    }
  }

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
    /// The time that the export took.
    public var seconds: Double
    /// The greatest resident memory of the process.
    public var peakResidentBytes: Int
    /// The kernels that computed it.
    public var kernels: ComputeKernels
    /// The tool's sentences about the stores' edges (`EdgeNotes`); absent where there are none.
    public var notes: [String]?
  }

  private let store: Store
  private let folder: RunFolder
  private let training: Store
  private let settings: RunSettings
  private let model: any GraphModel

  /// Opens a run for export; nothing is computed yet.
  ///
  /// - Parameters:
  ///   - store: the store to compute on.
  ///   - folder: the run's folder.
  ///   - training: the store that the run belongs to, if that is another. Both have features and labels of the same
  ///     kind.
  ///   - model: the model that the run trained, if it is not one that settings can name.
  /// - Throws: `GasError` if the run's settings are damaged, or the model cannot be used on the store.
  public init(
    _ store: Store, _ folder: RunFolder, trainedOn training: Store? = nil, model: (any GraphModel)? = nil
  ) throws {
    self.store = store
    self.folder = folder.seenNow()
    self.training = training ?? store
    settings = try folder.settings()
    self.model = try model ?? ModelFactory.make(settings, for: self.training)
    try Evaluator.check(store, trainedOn: self.training, model: self.model)
  }

  /// Computes all outputs and writes the files.
  ///
  /// - Parameters:
  ///   - files: the files to write.
  ///   - threads: the number of threads that compute; the result does not depend on it.
  ///   - encoding: how hidden rows are kept from layer to layer; the result is exact with float32 alone.
  ///   - plan: the plan that the work keeps to, if there is a budget, partitions in a batch included.
  ///   - trace: gets what was done when.
  ///   - progress: gets how far each pass over batches is.
  ///   - others: makes files that get their names together with these, when all is computed.
  /// - Returns: scores and times.
  /// - Throws: `GasError` if the run has no weights, or has no embeddings where these are wanted, or if a file cannot
  ///   be written or must not be replaced.
  public func export(
    _ files: Files, threads: Int, keepingRowsIn encoding: RowEncoding = .float32, plan: RunPlan? = nil,
    trace: Trace? = nil, progress: @escaping (PassProgress) -> Void = { _ in },
    with others: () throws -> [ReadyFile] = { [] }
  ) throws -> Report {
    let clock = ContinuousClock.now
    let files = try files.checked()
    try ModelFile.read(folder.model, into: model)
    try folder.checkIsInPlace()
    let metric = SplitScores.metric(of: training)
    let sinks = try Sinks(files, store, model, training.manifest.labels?.kind ?? .single)
    // There is one pass alone, so nothing needs to be kept for another.
    let execution = ExecutionOptions(
      threads: threads, prefetches: settings.prefetch, writesSteadily: plan?.memoryBytes != nil,
      readsInPlace: plan?.memoryBytes == nil,
      haloWindows: plan?.haloWindows ?? 0, stagedPieceBytes: plan?.stagedPieceBytes, trace: trace, progress: progress)
    var settings = settings
    if let plan { settings.batchPartitions = .partitions(plan.batchPartitions) }
    let room = try scratchFolder(files, encoding, execution)
    HistorySet.clearLeftovers(in: room)
    let evaluator = try Evaluator(
      store, model: model, settings: settings, execution: execution, keepingRowsIn: encoding, scratchIn: room)
    let scores = try trace.recording { try evaluator.scores(observe: sinks.write) }
    // No file gets its name before all are on the disk.
    try (sinks.ready() + others()).publish()
    return Report(
      run: folder.name, nodeCount: store.nodeCount, metric: metric, trainAccuracy: scores[.train],
      valAccuracy: scores[.validation], testAccuracy: scores[.test], allAccuracy: scores.all,
      seconds: clock.duration(to: .now).seconds,
      peakResidentBytes: Memory.peakResidentBytes(), kernels: try ComputeKernels.load())
  }

  private func scratchFolder(_ files: Files, _ encoding: RowEncoding, _ execution: ExecutionOptions) throws -> String {
    var settings = settings
    settings.historyType = encoding
    settings.haloWindows = .count(execution.haloWindows)
    return try ScratchPlace.folder(
      beside: [files.embeddings, files.predictions, files.logits],
      or: [store === training ? folder.path : store.path],
      for: TrafficEstimate(.inference, store, settings, model).diskBytes)
  }
}

/// The open output files of an export.
private final class Sinks {
  private let store: Store
  private let stageCount: Int
  private let replaces: Bool
  private let embeddings: NpyOutput<Float>?
  private let classes: NpyOutput<Int64>?
  private let labels: NpyOutput<UInt8>?
  private let values: NpyOutput<Float>?
  private let logits: NpyOutput<Float>?
  private let codec = BlockCodec()
  private let order = Buffer<UInt32>()

  init(_ files: Exporter.Files, _ store: Store, _ model: any GraphModel, _ kind: Manifest.Labels.Kind) throws {
    self.store = store
    let stages = model.stages
    stageCount = stages.count
    let classCount = stages[stageCount - 1].width
    replaces = files.replacesExisting
    embeddings = try files.embeddings.map { path in
      guard stages.count > 1 else {
        throw GasError(
          "the model has no hidden layer between stages, so there are no embeddings", file: path,
          advice: "ask for --logits instead")
      }
      return try NpyOutput(
        creating: path, rowCount: store.nodeCount, width: stages[stages.count - 2].width)
    }
    func predictions<T: NpyElement>(of wanted: Manifest.Labels.Kind, width: Int?) throws -> NpyOutput<T>? {
      guard kind == wanted, let path = files.predictions else { return nil }
      return try NpyOutput(creating: path, rowCount: store.nodeCount, width: width)
    }
    classes = try predictions(of: .single, width: nil)
    labels = try predictions(of: .multi, width: classCount)
    values = try predictions(of: .values, width: classCount == 1 ? nil : classCount)
    logits = try files.logits.map {
      try NpyOutput(creating: $0, rowCount: store.nodeCount, width: classCount)
    }
  }

  func write(_ layer: Int, _ batch: Batch, _ rows: Matrix) throws {
    if layer == stageCount - 1 { try copy(batch, rows, to: embeddings) }
    guard layer == stageCount else { return }
    try copy(batch, rows, to: logits)
    try copy(batch, rows, to: values)
    if let classes {
      try forEachRow(batch) { row, place in
        var best: Int32 = 0
        gas_argmax_rows(1, Int64(rows.columns), rows.row(row), &best)
        classes.row(place)[0] = Int64(best)
      }
      classes.release()
    }
    if let labels {
      try forEachRow(batch) { row, place in
        for column in 0..<rows.columns { labels.row(place)[column] = rows[row, column] > 0 ? 1 : 0 }
      }
      labels.release()
    }
  }

  func ready() throws -> [ReadyFile] {
    try [
      embeddings?.ready(replaces: replaces), classes?.ready(replaces: replaces), labels?.ready(replaces: replaces),
      values?.ready(replaces: replaces), logits?.ready(replaces: replaces),
    ].compactMap { $0 }
  }

  private func copy(_ batch: Batch, _ rows: Matrix, to output: NpyOutput<Float>?) throws {
    guard let output else { return }
    try forEachRow(batch) { row, place in
      output.row(place).baseAddress!.update(from: rows.row(row), count: rows.columns)
    }
    output.release()
  }

  /// Calls `body` with each row of the batch and its place in original order.
  private func forEachRow(_ batch: Batch, _ body: (_ row: Int, _ place: Int) -> Void) throws {
    for segment in batch.segments {
      let places = order.resized(to: segment.nodes.count)
      try store.column(.order).read(segment.nodes, into: places, using: codec)
      for (index, place) in places.enumerated() {
        guard Int(place) < store.nodeCount else {
          throw GasError(
            expected: "a place below \(store.nodeCount)", found: "\(place)", file: store.column(.order).path,
            advice: "gas-stat verify says more")
        }
        body(segment.start + index, Int(place))
      }
    }
    store.column(.order).release()
  }
}
