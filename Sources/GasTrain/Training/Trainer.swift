import GasBase
import GasBatch
import GasFiles
import GasMetrics
import GasNN
import GasRanks
import GasRuns
import GasStore

/// Trains a model on a store with GNNAutoScale, and keeps the run's files.
///
/// 1. Histories are filled by one exact pass with the initial weights.
/// 2. Each epoch visits shuffled groups of partitions (`StageRunner.trainEpoch`).
/// 3. Every `evaluateEvery` epochs an exact pass scores the model and refreshes all histories; the best validation
///    score (`ScoreSelection`) picks the weights that are kept: among equal ones the lowest validation loss, then the
///    first. Weights before training are kept only while there are no others. Scores are of parts of the store's split,
///    or of other stores where the settings name some (`val-store`, `test-store`).
/// 4. Checkpoints are taken right after an evaluation, so a run that is resumed on the same kernels gives the same bits
///    as one that never stopped.
///
/// Source: Fey et al., GNNAutoScale, ICML 2021, and its implementation's trainer. It is used from one thread.
public final class Trainer {
  /// The store that is trained on.
  public let store: Store
  /// The run's folder, with its lock.
  public let folder: RunFolder
  /// The run's settings.
  public let settings: RunSettings
  /// Which score decides which weights are kept, and what is known of scores before training.
  public let scoring: ScoreReport
  /// The kernels that compute.
  public let kernels: ComputeKernels
  /// The kernels that computed the checkpoint which the run goes on from, if they are others. Then the bits differ from
  /// those of a run that never stopped.
  public let formerKernels: ComputeKernels?
  /// How many ranks trained the checkpoint that the run goes on from, if they are not as many as now: steps were then
  /// of other batches.
  public let formerRanks: Int?
  let runner: StageRunner
  let optimiser: Adam
  let log: MetricsLog
  var learningRate: ScheduledRate
  var state: Checkpoint
  var lastStaleness: [LayerStaleness] = []
  var lastError: OutputError?
  var lastCheckpoint = ContinuousClock.now
  /// The epoch of the checkpoint that is on the disk.
  var savedEpoch: Int?
  /// Whether the checkpoint on the disk is older than the present state.
  var isUnsaved = true
  /// Settings that differ from those in the run's folder. They are written with the first checkpoint that was made with
  /// them.
  var changedSettings: RunSettings?
  /// Whether noise is told from staleness. Training does not depend on it.
  var measuresNoise = true
  /// The histories, as long as those of the checkpoint that training goes on from have their names.
  var draft: HistoryDraft?
  /// Whether lines of metrics without a checkpoint stay where training fails.
  var keepsLines = false
  /// The partitions that were pushed since the latest evaluation.
  var pushedPartitions = Set<Int>()
  /// Sentences about files of the run that were found, if there is something to say.
  public var notes: [String] { [log.note].compactMap { $0 } }
  /// The disk space of the histories; 0 where the model has none.
  public var historyBytes: Int {
    HistoryDraft.byteCount(store, widths: StageRunner.historyWidths(of: runner.model), settings.historyType)
  }
  let trainingLoss: TrainingLoss
  let trainingPartitions: TrainingPartitions
  let evaluationStores: EvaluationStores
  /// What this rank and the others have in common; `nil` where one process trains alone.
  let ranks: RankedTraining?
  /// Whether another rank was asked to stop.
  var isStopRequestedElsewhere = false

  /// Prepares a training: takes the run's lock and makes or opens its files.
  ///
  /// - Parameters:
  ///   - store: the store to train on.
  ///   - folder: the run's folder.
  ///   - settings: the run's settings.
  ///   - model: the model that is trained.
  ///   - resuming: whether it goes on from the run's checkpoint instead of starting at the beginning.
  ///   - plan: the plan that training keeps to, if there is a budget.
  ///   - trace: gets what is done when in the second epoch that is trained, or in the only one.
  ///   - group: the ranks that train together, of which this is the first; `nil` where this process trains alone.
  ///   - progress: gets how far each pass over batches is.
  /// - Throws: `GasError` if the store lacks what training needs, or the run's files are in use, missing or damaged.
  public init(
    store: Store, folder: RunFolder, settings: RunSettings, model: any GraphModel, resuming: Bool = false,
    plan: RunPlan? = nil, trace: Trace? = nil, among group: RankGroup? = nil,
    progress: @escaping (PassProgress) -> Void = { _ in }
  ) throws {
    self.store = store
    self.folder = try folder.locked()
    self.settings = settings
    if resuming {
      try folder.checkEvaluationStores(settings)
      // What a process left that died between two names of a checkpoint.
      Leftovers.sweep(in: self.folder.path)
    }
    trainingPartitions = try TrainingPartitions(store, split: settings.split)
    trainingLoss = try LossWeights.loss(store, settings)
    scoring = try ScoreReport(store, settings)
    learningRate = ScheduledRate(settings.learningRateSchedule, initialRate: settings.learningRate)
    kernels = try ComputeKernels.load(for: settings.precision)
    state = try resuming ? Checkpoint(reading: folder.checkpoint) : Checkpoint()
    formerKernels = state.kernels == kernels ? nil : state.kernels
    formerRanks = resuming && state.ranks ?? 1 != group?.count ?? 1 ? state.ranks ?? 1 : nil
    if try resuming && !settings.computesTheSame(as: folder.settings(), on: store) { changedSettings = settings }
    log = try MetricsLog(folder.metrics, resuming: resuming ? state : nil)
    let execution = settings.execution(plan: plan, trace: trace, progress: progress)
    // The run's folder may be on a disk that all ranks share; what rank 0 computes with belongs on one of its own.
    let place = try ScratchPlace.folder(beside: [], or: [store.path, self.folder.scratchPath])
    ranks = try group.map { try RankedTraining(store, settings, $0, scratchIn: place) }
    let draft = try group == nil ? Self.draft(in: folder, store, model, settings.historyType) : nil
    if draft == nil { HistorySet.clearLeftovers(in: self.folder.path) }
    let histories =
      try draft?.histories ?? RankedTraining.histories(for: model, store, settings.historyType, in: place)
    self.draft = draft
    if execution.readsInPlace {
      if let ranks { try ranks.settle(histories, store) } else { try histories.settleInMemory() }
    }
    runner = StageRunner(
      store: store, model: model, histories: histories,
      batchSize: settings.wantedPartitions(of: store), split: settings.split,
      seed: settings.seed, edgeDropout: settings.edgeDropout, precision: settings.precision, execution: execution,
      part: ranks?.part, overlaps: settings.exchange == .overlap)
    evaluationStores = try EvaluationStores(
      settings, training: store, model: model, execution: execution, scratchIn: folder.scratchPath)
    optimiser = Adam(
      model.parameters, learningRate: settings.learningRate, regularisedDecay: settings.weightDecay,
      unregularisedDecay: settings.outerWeightDecay)
    if resuming { try restore() }
    try ranks?.share(model, optimiser)
    for numbers in [runner.numbers] + evaluationStores.numbers {
      numbers.beforeFailing = { [weak self] in self?.keepBest() }
    }
  }

  /// Checks whether a store can be trained on as `settings` say: it has features, labels, training nodes in the split,
  /// the classes that there are weights for (no real values, if there are any), edge values that are asked for and
  /// degrees that can be normalised. Also checks whether the model can be evaluated on the stores that the settings
  /// name for that, and whether there are kernels to compute with.
  ///
  /// - Parameters:
  ///   - store: the store to train on.
  ///   - settings: the run's settings.
  ///   - model: the model that is to be trained.
  /// - Throws: `GasError` naming what is missing.
  public static func check(_ store: Store, _ settings: RunSettings, model: any GraphModel) throws {
    try ComputeKernels.load()
    _ = try TrainingPartitions(store, split: settings.split)
    try ModelSize.check(settings, store, copies: 4)
    try settings.checkEdgeValues(of: store)
    try NormalisedDegrees.check(store, for: model)
    try LossWeights.check(settings, store)
    _ = try ScoreReport(store, settings)
    _ = try EvaluationStores.open(settings, training: store, model: model)
  }

  /// Trains to the end, or until `shouldStop` says so after an evaluated epoch.
  ///
  /// - Parameters:
  ///   - shouldStop: is asked after each evaluated epoch.
  ///   - report: gets each epoch's record after it was written to `metrics.jsonl`.
  /// - Returns: the run's result.
  /// - Throws: `GasError` if a file cannot be read or written, or a number is no longer finite; `RankFailure` if that
  ///   was so on another rank. The run is then as its latest checkpoint left it.
  public func train(
    shouldStop: () -> Bool = { false }, report: (EpochRecord) -> Void = { _ in }
  ) throws -> RunResult {
    do {
      return try trainToEnd(shouldStop, report)
    } catch var failure as RankFailure where failure.isOfNumbers {
      if let advice = keepBest() { failure.text += "; " + advice }
      throw failure
    } catch {
      if !keepsLines { log.dropLines() }
      throw error
    }
  }

  private func trainToEnd(_ shouldStop: () -> Bool, _ report: (EpochRecord) -> Void) throws -> RunResult {
    try begin(report)
    var isStopped = false
    let firstEpoch = state.epoch + 1
    while !isOver && !isStopped {
      let isTraced = state.epoch + 1 == min(firstEpoch + 1, settings.epochs)
      let record = try isTraced ? tracedEpoch() : trainEpoch()
      report(record)
      isStopped = record.isEvaluated && (shouldStop() || isStopRequestedElsewhere)
    }
    try finish()
    try command(.end)
    ranks?.group.end()
    return RunResult(
      folder: folder, state: state, records: try MetricsFile(folder.metrics, of: state).records,
      metric: SplitScores.metric(of: store), report: scoring,
      nodes: trainingPartitions.counts, parameterCount: runner.model.parameters.elementCount, isComplete: isOver)
  }

  var isOver: Bool { state.isComplete(settings) }

  /// Fills the histories; a new run is scored before training, as epoch 0.
  private func begin(_ report: (EpochRecord) -> Void) throws {
    let clock = ContinuousClock.now
    noteEpoch()
    if draft == nil && ranks == nil { try HistorySealFile.remove(in: folder.path) }
    let (scores, _) = try evaluate()
    try check(scores.val)
    guard state.weights.isEmpty else { return }
    note(scores)
    var record = EpochRecord(epoch: 0, step: 0, scores: scores, staleness: [])
    record.evaluateSeconds = clock.duration(to: .now).seconds
    try log.append(record)
    try saveCheckpoint()
    report(record)
  }
}
