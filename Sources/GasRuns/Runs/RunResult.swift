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
  /// What one should know of it where it is 0 or the first that was evaluated, or where nothing validates; absent
  /// otherwise.
  public var bestEpochNote: String?
  /// What the next three are: "accuracy", or "micro-F1" with multiple labels.
  public var metric: String
  /// At the best epoch.
  public var trainAccuracy: Double?
  public var valAccuracy: Double?
  public var testAccuracy: Double?
  /// Mean cross-entropy over validation nodes at the best epoch, which decides between equal scores; absent in runs of
  /// before it was kept.
  public var valLoss: Double?
  public var loss: Double?
  /// Training alone, without evaluation.
  public var epochSecondsMedian: Double
  public var evaluateSecondsMedian: Double
  public var edgesPerSecondMedian: Double
  public var waitedSeconds: Double
  public var peakResidentBytes: Int
  public var parameterCount: Int
  /// Nodes of each part of the split that have a label, and those that have none.
  public var nodes: LabelCounts?
  /// What computed it; absent in runs of before this was kept.
  public var kernels: ComputeKernels?
  /// What the tool said of the stores' edges (`EdgeNotes`); absent where that is nothing.
  public var notes: [String]?

  /// - Parameters:
  ///   - state: the run's checkpoint.
  ///   - records: of all epochs that it has seen.
  ///   - metric: what the scores are called.
  ///   - nodes: of the split that was trained on.
  ///   - isComplete: whether training is over.
  package init(
    folder: RunFolder, state: Checkpoint, records: [EpochRecord], metric: String, nodes: LabelCounts,
    parameterCount: Int, isComplete: Bool
  ) {
    let trained = records.filter { $0.epoch > 0 }
    run = folder.name
    path = folder.path
    epochs = state.epoch
    self.isComplete = isComplete
    bestEpoch = state.best.epoch
    bestEpochNote = BestEpochNote.text(state, records)
    self.metric = metric
    trainAccuracy = state.best.train
    valAccuracy = state.best.val
    testAccuracy = state.best.test
    valLoss = state.best.valLoss
    loss = trained.last?.loss
    epochSecondsMedian = Self.median(trained.map(\.trainSeconds))
    evaluateSecondsMedian = Self.median(records.filter(\.isEvaluated).map(\.evaluateSeconds))
    edgesPerSecondMedian = Self.median(trained.map(\.edgesPerSecond))
    waitedSeconds = records.reduce(0) { $0 + $1.waitedSeconds }
    peakResidentBytes = Memory.peakResidentBytes()
    self.parameterCount = parameterCount
    self.nodes = nodes
    kernels = state.kernels
  }

  /// The result of a run that is there.
  ///
  /// - Throws: `GasError` if the run has no checkpoint, or its files are damaged.
  public init(reading folder: RunFolder, of store: Store) throws {
    let state = try Checkpoint(reading: folder.checkpoint)
    let settings = try folder.settings()
    let records = try MetricsFile(folder.metrics, of: state).records
    let sizes = state.moments.filter { $0.key.hasSuffix(".adam-m") }.map(\.value.values.count)
    self.init(
      folder: folder, state: state, records: records, metric: SplitScores.metric(of: store),
      nodes: try LabelCounts(store, split: settings.split), parameterCount: sizes.reduce(0, +),
      isComplete: state.isComplete(settings))
    peakResidentBytes = records.map(\.residentBytes).max() ?? 0
  }

  private static func median(_ values: [Double]) -> Double {
    let sorted = values.sorted()
    guard !sorted.isEmpty else { return 0 }
    return (sorted[(sorted.count - 1) / 2] + sorted[sorted.count / 2]) / 2
  }
}
