import GasBase
import GasBatch
import GasFiles
import GasMetrics
import GasNN
import GasRanks
import GasSettings
import GasStore

/// Takes part in a training that rank 0 leads, on a rank that is not the first: trains and evaluates its own partitions
/// when rank 0 says so. It writes no files but scratch files. It is used from one thread.
public final class RankWorker {
  private let store: Store
  private let training: RankedTraining
  private let partitions: TrainingPartitions
  private let trainingLoss: TrainingLoss
  private let runner: StageRunner
  private let optimiser: Adam
  private let settings: RunSettings
  private let scratch: String
  private let trace: Trace?
  private var pushed = Set<Int>()
  /// Whether a number was found that is not finite.
  private var hasBadNumber = false

  private var group: RankGroup { training.group }

  /// Prepares the rank's part, and gets the weights of rank 0.
  ///
  /// - Parameters:
  ///   - store: the store to train on.
  ///   - job: what rank 0 has asked for.
  ///   - group: the ranks.
  /// - Throws: `GasError` if the store is damaged or the disk fails.
  public init(store: Store, _ job: RankJob, group: RankGroup) throws {
    let settings = job.settings
    (self.store, self.settings) = (store, settings)
    trace = job.isTraced ? Trace() : nil
    partitions = try TrainingPartitions(store, split: settings.split)
    trainingLoss = try LossWeights.loss(store, settings)
    try ComputeKernels.load(for: settings.precision)
    scratch = try ScratchPlace.folder(beside: [], or: [store.path])
    let model = try ModelFactory.make(settings, for: store)
    training = try RankedTraining(store, settings, group, scratchIn: scratch)
    let histories = try RankedTraining.histories(for: model, store, settings.historyType, in: scratch)
    var execution = settings.execution(memoryBytes: job.memoryBytes)
    execution.trace = trace
    if execution.readsInPlace { try training.settle(histories, store) }
    runner = StageRunner(
      store: store, model: model, histories: histories, batchSize: settings.wantedPartitions(of: store),
      split: settings.split, seed: settings.seed, edgeDropout: settings.edgeDropout, precision: settings.precision,
      execution: execution, part: training.part, overlaps: settings.exchange == .overlap)
    optimiser = Adam(
      model.parameters, learningRate: settings.learningRate, regularisedDecay: settings.weightDecay,
      unregularisedDecay: settings.outerWeightDecay)
    try training.share(model, optimiser)
    runner.numbers.beforeFailing = { [weak self] in
      self?.hasBadNumber = true
      return nil
    }
  }

  /// Does what rank 0 says, until nothing is left to do.
  ///
  /// - Parameter shouldStop: says whether this process was asked to stop; rank 0 then ends the training.
  /// - Throws: `GasError` if a file cannot be read or the disk fails; `RankFailure` if a number is no longer finite.
  public func serve(shouldStop: () -> Bool) throws {
    do {
      while try follow(group.shared(RankCommand?.none), shouldStop) {}
    } catch let error as GasError where hasBadNumber {
      throw RankFailure(group.place, "\(error)", isOfNumbers: true)
    }
  }

  /// Does what rank 0 says.
  ///
  /// - Returns: whether there may be more to do.
  private func follow(_ command: RankCommand, _ shouldStop: () -> Bool) throws -> Bool {
    switch command {
    case .train(let epoch, let firstStep, let learningRate, let isTraced):
      if isTraced { trace?.startRecording() }
      try train(epoch, firstStep, learningRate)
    case .evaluate(let epoch, let step): try evaluate(epoch, step, shouldStop)
    case .trace:
      trace?.stopRecording()
      if let trace { try group.join(trace) }
    case .end:
      group.end()
      return false
    }
    return true
  }

  private func train(_ epoch: Int, _ firstStep: Int, _ learningRate: Double) throws {
    runner.numbers.epoch = epoch
    optimiser.learningRate = learningRate
    let steps = training.steps(of: epoch, isUseful: partitions.containsTrainingNode)
    let own = steps.groups[group.rank]
    _ = try runner.trainEpoch(
      own, among: steps, following: nil, firstStep: firstStep, optimiser: optimiser, clip: settings.clip,
      trainingLoss: trainingLoss)
    pushed.formUnion(own.joined())
  }

  private func evaluate(_ epoch: Int, _ step: Int, _ shouldStop: () -> Bool) throws {
    runner.numbers.epoch = epoch
    try runner.numbers.weights(step: nil)
    let meter = StalenessMeter(runner.histories, step: step, pushed: pushed)
    let kept = try KeptBatches(store, group, scratchIn: scratch)
    try runner.inferLayerwise(step: step) { layer, batch, rows in
      try meter.compare(layer: layer, batch, exact: rows)
      if layer == runner.stages.count { try kept.keepScored(layer: layer, batch, rows) }
    }
    pushed = []
    _ = try group.gathered(RankEvaluation(staleness: meter.layers, isStopRequested: shouldStop()))
    try kept.send()
  }
}
