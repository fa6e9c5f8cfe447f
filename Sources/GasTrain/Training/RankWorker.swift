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
  private var pushed = Set<Int>()

  private var group: RankGroup { training.group }

  /// Prepares the rank's part, and gets the weights of rank 0.
  ///
  /// - Parameters:
  ///   - store: the store to train on.
  ///   - settings: rank 0's settings.
  ///   - group: the ranks.
  ///   - memoryBytes: the budget of this process; `nil` if there is none.
  /// - Throws: `GasError` if the store is damaged or the disk fails.
  public init(store: Store, settings: RunSettings, group: RankGroup, memoryBytes: Int?) throws {
    (self.store, self.settings) = (store, settings)
    partitions = try TrainingPartitions(store, split: settings.split)
    trainingLoss = try LossWeights.loss(store, settings)
    try ComputeKernels.load(for: settings.precision)
    scratch = try ScratchPlace.folder(beside: [], or: [store.path])
    let model = try ModelFactory.make(settings, for: store)
    training = try RankedTraining(store, settings, group, scratchIn: scratch)
    let histories = try RankedTraining.histories(for: model, store, settings.historyType, in: scratch)
    runner = StageRunner(
      store: store, model: model, histories: histories, batchSize: settings.wantedPartitions(of: store),
      split: settings.split, seed: settings.seed, edgeDropout: settings.edgeDropout, precision: settings.precision,
      execution: settings.execution(memoryBytes: memoryBytes), part: training.part)
    optimiser = Adam(
      model.parameters, learningRate: settings.learningRate, regularisedDecay: settings.weightDecay,
      unregularisedDecay: settings.outerWeightDecay)
    try training.share(model, optimiser)
  }

  /// Does what rank 0 says, until nothing is left to do.
  ///
  /// - Parameter shouldStop: says whether this process was asked to stop; rank 0 then ends the training.
  /// - Throws: `GasError` if a file cannot be read, the disk fails, or a number is no longer finite.
  public func serve(shouldStop: () -> Bool) throws {
    while true {
      switch try group.shared(RankCommand?.none) {
      case .train(let epoch, let firstStep, let learningRate): try train(epoch, firstStep, learningRate)
      case .evaluate(let epoch, let step): try evaluate(epoch, step, shouldStop)
      case .end: return group.end()
      }
    }
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
