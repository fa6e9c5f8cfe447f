import Foundation
import GasBase
import GasStore

/// A type that a setting's value may have: what it looks like to people, and how it is read from a file or a flag.
public protocol SettingValue: Codable, Equatable, Sendable {
  /// What a value is, after "to be": "a whole number".
  static var settingKind: String { get }
  /// What stands behind a flag in its help instead of the flag's name; `nil`: the name.
  static var settingValueName: String? { get }

  /// - Parameter text: what a person wrote on the command line; `nil` if it is no value.
  static func setting(text: String) -> Self?

  /// What reading a YAML file gave for it; `nil` if it is no value.
  static func setting(yaml value: Any) -> Self?

  /// As a person would write it.
  var settingText: String { get }
}

extension SettingValue {
  public static var settingValueName: String? { nil }
  public var settingText: String { "\(self)" }

  /// As JSON has it: 2.0 is a whole number, "2" is none.
  public static func setting(yaml value: Any) -> Self? {
    guard JSONSerialization.isValidJSONObject([value]),
      let data = try? JSONSerialization.data(withJSONObject: [value]),
      let decoded = try? JSONDecoder().decode([Self].self, from: data)
    else { return nil }
    return decoded[0]
  }
}

extension SettingValue where Self: LosslessStringConvertible {
  public static func setting(text: String) -> Self? { Self(text) }
}

extension Int: SettingValue { public static var settingKind: String { "a whole number" } }
extension UInt64: SettingValue { public static var settingKind: String { "a whole number" } }

extension Double: SettingValue {
  public static var settingKind: String { "a number" }
}

extension Bool: SettingValue {
  public static var settingKind: String { "true or false" }
  public var settingText: String { self ? "yes" : "no" }
}

extension String: SettingValue {
  public static var settingKind: String { "a name" }
  public static func setting(text: String) -> String? { text }
}

/// A setting that may be absent.
extension Optional: SettingValue where Wrapped: SettingValue {
  public static var settingKind: String { Wrapped.settingKind }
  public static var settingValueName: String? { Wrapped.settingValueName }
  public var settingText: String { map(\.settingText) ?? "none" }

  public static func setting(text: String) -> Wrapped?? { Wrapped.setting(text: text).map { $0 } }
}

/// Names, written as a list or with commas between.
extension [String]: SettingValue {
  public static var settingKind: String { "a list of names" }
  public var settingText: String { joined(separator: ",") }

  public static func setting(text: String) -> [String]? {
    text.split(separator: ",", omittingEmptySubsequences: false).map { $0.trimmingCharacters(in: .whitespaces) }
  }

  public static func setting(yaml value: Any) -> [String]? {
    (value as? String).flatMap(setting(text:)) ?? value as? [String]
  }
}

/// A word out of a few.
extension SettingValue where Self: CaseIterable & RawRepresentable<String> {
  public static var settingKind: String { allCases.map(\.rawValue).joined(separator: ", ") }
  public static var settingValueName: String? { allCases.map(\.rawValue).joined(separator: "|") }
  public var settingText: String { rawValue }
  public static func setting(text: String) -> Self? { Self(rawValue: text) }
}

extension RowEncoding: SettingValue {}
