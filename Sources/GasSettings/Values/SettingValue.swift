import FoundationEssentials
import GasBase
import GasStore

/// A type that a setting's value may have: how it is shown to people, and how it is read from a file or a flag.
public protocol SettingValue: Codable, Equatable, Sendable {
  /// A name for the values, after "to be": "a whole number".
  static var settingKind: String { get }
  /// The text after a flag in its help instead of the flag's name; `nil`: the name.
  static var settingValueName: String? { get }
  /// The types that JSON Schema has for the value.
  static var jsonTypes: [String] { get }

  /// Reads a value from the command line.
  ///
  /// - Parameter text: what a person wrote.
  /// - Returns: `nil` if it is no value.
  static func setting(text: String) -> Self?

  /// The value that a YAML file has for the setting; `nil` if it is no value.
  static func setting(yaml value: Any) -> Self?

  /// The value as a person would write it.
  var settingText: String { get }
}

extension SettingValue {
  /// The flag's name, the default.
  public static var settingValueName: String? { nil }
  /// A text, the default.
  public static var jsonTypes: [String] { ["string"] }
  /// The value as Swift prints it, the default.
  public var settingText: String { "\(self)" }

  /// The value as JSON would read it: 2.0 is a whole number, "2" is none.
  public static func setting(yaml value: Any) -> Self? {
    guard let plain = PlainValue(value), let data = try? JSONEncoder().encode([plain]),
      let decoded = try? JSONDecoder().decode([Self].self, from: data)
    else { return nil }
    return decoded[0]
  }
}

extension SettingValue where Self: LosslessStringConvertible {
  /// The value as Swift reads it.
  public static func setting(text: String) -> Self? { Self(text) }
}

extension Int: SettingValue {
  /// "a whole number".
  public static var settingKind: String { "a whole number" }
  /// What JSON has for it.
  public static var jsonTypes: [String] { ["integer"] }
}

extension UInt64: SettingValue {
  /// "a whole number".
  public static var settingKind: String { "a whole number" }
  /// What JSON has for it.
  public static var jsonTypes: [String] { ["integer"] }
}

extension Double: SettingValue {
  /// "a number".
  public static var settingKind: String { "a number" }
  /// What JSON has for it.
  public static var jsonTypes: [String] { ["number"] }
}

extension Bool: SettingValue {
  /// "true or false".
  public static var settingKind: String { "true or false" }
  /// What JSON has for it.
  public static var jsonTypes: [String] { ["boolean"] }
  /// "yes" or "no".
  public var settingText: String { self ? "yes" : "no" }
}

extension String: SettingValue {
  /// "a name".
  public static var settingKind: String { "a name" }
  /// The text itself.
  public static func setting(text: String) -> String? { text }
}

/// A setting that may be absent.
extension Optional: SettingValue where Wrapped: SettingValue {
  /// The name of the values where there is one.
  public static var settingKind: String { Wrapped.settingKind }
  /// The types of a value that is there.
  public static var jsonTypes: [String] { Wrapped.jsonTypes }
  /// The text after a flag where there is a value.
  public static var settingValueName: String? { Wrapped.settingValueName }
  /// The value's text, or "none".
  public var settingText: String { map(\.settingText) ?? "none" }

  /// A value that is there; `nil` if the text is none.
  public static func setting(text: String) -> Wrapped?? { Wrapped.setting(text: text).map { $0 } }
}

/// Names, written as a list or with commas between them.
extension [String]: SettingValue {
  /// "a list of names".
  public static var settingKind: String { "a list of names" }
  /// A list, or a text with commas.
  public static var jsonTypes: [String] { ["array", "string"] }
  /// The names with commas between them.
  public var settingText: String { joined(separator: ",") }

  /// The names in a text with commas between them.
  public static func setting(text: String) -> [String]? {
    text.split(separator: ",", omittingEmptySubsequences: false).map { $0.trimmed }
  }

  /// The names in a list, or in a text with commas between them; `nil` for anything else.
  public static func setting(yaml value: Any) -> [String]? {
    (value as? String).flatMap(setting(text:)) ?? value as? [String]
  }
}

/// One of a few words.
extension SettingValue where Self: CaseIterable & RawRepresentable<String> {
  /// The words.
  public static var settingKind: String { allCases.map(\.rawValue).joined(separator: ", ") }
  /// The words with bars between them.
  public static var settingValueName: String? { allCases.map(\.rawValue).joined(separator: "|") }
  /// The word.
  public var settingText: String { rawValue }
  /// The value of a word; `nil` if it is none of them.
  public static func setting(text: String) -> Self? { Self(rawValue: text) }
}

extension RowEncoding: SettingValue {}
