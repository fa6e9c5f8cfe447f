import GasAutodiff
import GasBase
import GasFiles
import GasMetrics
import GasSettings
import GasStore

/// The result of a run, which `gas-run train` prints at the end.
public struct RunResult: Codable, Sendable {
  /// The run's name.
  public var run: String
  /// The path of its folder.
  public var path: String
  /// The number of epochs that were trained.
  public var epochs: Int
  /// Whether all epochs were done or patience ended; false if the run was stopped and can be resumed.
  public var isComplete: Bool
  /// The epoch of the weights that are kept; 0 is before training.
  public var bestEpoch: Int
  /// A sentence about the best epoch where it is 0 or the first that was evaluated, or where nothing validates; absent
  /// otherwise.
  public var bestEpochNote: String?
  /// Sentences about scores at the baseline, and about a last epoch that is far from the best; absent where there are
  /// none.
  public var scoreNotes: [String]?
  /// Which score decided, how many nodes are of which class, and what outputs score that do not look at a node.
  public var selection: ScoreReport
  /// All scores at the best epoch; absent in runs from before they were kept.
  public var scores: SplitScores?
  /// All scores of the last epoch that was evaluated; likewise.
  public var lastScores: SplitScores?
  /// The name of the scores that follow: "accuracy", "micro-F1" with multiple labels, "R2" with real values.
  public var metric: String
  /// The score of training nodes at the best epoch.
  public var trainAccuracy: Double?
  /// The score of validation nodes at the best epoch.
  public var valAccuracy: Double?
  /// The score of test nodes at the best epoch.
  public var testAccuracy: Double?
  /// Mean cross-entropy over validation nodes at the best epoch, which decides between equal scores; with real values
  /// the mean squared error in their own units. Absent in runs from before it was kept.
  public var valLoss: Double?
  /// The training loss of the last epoch.
  public var loss: Double?
  /// The median time of an epoch's training, without its evaluation.
  public var epochSecondsMedian: Double
  /// The median time of an evaluation.
  public var evaluateSecondsMedian: Double
  /// The median number of adjacency entries that training processed in a second.
  public var edgesPerSecondMedian: Double
  /// The time that training and evaluations waited for batches, over all epochs.
  public var waitedSeconds: Double
  /// The greatest resident memory of the process; of a run that is only read, the greatest at the end of an epoch.
  public var peakResidentBytes: Int
  /// The number of numbers that are trained.
  public var parameterCount: Int
  /// The numbers of nodes in each part of the split that have a label, and of those that have none.
  public var nodes: LabelCounts?
  /// The kernels that computed it; absent in runs from before this was kept.
  public var kernels: ComputeKernels?
  /// The disk space that the run takes.
  public var diskBytes: Int?
  /// The part of it that is histories, which `gas-run clean` frees.
  public var historyBytes: Int?
  /// The settings that were chosen for the store before training; absent where none were, or the run is only read.
  public var chosen: [SuitedSettings.Choice]?
  /// The tool's sentences about the stores' edges (`EdgeNotes`); absent where there are none.
  public var notes: [String]?

  /// Summarises a run whose files were just written.
  ///
  /// - Parameters:
  ///   - folder: the run.
  ///   - state: the run's checkpoint.
  ///   - records: the records of all its epochs.
  ///   - metric: the name of the scores.
  ///   - report: what was known of scores before training.
  ///   - nodes: the counts of the split that was trained on.
  ///   - parameterCount: the number of numbers that are trained.
  ///   - isComplete: whether training is over.
  package init(
    folder: RunFolder, state: Checkpoint, records: [EpochRecord], metric: String, report: ScoreReport,
    nodes: LabelCounts, parameterCount: Int, isComplete: Bool
  ) {
    let trained = records.filter { $0.epoch > 0 }
    run = folder.name
    path = folder.path
    epochs = state.epoch
    self.isComplete = isComplete
    bestEpoch = state.best.epoch
    bestEpochNote = BestEpochNote.text(state, records)
    let notes = ScoreNotes.lines(state, records, report)
    scoreNotes = notes.isEmpty ? nil : notes
    selection = report
    scores = records.scores(ofEpoch: state.best.epoch)
    lastScores = records.last { $0.isEvaluated }?.scores
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
    noteDisk(of: folder)
  }

  /// Takes over how much of the disk the run takes now.
  ///
  /// - Parameter folder: the run.
  public mutating func noteDisk(of folder: RunFolder) {
    diskBytes = FileTree.byteCount(folder.path)
    historyBytes = folder.historyFiles.reduce(0) { $0 + FileTree.byteCount($1) }
  }

  /// Reads the result of a run that is there.
  ///
  /// - Parameters:
  ///   - folder: the run.
  ///   - store: the store that it was trained on.
  /// - Throws: `GasError` if the run has no checkpoint, or its files are damaged.
  public init(reading folder: RunFolder, of store: Store) throws {
    let state = try Checkpoint(reading: folder.checkpoint)
    let settings = try folder.settings()
    let records = try MetricsFile(folder.metrics, of: state).records
    let sizes = state.moments.filter { $0.key.hasSuffix(".adam-m") }.map(\.value.values.count)
    self.init(
      folder: folder, state: state, records: records, metric: SplitScores.metric(of: store),
      report: try ScoreReport(store, settings), nodes: try LabelCounts(store, split: settings.split),
      parameterCount: sizes.reduce(0, +),
      isComplete: state.isComplete(settings))
    peakResidentBytes = records.map(\.residentBytes).max() ?? 0
  }

  private static func median(_ values: [Double]) -> Double {
    let sorted = values.sorted()
    guard !sorted.isEmpty else { return 0 }
    return (sorted[(sorted.count - 1) / 2] + sorted[sorted.count / 2]) / 2
  }
}
