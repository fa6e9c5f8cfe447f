/// A setting that is a count or a word. It is written as a number or as text, and read from either.
protocol CountOrWord: SettingValue {
  init?(_ text: String)
  var number: Int? { get }
  /// The word, where there is no number.
  var word: String { get }
}

extension CountOrWord {
  /// The value of a number or word on the command line; `nil` if it is none.
  public static func setting(text: String) -> Self? { Self(text) }
  /// A whole number or a text.
  public static var jsonTypes: [String] { ["integer", "string"] }
  /// The number or the word.
  public var settingText: String { number.map(String.init) ?? word }

  /// Reads a number or a word. Throws `DecodingError` if it is no value.
  public init(from decoder: any Decoder) throws {
    let container = try decoder.singleValueContainer()
    let text = try (try? container.decode(Int.self)).map(String.init) ?? container.decode(String.self)
    guard let value = Self(text) else {
      throw DecodingError.dataCorruptedError(
        in: container, debugDescription: "expected \(Self.settingKind), found \(text)")
    }
    self = value
  }

  /// Writes a number where there is one, else the word.
  public func encode(to encoder: any Encoder) throws {
    var container = encoder.singleValueContainer()
    guard let number else { return try container.encode(word) }
    try container.encode(number)
  }
}
