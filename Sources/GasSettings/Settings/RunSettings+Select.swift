import GasMetrics

extension RunSettings {
  /// Which score of validation nodes decides which weights are kept, when a plateau lowers the rate, and when patience
  /// ends.
  public enum ScoreChoice: Equatable, Sendable {
    /// The one that suits the store's labels: `ScoreSelection`.
    case auto
    /// The main score of the labels' kind, as in runs from before there was a choice.
    case plain
    /// One that was named.
    case score(Score)

    static let all = [ScoreChoice.auto, .plain] + Score.allCases.map(ScoreChoice.score)
  }
}

extension RunSettings.ScoreChoice: SettingValue {
  /// A name for the values, after "to be".
  public static var settingKind: String { all.map(\.settingText).joined(separator: ", ") }
  /// The text after the flag in its help.
  public static var settingValueName: String? { "SCORE" }
  /// The choice of a word, in any case, with hyphens, blanks or, as scikit-learn has it, underscores; `nil` if it is
  /// none.
  public static func setting(text: String) -> Self? {
    let word = String(text.lowercased().map { $0 == "_" || $0 == " " ? "-" : $0 })
    return all.first { $0.settingText == word }
  }

  /// The word.
  public var settingText: String {
    switch self {
    case .auto: "auto"
    case .plain: "plain"
    case .score(let score): score.flag
    }
  }

  /// Reads a word. Throws `DecodingError` if it is no choice.
  public init(from decoder: any Decoder) throws {
    let container = try decoder.singleValueContainer()
    let text = try container.decode(String.self)
    guard let choice = Self.setting(text: text) else {
      throw DecodingError.dataCorruptedError(in: container, debugDescription: "no score is called \(text)")
    }
    self = choice
  }

  /// Writes the word.
  public func encode(to encoder: any Encoder) throws {
    var container = encoder.singleValueContainer()
    try container.encode(settingText)
  }
}
