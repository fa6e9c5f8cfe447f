import GasBase
import GasStore

/// One line of `metrics.jsonl`, and of progress.
public struct EpochRecord: Codable, Sendable {
  public struct Layer: Codable, Sendable {
    public var layer: Int
    public var medianAge: Int
    public var maxAge: Int
    /// ‖h̄ − h‖ / ‖h‖ just before the evaluation refreshed the history.
    @JSONNumber public var drift: Double
    /// What of it dropout and the like are, and what staleness is, each relative to ‖h‖; absent where that was not
    /// measured.
    public var noise: Double?
    public var staleness: Double?
  }

  public var epoch: Int
  /// Steps done since the run began.
  public var step: Int
  /// Absent in epoch 0, which is the evaluation before training.
  public var loss: Double?
  /// The rate that the epoch's steps were made with.
  public var learningRate: Double?
  /// Accuracy, or micro-F1 with multiple labels; absent in epochs without evaluation and for empty parts.
  public var train: Double?
  public var val: Double?
  public var test: Double?
  /// Mean cross-entropy over validation nodes, which decides between equal scores; absent as `val` is, and where it is
  /// no number.
  public var valLoss: Double?
  public var trainSeconds = 0.0
  public var evaluateSeconds = 0.0
  /// What of the two was spent waiting for batches.
  public var waitedSeconds = 0.0
  /// Adjacency entries worked off by training, self-loops that the model adds included.
  public var edgesPerSecond = 0.0
  public var residentBytes = Memory.residentBytes()
  public var staleness: [Layer]
  public private(set) var isEvaluated: Bool

  /// - Parameters:
  ///   - scores: `nil` where the epoch was not evaluated.
  ///   - staleness: of each layer, just before the evaluation.
  package init(epoch: Int, step: Int, scores: SplitScores?, staleness: [LayerStaleness]) {
    self.epoch = epoch
    self.step = step
    train = scores?[.train]
    val = scores?[.validation]
    test = scores?[.test]
    valLoss = scores?.validationLoss
    isEvaluated = scores != nil
    self.staleness = staleness.map {
      Layer(
        layer: $0.layer, medianAge: $0.age.median, maxAge: $0.age.max, drift: $0.drift, noise: $0.noise,
        staleness: $0.staleness)
    }
  }
}
