import GasBase
import GasMetrics
import GasStore

/// One line of `metrics.jsonl`, and of the progress that `gas-run train` shows.
public struct EpochRecord: Codable, Sendable {
  /// The staleness of one layer's history.
  public struct Layer: Codable, Sendable {
    /// The layer, counted from 1.
    public var layer: Int
    /// The median age of the rows, in optimiser steps.
    public var medianAge: Int
    /// The greatest age of a row, in optimiser steps.
    public var maxAge: Int
    /// The drift, ‖h̄ − h‖ / ‖h‖, just before the evaluation refreshed the history.
    @JSONNumber public var drift: Double
    /// The part of the drift that dropout and the like make, relative to ‖h‖; absent where it was not measured.
    public var noise: Double?
    /// The part of the drift that older weights make, relative to ‖h‖; absent where it was not measured.
    public var staleness: Double?
  }

  /// The epoch, counted from 1; 0 is the evaluation before training.
  public var epoch: Int
  /// The number of steps since the run began.
  public var step: Int
  /// The training loss; absent in epoch 0, which is the evaluation before training.
  public var loss: Double?
  /// The learning rate of the epoch's steps.
  public var learningRate: Double?
  /// The training nodes' accuracy, micro-F1 with multiple labels, or R² with real values; absent in epochs without
  /// evaluation and for empty parts.
  public var train: Double?
  /// The same for validation nodes.
  public var val: Double?
  /// The same for test nodes.
  public var test: Double?
  /// Mean cross-entropy over validation nodes, or mean squared error of real values in their own units, which decides
  /// between equal scores; absent as `val` is, and where it is not finite.
  public var valLoss: Double?
  /// All scores of each part; absent in epochs without evaluation, and in runs from before they were kept.
  public var scores: SplitScores?
  /// Seconds that training took.
  public var trainSeconds = 0.0
  /// Seconds that the evaluation took.
  public var evaluateSeconds = 0.0
  /// Seconds of both that were spent waiting for batches.
  public var waitedSeconds = 0.0
  /// Adjacency entries that training processed in a second, self-loops that the model adds included.
  public var edgesPerSecond = 0.0
  /// Resident memory of the process when the record was made.
  public var residentBytes = Memory.residentBytes()
  /// The staleness of each layer that has a history, just before the evaluation.
  public var staleness: [Layer]
  /// What each rank did besides computing; absent where one process trained alone.
  public var ranks: [Rank]?
  /// Whether the epoch was evaluated.
  public private(set) var isEvaluated: Bool

  /// Makes a record; losses, rates and times are set afterwards.
  ///
  /// - Parameters:
  ///   - epoch: the epoch, 0 before training.
  ///   - step: the number of steps since the run began.
  ///   - scores: `nil` where the epoch was not evaluated.
  ///   - staleness: that of each layer, just before the evaluation.
  package init(epoch: Int, step: Int, scores: SplitScores?, staleness: [LayerStaleness]) {
    self.epoch = epoch
    self.step = step
    train = scores?.train?.main
    val = scores?.val?.main
    test = scores?.test?.main
    valLoss = scores?.validationLoss
    isEvaluated = scores != nil
    self.scores = scores
    self.staleness = staleness.map {
      Layer(
        layer: $0.layer, medianAge: $0.age.median, maxAge: $0.age.max, drift: $0.drift, noise: $0.noise,
        staleness: $0.staleness)
    }
  }
}
