/// A setting that is a count or a word: written as a number or as text, and read from either.
protocol CountOrWord: SettingValue {
  init?(_ text: String)
  var number: Int? { get }
  /// Where there is no number.
  var word: String { get }
}

extension CountOrWord {
  public static func setting(text: String) -> Self? { Self(text) }
  public var settingText: String { number.map(String.init) ?? word }

  public init(from decoder: any Decoder) throws {
    let container = try decoder.singleValueContainer()
    let text = try (try? container.decode(Int.self)).map(String.init) ?? container.decode(String.self)
    guard let value = Self(text) else {
      throw DecodingError.dataCorruptedError(
        in: container, debugDescription: "expected \(Self.settingKind), found \(text)")
    }
    self = value
  }

  public func encode(to encoder: any Encoder) throws {
    var container = encoder.singleValueContainer()
    guard let number else { return try container.encode(word) }
    try container.encode(number)
  }
}
