import Foundation
import GasBase

/// Everything that decides what a run computes, and how it is carried out.
///
/// One vocabulary: the keys here are those of a YAML file, of `config.json` and of `gas-run train`'s flags.
public struct RunSettings: Codable, Equatable, Sendable {
  /// `gcn`, `sage` or `mlp`.
  public var model = "gcn"
  public var layers = 2
  public var hidden = 64
  public var dropout = 0.5
  public var epochs = 100
  public var learningRate = 0.01
  /// Weight decay of the regularised parameters (convolutions).
  public var weightDecay = 5e-4
  /// Weight decay of the others (the last convolution of a GCN, outer linear layers).
  public var outerWeightDecay = 0.0
  /// Largest norm of all gradients together; none if absent.
  public var clip: Double?
  public var batchPartitions = BatchSize.partitions(4)
  public var seed: UInt64 = 1
  /// Which of the store's splits to train on.
  public var split = 0
  /// Epochs between exact evaluations, which also refresh the histories.
  public var evaluateEvery = 1
  /// Evaluations without a better validation score after which training ends; never if absent.
  public var patience: Int?
  /// Threads that compute; the result does not depend on it.
  public var threads = ProcessInfo.processInfo.activeProcessorCount
  /// Whether the next batch is prepared during the current one; the result does not depend on it.
  public var prefetch = true
  /// Least seconds between checkpoints.
  public var checkpointSeconds = 10.0
  /// Stores that validation and test scores come from, if not from the one that is trained on. Resolved
  /// from the folder that the program runs in, and kept as absolute paths.
  public var valStore: String?
  public var testStore: String?

  // Beyond any model in use; what lies above is a slip that would end for want of memory.
  private static let mostLayers = 1000
  private static let mostHidden = 1 << 16

  public init() {}

  public enum CodingKeys: String, CodingKey, CaseIterable {
    case model, layers, hidden, dropout, epochs, clip, seed, split, patience, threads, prefetch
    case learningRate = "lr"
    case weightDecay = "weight-decay"
    case outerWeightDecay = "outer-weight-decay"
    case batchPartitions = "batch-partitions"
    case evaluateEvery = "evaluate-every"
    case checkpointSeconds = "checkpoint-seconds"
    case valStore = "val-store"
    case testStore = "test-store"
  }

  /// How many partitions make a batch.
  public enum BatchSize: Equatable, Sendable {
    case partitions(Int)
    /// The whole graph at once: training without histories.
    case all

    public init?(_ text: String) {
      if text == "all" {
        self = .all
      } else if let count = Int(text), count > 0 {
        self = .partitions(count)
      } else {
        return nil
      }
    }

    func resolved(partitionCount: Int) -> Int {
      switch self {
      case .all: partitionCount
      case .partitions(let count): min(count, partitionCount)
      }
    }
  }

  /// Refuses settings that cannot mean anything.
  ///
  /// - Throws: `GasError` naming the setting, what it is and what it may be.
  public func validate(file: String? = nil) throws {
    func check(_ key: CodingKeys, _ value: Any, _ isRight: Bool, _ expected: String) throws {
      guard !isRight else { return }
      throw GasError(expected: "\(key.rawValue) to be \(expected)", found: "\(value)", file: file)
    }
    try check(.layers, layers, 1...Self.mostLayers ~= layers, "from 1 to \(Self.mostLayers)")
    try check(.hidden, hidden, 1...Self.mostHidden ~= hidden, "from 1 to \(Self.mostHidden)")
    try check(.dropout, dropout, dropout >= 0 && dropout < 1, "from 0 to below 1")
    try check(.epochs, epochs, epochs >= 0, "at least 0")
    try check(.learningRate, learningRate, learningRate > 0 && learningRate.isFinite, "above 0")
    try check(.weightDecay, weightDecay, weightDecay >= 0 && weightDecay.isFinite, "at least 0")
    try check(.outerWeightDecay, outerWeightDecay, outerWeightDecay >= 0 && outerWeightDecay.isFinite, "at least 0")
    try check(.clip, clip ?? 1, clip.map { $0 > 0 } ?? true, "above 0")
    try check(.split, split, split >= 0, "at least 0")
    try check(.evaluateEvery, evaluateEvery, evaluateEvery >= 1, "at least 1")
    try check(.patience, patience ?? 1, patience.map { $0 >= 1 } ?? true, "at least 1")
    try check(.threads, threads, 1...1024 ~= threads, "from 1 to 1024")
    try check(.checkpointSeconds, checkpointSeconds, checkpointSeconds >= 0, "at least 0")
  }
}

extension RunSettings.BatchSize: Codable {
  public init(from decoder: any Decoder) throws {
    let container = try decoder.singleValueContainer()
    let text = try (try? container.decode(Int.self)).map(String.init) ?? container.decode(String.self)
    guard let size = Self(text) else {
      throw DecodingError.dataCorruptedError(
        in: container, debugDescription: "expected a count or \"all\", found \(text)")
    }
    self = size
  }

  public func encode(to encoder: any Encoder) throws {
    var container = encoder.singleValueContainer()
    switch self {
    case .partitions(let count): try container.encode(count)
    case .all: try container.encode("all")
    }
  }
}
