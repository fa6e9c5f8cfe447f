import GasBase
import GasFormats
import GasStore

extension RunSettings {
  /// How much each class counts in the loss.
  public enum ClassWeights: Equatable, Sendable {
    /// All classes count the same.
    case none
    /// Rare classes count more, according to their numbers of training nodes: `LossWeights`.
    case balanced
    /// A number for each class.
    case values([Double])
    /// A `.npy` file with a number for each class; `resolve` reads it.
    case file(String)

    /// Reads `none`, `balanced`, a path that ends in `.npy`, or numbers with commas between; `nil` for other texts.
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

    /// The weights with the file's numbers in the place of its path, so that a run does not depend on the file.
    ///
    /// - Returns: the weights; those that are no file stay as they are.
    /// - Throws: `GasError` if the file cannot be read, or is no vector of numbers.
    package func loaded() throws -> ClassWeights {
      guard case .file(let path) = self else { return self }
      guard path.utf8.count <= AllowedValues<String>.longestPath else {
        throw GasError("expected class-weights to be a path of at most \(AllowedValues<String>.longestPath) bytes")
      }
      let reader = try NpyReader(opening: path)
      guard reader.shape.count == 1, reader.type.isFloat || reader.type.isInteger else {
        throw GasError(expected: "a vector of class weights", found: "\(reader.type) \(reader.shape)", file: path)
      }
      return .values(reader.floats(0..<reader.elementCount).map(Double.init))
    }
  }
}

extension RunSettings.ClassWeights: Codable {
  /// Reads numbers, a number or a word. Throws `DecodingError` if it is no value.
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

  /// Writes numbers where there are some, else the word or path.
  public func encode(to encoder: any Encoder) throws {
    var container = encoder.singleValueContainer()
    guard case .values(let values) = self else { return try container.encode(text) }
    try container.encode(values)
  }
}

extension RunSettings.ClassWeights: SettingValue {
  /// A name for the values, after "to be".
  public static var settingKind: String { "none, balanced, a path that ends in .npy, or a number for each class" }
  /// A text, or the numbers.
  public static var jsonTypes: [String] { ["string", "array", "number"] }
  /// The values after the flag in its help.
  public static var settingValueName: String? { "none|balanced|FILE|w,w,…" }
  /// The value of a text on the command line; `nil` if it is none.
  public static func setting(text: String) -> Self? { Self(text) }
  /// The value as a person would write it.
  public var settingText: String { text }
}
