import GasBase
import GasBatch
import GasMetrics
import GasNN
import GasSettings
import GasStore

/// Scores a model on a store, exactly, by layer-wise inference in scratch histories of its own.
///
/// The store may be another than the one that the model learns from (inductive evaluation). The graph, its features and
/// labels are then all new to the model. Scratch files are made once and used for every evaluation. They have no names,
/// so they are gone with the evaluator, or with the process. It takes the memory of one batch. It is used from one
/// thread.
public final class Evaluator {
  /// The store that the model is scored on.
  public let store: Store
  let runner: StageRunner
  private let scratch: String

  /// Makes an evaluator and its scratch histories.
  ///
  /// - Parameters:
  ///   - store: the store to score on.
  ///   - model: evaluated with the weights that it has at the time.
  ///   - settings: the run's settings, for the partitions in a batch and the split.
  ///   - execution: how evaluations are carried out.
  ///   - encoding: how rows are kept from layer to layer.
  ///   - folder: the folder in which scratch files take disk space.
  ///   - isReserved: whether disk space is set aside for all rows; it need not be where few are computed.
  /// - Throws: `GasError` if the store has no such split, or the disk of the folder is full.
  public convenience init(
    _ store: Store, model: any GraphModel, settings: RunSettings, execution: ExecutionOptions,
    keepingRowsIn encoding: RowEncoding = .float32,
    scratchIn folder: String, isReserved: Bool = true
  ) throws {
    try self.init(
      store, model: model, settings: settings, execution: execution, keepingRowsIn: encoding, scratchIn: folder,
      isReserved: isReserved, part: nil)
  }

  /// The same for one of several ranks.
  init(
    _ store: Store, model: any GraphModel, settings: RunSettings, execution: ExecutionOptions,
    keepingRowsIn encoding: RowEncoding, scratchIn folder: String, isReserved: Bool, part: RankPart?
  ) throws {
    (self.store, scratch) = (store, folder)
    try ComputeKernels.load()
    let split = try Self.split(of: store, settings)
    let widths = StageRunner.historyWidths(of: model)
    let histories = try HistorySet.scratch(
      beside: folder, store: store, widths: widths, encoding, isReserved: isReserved && part == nil)
    if execution.readsInPlace {
      try histories.settleInMemory(part?.touchedRows(of: store.partitions), processes: part?.group.count ?? 1)
    }
    runner = StageRunner(
      store: store, model: model, histories: histories,
      batchSize: settings.wantedPartitions(of: store), split: split,
      edgeDropout: settings.edgeDropout, precision: settings.precision, execution: execution, part: part)
  }

  var numbers: NumberCheck { runner.numbers }

  /// Scores every part of the store's split; all labelled nodes together if the store has no splits.
  ///
  /// - Parameters:
  ///   - all: whether all scores are measured, and not only those of every evaluation (`RunSettings.MeasuredScores`).
  ///   - observe: gets the layer (1 for the output of the first stage), each batch and its rows.
  /// - Returns: the scores of each part.
  /// - Throws: `GasError` if a batch cannot be read or computed, and what `observe` throws.
  public func scores(
    all: Bool = true, observe: (_ layer: Int, Batch, Matrix) throws -> Void = { _, _, _ in }
  ) throws -> SplitScores {
    let meter = try measure(all: all, observe: observe)
    return try runner.execution.trace.span("rank scores") { try meter.scores() }
  }

  /// Measures the outputs of every labelled node, those that other ranks have computed last. Parameters and errors are
  /// those of `scores`.
  package func measure(
    all: Bool = true, observe: (_ layer: Int, Batch, Matrix) throws -> Void
  ) throws -> ScoreMeter {
    let meter = ScoreMeter(
      store.manifest.labels, isWhole: all, within: runner.execution.memoryBytes, scratchIn: scratch,
      runner.parallel)
    func visit(_ layer: Int, _ batch: Batch, _ rows: Matrix) throws {
      if layer == runner.stages.count { try meter.add(rows, batch) }
      try observe(layer, batch, rows)
    }
    try runner.inferLayerwise(step: 0, observe: visit)
    if let group = runner.part?.group { try KeptBatches.receive(store, group, visit) }
    return meter
  }

  /// The split that is scored on a store: the run's, or the only one that the store has.
  static func split(of store: Store, _ settings: RunSettings) throws -> Int {
    let count = store.manifest.splitCount
    guard count > 1 else { return 0 }
    guard settings.split < count else {
      throw GasError(expected: "a split below \(count)", found: "split \(settings.split)", file: store.path)
    }
    return settings.split
  }

  private static func text(_ labels: Manifest.Labels) -> String {
    switch labels.kind {
    case .single: labels.classCount == 1 ? "1 class" : "\(labels.classCount) classes"
    case .multi: labels.classCount == 1 ? "1 label" : "any of \(labels.classCount) labels"
    case .values: labels.classCount == 1 ? "1 value a node" : "\(labels.classCount) values a node"
    }
  }

  /// Checks whether a model that was made for the features and classes of `training` can be used on `store`. A store
  /// without labels can be used too; it has no scores.
  ///
  /// - Parameters:
  ///   - store: the store to use the model on.
  ///   - training: the store that the model was made for.
  ///   - model: the model.
  /// - Throws: `GasError` naming the first thing in which they differ, or nodes of the store whose degrees cannot be
  ///   normalised.
  public static func check(_ store: Store, trainedOn training: Store, model: any GraphModel) throws {
    func check<T: Equatable>(
      _ what: String, _ wanted: T?, _ found: T?, advice: String? = nil, _ text: (T) -> String
    ) throws {
      guard wanted != found else { return }
      throw GasError(
        expected: "\(what) as in \(training.path): \(wanted.map(text) ?? "none")", found: found.map(text) ?? "none",
        file: store.path, advice: advice)
    }
    let (wanted, found) = (training.manifest, store.manifest)
    let likeTables = try adviceToEncode(store, like: training)
    try check("features", wanted.features?.width, found.features?.width, advice: likeTables) { "\($0) a node" }
    if model.edgeWeightUse == .feature && training.manifest.weighted {
      try check("edge weights", "one an edge", found.weighted ? "one an edge" : nil) { $0 }
    }
    try NormalisedDegrees.check(store, for: model)
    if model.usesEdgeFeatures {
      try check("edge features", wanted.edgeFeatures?.width, found.edgeFeatures?.width, advice: likeTables) {
        "\($0) an edge"
      }
    }
    if let encoding = try store.tableEncoding(), let known = try training.tableEncoding(),
      let difference = encoding.difference(
        from: known, comparesEdges: model.usesEdgeFeatures, comparesLabels: found.labels != nil)
    {
      throw GasError(
        "its tables are encoded otherwise than those of \(training.path): \(difference)", file: store.path,
        advice: "ingest them with --encoding-of \(training.path.shellWord)")
    }
    guard found.labels != nil else { return }
    let likeClasses =
      found.labels?.kind == wanted.labels?.kind && wanted.labels?.kind == .single
      ? "ingest with the same --classes" : nil
    let advice = likeTables ?? (store.isOfTables ? nil : likeClasses)
    try check("labels", wanted.labels.map(text), found.labels.map(text), advice: advice) { $0 }
  }

  /// What to do about a store that does not fit a model of tables: the encoding of these makes features alike.
  ///
  /// - Parameters:
  ///   - store: the store to use the model on.
  ///   - training: the store that the model was made for.
  /// - Returns: advice for a message; `nil` where the model is not of tables.
  /// - Throws: `GasError` if the encoding of the tables is damaged.
  private static func adviceToEncode(_ store: Store, like training: Store) throws -> String? {
    guard let encoding = try training.tableEncoding() else { return nil }
    let isStructural = training.manifest.features != nil && encoding.nodes.allSatisfy { $0.width == 0 }
    return (store.isOfTables ? "ingest its tables with " : "make it of tables, with gas-ingest table and ")
      + "--encoding-of \(training.path.shellWord)" + (isStructural ? " and --structural-features" : "")
  }
}
