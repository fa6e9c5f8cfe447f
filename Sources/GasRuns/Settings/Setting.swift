import GasBase

/// A setting of a run: one row of `SettingTable`.
///
/// Flags with their help, YAML files, presets, `config.json`, validation and docs/settings.md follow from it.
public struct Setting<Value: SettingValue>: Sendable {
  /// Its name in YAML files and `config.json` and, behind two dashes, on the command line.
  public let key: String
  /// Its value where nobody gives one.
  public let standard: Value
  /// What it does, in sentences.
  public let help: String
  /// The standard in words, where the value does not say it.
  let standardText: String?
  package let valueName: String?
  private let kindText: String?
  private let allowed: AllowedValues<Value>?
  /// The models that use it; `nil`: all, those of one's own included.
  public let models: [String]?
  /// The schedules of the learning rate that use it; `nil`: all.
  package let schedules: [RunSettings.Schedule]?
  /// Whether it decides what a run computes, not only how that is carried out.
  public let changesResults: Bool

  /// - Parameters:
  ///   - key: name in files and flags.
  ///   - standard: the value where nobody gives one.
  ///   - allowed: its values, if not all of the type are.
  ///   - standardText: the standard in words, after "Default".
  ///   - valueName: what stands behind the flag in its help.
  ///   - kind: what a value is, if the type does not say it.
  ///   - models: that use it.
  ///   - schedules: that use it.
  ///   - changesResults: whether runs that differ in it compute different things.
  ///   - help: what it does.
  init(
    _ key: String, _ standard: Value, _ allowed: AllowedValues<Value>? = nil, standardText: String? = nil,
    valueName: String? = nil, kind: String? = nil, models: [String]? = nil, schedules: [RunSettings.Schedule]? = nil,
    changesResults: Bool = true, help: String
  ) {
    (self.key, self.standard, self.help) = (key, standard, help)
    (self.standardText, self.valueName, kindText) = (standardText, valueName ?? Value.settingValueName, kind)
    (self.models, self.schedules, self.changesResults) = (models, schedules, changesResults)
    self.allowed = allowed
  }

  /// A setting that is absent where nobody gives one.
  ///
  /// - Parameters:
  ///   - key: name in files and flags.
  ///   - absent: what its absence means, after "Default".
  ///   - allowed: its values, if not all of the type are.
  ///   - kind: what a value is, if the type does not say it.
  ///   - help: what it does.
  init<Wrapped>(
    _ key: String, absent: String, _ allowed: AllowedValues<Wrapped>? = nil, kind: String? = nil, help: String
  ) where Value == Wrapped? {
    self.init(
      key, nil, allowed?.orAbsent, standardText: absent, kind: kind, help: help)
  }
}

/// What can be done with a row without knowing its type.
package protocol SettingRow: Sendable {
  var key: String { get }
  /// What a value is, after "to be".
  var kind: String { get }
  /// Which values it may have, if not all; after "to be".
  var range: String? { get }
  var help: String { get }
  /// The default, in words.
  var standardWords: String { get }
  /// What stands behind its flag in the help; `nil`: its name.
  var valueName: String? { get }
  var models: [String]? { get }
  var schedules: [RunSettings.Schedule]? { get }
  var changesResults: Bool { get }

  func isEqual(in one: RunSettings, and other: RunSettings) -> Bool
  /// - Throws: `GasError` if the value is not allowed.
  func check(_ settings: RunSettings, file: String?) throws
  /// - Parameter value: what reading a YAML file gave, or a value of the setting's type.
  /// - Throws: `GasError` if it is no value.
  func read(_ value: Any, into settings: inout RunSettings, file: String?) throws
  func encode(_ settings: RunSettings, to container: inout KeyedEncodingContainer<SettingKey>) throws
  /// Leaves the setting as it is where the file has none.
  func decode(from container: KeyedDecodingContainer<SettingKey>, into settings: inout RunSettings) throws
}

/// Name of a setting as a key of a file.
package struct SettingKey: CodingKey {
  package let stringValue: String
  package var intValue: Int? { nil }

  package init(stringValue: String) { self.stringValue = stringValue }
  package init?(intValue: Int) { nil }
}

extension Setting: SettingRow {
  package var kind: String { kindText ?? Value.settingKind }
  package var range: String? { allowed?.text }

  package var standardWords: String {
    let text = standardText ?? standard.settingText
    return text.hasSuffix(".0") ? String(text.dropLast(2)) : text
  }

  package func isEqual(in one: RunSettings, and other: RunSettings) -> Bool { one[self] == other[self] }

  package func check(_ settings: RunSettings, file: String?) throws {
    let value = settings[self]
    guard let allowed, !allowed.contains(value) else { return }
    throw GasError(expected: "\(key) to be \(allowed.text)", found: value.settingText.excerpt, file: file)
  }

  package func read(_ value: Any, into settings: inout RunSettings, file: String?) throws {
    guard let read = value as? Value ?? Value.setting(yaml: value) else {
      throw GasError(expected: "\(key) to be \(kind)", found: "\(value)".excerpt, file: file)
    }
    settings[self] = read
  }

  package func encode(_ settings: RunSettings, to container: inout KeyedEncodingContainer<SettingKey>) throws {
    // Absent is absent, not null.
    if (settings[self] as? any AbsentValue)?.isAbsent == true { return }
    try container.encode(settings[self], forKey: SettingKey(stringValue: key))
  }

  package func decode(from container: KeyedDecodingContainer<SettingKey>, into settings: inout RunSettings) throws {
    let key = SettingKey(stringValue: key)
    guard container.contains(key) else { return }
    settings[self] = try container.decode(Value.self, forKey: key)
  }
}

/// A value that may be absent.
private protocol AbsentValue {
  var isAbsent: Bool { get }
}

extension Optional: AbsentValue {
  fileprivate var isAbsent: Bool { if case .none = self { true } else { false } }
}
