import Foundation
import GasStore

/// Everything that decides what a run computes, and how it is carried out.
///
/// One vocabulary: the keys here are those of a YAML file, of `config.json` and of `gas-run train`'s flags. Which model uses which
/// setting: `RunSettings.users`.
public struct RunSettings: Codable, Equatable, Sendable {
  /// Name of the `Preset` that the settings started from.
  public var preset: String?
  /// One of `modelNames`, or the name of a model of one's own.
  public var model = "gcn"

  // MARK: The model

  public var layers = 2
  public var hidden = 64
  public var dropout = 0.5
  /// Whether the features are dropped out as the inputs of later layers are.
  public var dropInput = true
  public var batchNorm = false
  public var residual = false
  /// A linear layer before the convolutions and one behind them.
  public var linear = false
  /// Attention heads of hidden layers, concatenated.
  public var heads = 8
  /// Attention heads of the last layer, averaged.
  public var outHeads = 1
  /// How much of the first layer's output each later one keeps.
  public var alpha = 0.1
  /// GCNII: β of layer l is ln(θ / l + 1).
  public var theta = 0.5
  /// GCNII: one matrix for X and X₀, instead of one each.
  public var sharedWeights = true
  /// Of `aggregatorNames`.
  public var aggregators = Self.aggregatorNames
  /// Of `scalerNames`.
  public var scalers = Self.scalerNames
  /// Weight of the Lipschitz term in the loss.
  public var lipschitz = 0.0

  // MARK: Training

  public var epochs = 100
  public var learningRate = 0.01
  public var schedule = Schedule.none
  /// Plateau: evaluations without a better validation score that are waited for before the rate falls.
  public var schedulePatience = 10
  /// Plateau and step: what the rate is multiplied with.
  public var scheduleFactor = 0.1
  /// Step: epochs between two changes.
  public var scheduleStep = 50
  /// Plateau and cosine: the least rate.
  public var leastLearningRate = 0.0
  /// Weight decay of the regularised parameters (convolutions).
  public var weightDecay = 5e-4
  /// Weight decay of the others (the last convolution of a GCN, outer linear layers).
  public var outerWeightDecay = 0.0
  /// Largest norm of all gradients together; none if absent.
  public var clip: Double?
  public var classWeights = ClassWeights.none
  /// What of the store's edges is used beside their ends.
  public var edgeValues = EdgeValues.auto
  /// Probability that an entry of a training batch's adjacency is left out.
  public var edgeDropout = 0.0
  public var batchPartitions = BatchSize.auto
  /// How hidden rows are kept between batches, and from layer to layer of the evaluations in between.
  public var historyType = RowEncoding.float32
  /// Halo rows are copied together for so many parts of an epoch.
  public var haloWindows = HaloWindows.auto
  /// Steps after which an epoch ends early, so that histories are refreshed sooner; never if absent.
  public var maxSteps: Int?
  public var seed: UInt64 = 1
  /// Which of the store's splits to train on.
  public var split = 0
  /// Epochs between exact evaluations, which also refresh the histories.
  public var evaluateEvery = 1
  /// Evaluations without a better validation score after which training ends; never if absent.
  public var patience: Int?

  // MARK: How it is carried out

  /// Threads that compute; the result does not depend on it.
  public var threads = ProcessInfo.processInfo.activeProcessorCount
  /// Whether the next batch is prepared during the current one; the result does not depend on it.
  public var prefetch = true
  /// Whether the features are aggregated once instead of in every epoch, where a model's first layer reads nothing else of the halo;
  /// it takes disk space beside the histories. The result does not depend on it.
  public var keepAggregate = true
  /// Least seconds between checkpoints.
  public var checkpointSeconds = 10.0
  /// Whether what histories cost in accuracy is measured with the last evaluation: one pass more.
  public var measureError = true
  /// Stores that validation and test scores come from, if not from the one that is trained on. Resolved
  /// from the folder that the program runs in, and kept as absolute paths.
  public var valStore: String?
  public var testStore: String?

  public init() {}

  public enum CodingKeys: String, CodingKey, CaseIterable {
    case preset, model, layers, hidden, dropout, residual, linear, heads, alpha, theta, aggregators, scalers, lipschitz
    case epochs, schedule, clip, seed, split, patience, threads, prefetch
    case dropInput = "drop-input"
    case batchNorm = "batch-norm"
    case outHeads = "out-heads"
    case sharedWeights = "shared-weights"
    case learningRate = "lr"
    case schedulePatience = "schedule-patience"
    case scheduleFactor = "schedule-factor"
    case scheduleStep = "schedule-step"
    case leastLearningRate = "lr-min"
    case weightDecay = "weight-decay"
    case outerWeightDecay = "outer-weight-decay"
    case classWeights = "class-weights"
    case edgeValues = "edge-values"
    case edgeDropout = "edge-dropout"
    case batchPartitions = "batch-partitions"
    case historyType = "history-type"
    case haloWindows = "halo-windows"
    case maxSteps = "max-steps"
    case evaluateEvery = "evaluate-every"
    case keepAggregate = "keep-aggregate"
    case checkpointSeconds = "checkpoint-seconds"
    case measureError = "measure-error"
    case valStore = "val-store"
    case testStore = "test-store"
  }

  /// Whether two runs compute the same: everything but how they are carried out.
  public func computesTheSame(as other: RunSettings) -> Bool {
    var twin = other
    (twin.threads, twin.prefetch, twin.keepAggregate) = (threads, prefetch, keepAggregate)
    (twin.checkpointSeconds, twin.measureError) = (checkpointSeconds, measureError)
    return twin == self
  }
}
