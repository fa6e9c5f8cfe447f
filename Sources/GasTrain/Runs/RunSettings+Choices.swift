import Foundation
import GasBase
import GasFormats
import GasNN

extension RunSettings {
  /// How the learning rate changes: `LearningRateSchedule` in words.
  public enum Schedule: String, Codable, CaseIterable, Sendable {
    case none, plateau, cosine, step
  }

  /// The schedule with its numbers.
  var learningRateSchedule: LearningRateSchedule {
    switch schedule {
    case .none: .constant
    case .plateau: .plateau(patience: schedulePatience, factor: scheduleFactor, least: leastLearningRate)
    case .cosine: .cosine(epochs: epochs, least: leastLearningRate)
    case .step: .step(every: scheduleStep, factor: scheduleFactor)
    }
  }

  /// How many partitions make a batch.
  public enum BatchSize: Equatable, Sendable {
    case partitions(Int)
    /// Four, or fewer where a memory budget has no room for them.
    case auto
    /// The whole graph at once: training without histories.
    case all

    public init?(_ text: String) {
      if text == "all" {
        self = .all
      } else if text == "auto" {
        self = .auto
      } else if let count = Int(text), count > 0 {
        self = .partitions(count)
      } else {
        return nil
      }
    }

    private static let standardCount = 4

    public func resolved(partitionCount: Int) -> Int {
      switch self {
      case .all: partitionCount
      case .auto: min(Self.standardCount, partitionCount)
      case .partitions(let count): min(count, partitionCount)
      }
    }
  }

  /// How the halo rows of an epoch reach its batches.
  public enum HaloWindows: Equatable, Sendable {
    /// In so many windows they are copied together (`HaloStaging`); 0: each batch reads its own.
    case count(Int)
    /// Whoever pushes them sends them (`HaloMail`): the same rows as those that each batch reads by itself.
    case mail
    /// 0; `mail` where a memory budget has no room for what the halo rows are read from, or `standardCount` windows where the disk has no
    /// room for that, or the budget.
    case auto

    /// What is read front to back grows with it, what is copied does not. Rows are at most half an epoch older for it.
    static let standardCount = 4

    public init?(_ text: String) {
      if text == "auto" {
        self = .auto
      } else if text == "mail" {
        self = .mail
      } else if let count = Int(text), count >= 0 {
        self = .count(count)
      } else {
        return nil
      }
    }

    public var resolved: Int {
      guard case .count(let count) = self else { return 0 }
      return count
    }
  }

  /// How much each class counts in the loss.
  public enum ClassWeights: Equatable, Sendable {
    case none
    /// Rare classes count more, by their numbers of training nodes: `LossWeights`.
    case balanced
    /// A number for each class.
    case values([Double])
    /// A `.npy` file of these; `resolve` reads it.
    case file(String)

    /// - Parameter text: `none`, `balanced`, a path that ends in `.npy`, or numbers with commas between.
    public init?(_ text: String) {
      let numbers = text.split(separator: ",", omittingEmptySubsequences: false).map { Double($0) }
      switch text {
      case "none": self = .none
      case "balanced": self = .balanced
      case _ where text.hasSuffix(".npy"): self = .file(text)
      case _ where !numbers.contains(nil): self = .values(numbers.compactMap { $0 })
      default: return nil
      }
    }

    var text: String {
      switch self {
      case .none: "none"
      case .balanced: "balanced"
      case .values(let values): values.map { "\($0)" }.joined(separator: ",")
      case .file(let path): path
      }
    }

    var isValid: Bool {
      guard case .values(let values) = self else { return true }
      return values.allSatisfy { $0 >= 0 && $0.isFinite } && values.contains { $0 > 0 }
    }

    /// With the file's numbers in the place of its path, so that a run does not depend on the file.
    func loaded() throws -> ClassWeights {
      guard case .file(let path) = self else { return self }
      guard path.utf8.count <= RunSettings.longestPath else {
        throw GasError("expected class-weights to be a path of at most \(RunSettings.longestPath) bytes")
      }
      let reader = try NpyReader(opening: path)
      guard reader.shape.count == 1, reader.type.isFloat || reader.type.isInteger else {
        throw GasError(expected: "a vector of class weights", found: "\(reader.type) \(reader.shape)", file: path)
      }
      return .values(reader.floats(0..<reader.elementCount).map(Double.init))
    }
  }
}

/// A setting that is a count or a word: written as a number or as text, and read from either.
protocol CountOrWord: Codable {
  init?(_ text: String)
  var number: Int? { get }
  /// Where there is no number.
  var word: String { get }
  static var expected: String { get }
}

extension CountOrWord {
  public init(from decoder: any Decoder) throws {
    let container = try decoder.singleValueContainer()
    let text = try (try? container.decode(Int.self)).map(String.init) ?? container.decode(String.self)
    guard let value = Self(text) else {
      throw DecodingError.dataCorruptedError(
        in: container, debugDescription: "expected \(Self.expected), found \(text)")
    }
    self = value
  }

  public func encode(to encoder: any Encoder) throws {
    var container = encoder.singleValueContainer()
    guard let number else { return try container.encode(word) }
    try container.encode(number)
  }
}

extension RunSettings.BatchSize: CountOrWord {
  var number: Int? { if case .partitions(let count) = self { count } else { nil } }
  var word: String { self == .all ? "all" : "auto" }
  static var expected: String { "a count, \"auto\" or \"all\"" }
}

extension RunSettings.HaloWindows: CountOrWord {
  var number: Int? { if case .count(let count) = self { count } else { nil } }
  var word: String { self == .mail ? "mail" : "auto" }
  static var expected: String { "a count, \"mail\" or \"auto\"" }
}

extension RunSettings.ClassWeights: Codable {
  public init(from decoder: any Decoder) throws {
    let container = try decoder.singleValueContainer()
    if let values = try? container.decode([Double].self) {
      self = .values(values)
    } else if let value = try? container.decode(Double.self) {
      self = .values([value])
    } else {
      let text = try container.decode(String.self)
      guard let weights = Self(text) else {
        throw DecodingError.dataCorruptedError(in: container, debugDescription: "no class weights: \(text)")
      }
      self = weights
    }
  }

  public func encode(to encoder: any Encoder) throws {
    var container = encoder.singleValueContainer()
    guard case .values(let values) = self else { return try container.encode(text) }
    try container.encode(values)
  }
}
