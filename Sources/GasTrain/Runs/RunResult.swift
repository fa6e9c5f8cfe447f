import Foundation
import GasBase
import GasNN
import GasStore

/// What `gas-run train` says at the end.
public struct RunResult: Codable, Sendable {
  public var run: String
  public var path: String
  public var epochs: Int
  /// Whether all epochs were done or patience ended; false if the run was stopped and can be resumed.
  public var isComplete: Bool
  public var bestEpoch: Int
  /// What the next three are: "accuracy", or "micro-F1" with multiple labels.
  public var metric: String
  /// At the best epoch.
  public var trainAccuracy: Double?
  public var valAccuracy: Double?
  public var testAccuracy: Double?
  public var loss: Double?
  /// Training alone, without evaluation.
  public var epochSecondsMedian: Double
  public var evaluateSecondsMedian: Double
  public var edgesPerSecondMedian: Double
  public var waitedSeconds: Double
  public var peakResidentBytes: Int
  public var parameterCount: Int
  /// Training nodes with a label, which were learnt from, and those without, which were not; absent where the result is read from the
  /// run's files.
  public var trainingNodes: Int?
  public var unlabelledTrainingNodes: Int?
  /// At the best epoch, over the validation nodes; absent in runs of before this was kept.
  public var valLoss: Double?
  /// What computed it; absent in runs of before this was kept.
  public var kernels: ComputeKernels?
  /// What the tool said of the stores and of the run; absent where that is nothing.
  public var notes: [String]?

  init(
    folder: RunFolder, state: Checkpoint, records: [EpochRecord], metric: String, parameterCount: Int, isComplete: Bool,
    trainingNodes: TrainingPartitions? = nil
  ) {
    let trained = records.filter { $0.epoch > 0 }
    run = folder.name
    path = folder.path
    epochs = state.epoch
    self.isComplete = isComplete
    bestEpoch = state.best.epoch
    self.metric = metric
    trainAccuracy = state.best.train
    valAccuracy = state.best.val
    testAccuracy = state.best.test
    loss = trained.last?.loss
    epochSecondsMedian = Self.median(trained.map(\.trainSeconds))
    evaluateSecondsMedian = Self.median(records.filter(\.isEvaluated).map(\.evaluateSeconds))
    edgesPerSecondMedian = Self.median(trained.map(\.edgesPerSecond))
    waitedSeconds = records.reduce(0) { $0 + $1.waitedSeconds }
    peakResidentBytes = Memory.peakResidentBytes()
    self.parameterCount = parameterCount
    valLoss = state.best.valLoss
    self.trainingNodes = trainingNodes?.nodeCount
    unlabelledTrainingNodes = trainingNodes?.unlabelledCount
    kernels = state.kernels
    evaluatedEpochs = trained.filter(\.isEvaluated).map(\.epoch)
  }

  /// Of the epochs that were trained; not part of the JSON object.
  private var evaluatedEpochs: [Int] = []

  private enum CodingKeys: String, CodingKey {
    case run, path, epochs, isComplete, bestEpoch, metric, trainAccuracy, valAccuracy, testAccuracy, loss, valLoss
    case epochSecondsMedian, evaluateSecondsMedian, edgesPerSecondMedian, waitedSeconds, peakResidentBytes
    case parameterCount, trainingNodes, unlabelledTrainingNodes, kernels, notes
  }

  /// What to know of weights that are hardly trained, or not at all.
  public var trainingNote: String? {
    if bestEpoch == 0 { return "no epoch was evaluated after training: the weights are those that the run began with" }
    guard valAccuracy != nil, evaluatedEpochs.count > 1, evaluatedEpochs.first == bestEpoch else { return nil }
    return
      "the best epoch is \(bestEpoch), the first that was evaluated: the validation score has not risen since, so the weights that"
      + " are kept are hardly trained; try another --lr, and compare the losses in \(path)/metrics.jsonl"
  }

  /// The result of a run that is there.
  ///
  /// - Throws: `GasError` if the run has no checkpoint, or its files are damaged.
  public init(reading folder: RunFolder, of store: Store) throws {
    let state = try Checkpoint(reading: folder.checkpoint)
    let records = MetricsLog.records(folder.metrics)
    let sizes = state.moments.filter { $0.key.hasSuffix(".adam-m") }.map(\.value.values.count)
    self.init(
      folder: folder, state: state, records: records, metric: SplitScores.metric(of: store),
      parameterCount: sizes.reduce(0, +), isComplete: state.isComplete(try folder.settings()))
    peakResidentBytes = records.map(\.residentBytes).max() ?? 0
  }

  private static func median(_ values: [Double]) -> Double {
    let sorted = values.sorted()
    guard !sorted.isEmpty else { return 0 }
    return (sorted[(sorted.count - 1) / 2] + sorted[sorted.count / 2]) / 2
  }
}
