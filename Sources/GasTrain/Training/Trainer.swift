import GasBase
import GasBatch
import GasMetrics
import GasNN
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
  /// The partitions that were pushed since the latest evaluation.
  var pushedPartitions = Set<Int>()
  /// Sentences about files of the run that were found, if there is something to say.
  public var notes: [String] { [log.note].compactMap { $0 } }
  let trainingLoss: TrainingLoss
  let trainingPartitions: TrainingPartitions
  let evaluationStores: EvaluationStores

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
  ///   - progress: gets how far each pass over batches is.
  /// - Throws: `GasError` if the store lacks what training needs, or the run's files are in use, missing or damaged.
  public init(
    store: Store, folder: RunFolder, settings: RunSettings, model: any GraphModel, resuming: Bool = false,
    plan: RunPlan? = nil, trace: Trace? = nil, progress: @escaping (PassProgress) -> Void = { _ in }
  ) throws {
    self.store = store
    self.folder = try folder.locked()
    self.settings = settings
    trainingPartitions = try TrainingPartitions(store, split: settings.split)
    trainingLoss = try LossWeights.loss(store, settings)
    scoring = try ScoreReport(store, settings)
    learningRate = ScheduledRate(settings.learningRateSchedule, initialRate: settings.learningRate)
    kernels = try ComputeKernels.load(for: settings.precision)
    state = try resuming ? Checkpoint(reading: folder.checkpoint) : Checkpoint()
    formerKernels = state.kernels == kernels ? nil : state.kernels
    if try resuming && !settings.computesTheSame(as: folder.settings(), on: store) { changedSettings = settings }
    log = try MetricsLog(folder.metrics, resuming: resuming ? state : nil)
    let execution = settings.execution(plan: plan, trace: trace, progress: progress)
    let histories = try HistorySet.create(
      in: folder.path, store: store, widths: StageRunner.historyWidths(of: model), settings.historyType)
    if execution.readsInPlace { try histories.settleInMemory() }
    runner = StageRunner(
      store: store, model: model, histories: histories,
      batchSize: settings.wantedPartitions(of: store), split: settings.split,
      seed: settings.seed, edgeDropout: settings.edgeDropout, precision: settings.precision, execution: execution)
    evaluationStores = try EvaluationStores(
      settings, training: store, model: model, execution: execution, scratchIn: folder.path)
    optimiser = Adam(
      model.parameters, learningRate: settings.learningRate, regularisedDecay: settings.weightDecay,
      unregularisedDecay: settings.outerWeightDecay)
    if resuming { try restore() }
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
  /// - Throws: `GasError` if a file cannot be read or written, or a number is no longer finite.
  public func train(
    shouldStop: () -> Bool = { false }, report: (EpochRecord) -> Void = { _ in }
  ) throws -> RunResult {
    try begin(report)
    var isStopped = false
    let firstEpoch = state.epoch + 1
    while !isOver && !isStopped {
      let isTraced = state.epoch + 1 == min(firstEpoch + 1, settings.epochs)
      let record = try isTraced ? runner.execution.trace.recording(trainEpoch) : trainEpoch()
      report(record)
      isStopped = record.isEvaluated && shouldStop()
    }
    if isUnsaved { try saveCheckpoint() }
    try runner.execution.trace.span("seal histories", sealHistories)
    return RunResult(
      folder: folder, state: state, records: try MetricsFile(folder.metrics, of: state).records,
      metric: SplitScores.metric(of: store), report: scoring,
      nodes: trainingPartitions.counts, parameterCount: runner.model.parameters.elementCount, isComplete: isOver)
  }

  private var isOver: Bool { state.isComplete(settings) }

  /// Fills the histories; a new run is scored before training, as epoch 0.
  private func begin(_ report: (EpochRecord) -> Void) throws {
    let clock = ContinuousClock.now
    noteEpoch()
    try HistorySealFile.remove(in: folder.path)
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

  /// Refuses to train where what decides is undefined.
  private func check(_ scores: PartScores?) throws {
    guard let scores else {
      guard settings.schedule == .plateau else { return }
      throw GasError(
        "split \(settings.split) has no validation nodes with labels", file: store.path,
        advice: "schedule plateau needs them; choose another --schedule")
    }
    let score = scoring.selection.score
    guard scores[score] == nil else { return }
    throw GasError(
      "\(score.name) of the validation nodes, which decides which weights are kept, is undefined", file: store.path,
      advice: "choose another --select, or another split")
  }

  /// Whether training may end with the coming evaluation.
  var mayBeLast: Bool {
    state.epoch >= settings.epochs || settings.patience.map { state.evaluationsSinceBest + 1 >= $0 } ?? false
  }

  /// Scores the model exactly and refreshes the histories. Also tells how stale they were before.
  func evaluate(isLast: Bool = false) throws -> (SplitScores, [LayerStaleness]) {
    try runner.numbers.weights(step: nil)
    let hasHalo = runner.batchSize < store.partitions.count && runner.stages.count > 1
    let error = try isLast && settings.measureError && hasHalo ? ErrorMeter(runner) : nil
    let all = scoring.selection.measuresAll(store.manifest.labels, settings, isLast: isLast)
    let scored = ScoreMeter(
      store.manifest.labels, isWhole: all, within: runner.execution.memoryBytes, scratchIn: folder.path)
    let noise = try noiseMeter()
    let meter = StalenessMeter(runner.histories, step: state.step, pushed: pushedPartitions)
    let following = isOver ? nil : groups(of: state.epoch + 1)
    // They cost a tenth of a small graph's evaluation, and only the seal needs them.
    runner.notesChecksums = isLast || isOver
    try runner.inferLayerwise(step: state.step, following: following) { layer, batch, rows in
      try meter.compare(layer: layer, batch, exact: rows)
      try noise?.keep(layer: layer, batch)
      guard layer == runner.stages.count else { return }
      try scored.add(rows, batch)
      try error?.compare(batch, exact: rows)
    }
    let staleness = meter.result(noise: try noise.map { try runner.execution.trace.span("measure noise", $0.measure) })
    pushedPartitions = []
    if let error { lastError = error.result(staleness, epoch: state.epoch, step: state.step) }
    var scores = try runner.execution.trace.span("rank scores") { try scored.scores() }
    try evaluationStores.score(&scores, all: all)
    return (scores, staleness)
  }

  /// A meter that tells noise from staleness, where one is due: at the first evaluation, at the last, and at so many of
  /// the others that it takes about a fiftieth of a run at most.
  private func noiseMeter() throws -> NoiseMeter? {
    guard measuresNoise, !pushedPartitions.isEmpty, !runner.histories.layers.isEmpty else { return nil }
    let groups = groups(of: state.epoch)
    let interval = dividedUp(Self.batchesForOneMeasured, by: groups.count)
    guard (state.epoch / settings.evaluateEvery - 1) % interval == 0 || mayBeLast else { return nil }
    return try NoiseMeter(runner, NoiseMeter.sample(groups, firstStep: state.step - groups.count))
  }

  private static let batchesForOneMeasured = 200
}
