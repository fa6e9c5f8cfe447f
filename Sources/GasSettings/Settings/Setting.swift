import GasBase

/// A setting of a run: one row of `SettingTable`.
///
/// Flags with their help, YAML files, presets, `config.json`, validation and docs/settings.md follow from it.
public struct Setting<Value: SettingValue>: Sendable {
  /// Its name in YAML files and `config.json` and, after two dashes, on the command line.
  public let key: String
  /// Its value where none is given.
  public let standard: Value
  /// An explanation, in sentences.
  public let help: String
  /// The standard in words, where the value does not tell.
  let standardText: String?
  /// The text after its flag in the help; `nil`: its name.
  package let valueName: String?
  private let kindText: String?
  private let allowed: AllowedValues<Value>?
  /// The models that use it; `nil`: all, models of one's own included.
  public let models: [String]?
  /// The schedules of the learning rate that use it; `nil`: all.
  package let schedules: [RunSettings.Schedule]?
  /// Whether it decides what a run computes, not only how that is carried out.
  public let changesResults: Bool

  /// Makes a row of the table.
  ///
  /// - Parameters:
  ///   - key: name in files and flags.
  ///   - standard: the value where none is given.
  ///   - allowed: its values, if not all of the type are.
  ///   - standardText: the standard in words, after "Default".
  ///   - valueName: the text after the flag in its help.
  ///   - kind: a name for the values, if the type's does not fit.
  ///   - models: the models that use it.
  ///   - schedules: the schedules that use it.
  ///   - changesResults: whether runs that differ in it compute different things.
  ///   - help: an explanation.
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

  /// Makes a row for a setting that is absent where none is given.
  ///
  /// - Parameters:
  ///   - key: name in files and flags.
  ///   - absent: what its absence means, after "Default".
  ///   - allowed: its values, if not all of the type are.
  ///   - kind: a name for the values, if the type's does not fit.
  ///   - help: an explanation.
  init<Wrapped>(
    _ key: String, absent: String, _ allowed: AllowedValues<Wrapped>? = nil, kind: String? = nil, help: String
  ) where Value == Wrapped? {
    self.init(
      key, nil, allowed?.orAbsent, standardText: absent, kind: kind, help: help)
  }
}

/// A row of the table whose type is not known.
package protocol SettingRow: Sendable {
  /// Its name in files and flags.
  var key: String { get }
  /// A name for the values, after "to be".
  var kind: String { get }
  /// The types that JSON Schema has for the values.
  var jsonTypes: [String] { get }
  /// The values that it may have, if not all, after "to be".
  var range: String? { get }
  /// An explanation, in sentences.
  var help: String { get }
  /// The default, in words.
  var standardWords: String { get }
  /// The text after its flag in the help; `nil`: its name.
  var valueName: String? { get }
  /// The models that use it; `nil`: all.
  var models: [String]? { get }
  /// The schedules that use it; `nil`: all.
  var schedules: [RunSettings.Schedule]? { get }
  /// Whether it decides what a run computes, not only how that is carried out.
  var changesResults: Bool { get }

  /// Whether two runs have the same value.
  func isEqual(in one: RunSettings, and other: RunSettings) -> Bool
  /// The value in some settings, as a person would write it; what is long is cut.
  func text(in settings: RunSettings) -> String
  /// The value in some settings.
  func value(in settings: RunSettings) -> any SettingValue
  /// Checks the value in some settings.
  ///
  /// - Parameters:
  ///   - settings: the settings.
  ///   - file: the file that they were read from, for messages.
  /// - Throws: `GasError` if the value is not allowed.
  func check(_ settings: RunSettings, file: String?) throws
  /// Puts a value into settings.
  ///
  /// - Parameters:
  ///   - value: a value that was read from a YAML file, or one of the setting's type.
  ///   - settings: the settings.
  ///   - file: the file that it was read from, for messages.
  /// - Throws: `GasError` if it is no value.
  func read(_ value: Any, into settings: inout RunSettings, file: String?) throws
  /// Puts the value that some settings have into others.
  func copy(_ settings: RunSettings, to other: inout RunSettings)
  /// Writes the value under its key, unless it is absent.
  func encode(_ settings: RunSettings, to container: inout KeyedEncodingContainer<SettingKey>) throws
  /// Puts the file's value into settings, or leaves the setting as it is where the file has none.
  func decode(from container: KeyedDecodingContainer<SettingKey>, into settings: inout RunSettings) throws
}

/// The name of a setting as a key of a file.
package struct SettingKey: CodingKey {
  /// The setting's name.
  package let stringValue: String
  /// No key is a number.
  package var intValue: Int? { nil }

  /// A key of that name.
  package init(stringValue: String) { self.stringValue = stringValue }
  /// No key is a number.
  package init?(intValue: Int) { nil }
}

extension Setting: SettingRow {
  /// A name for the values, after "to be".
  package var kind: String { kindText ?? Value.settingKind }
  /// The types that JSON Schema has for the values.
  package var jsonTypes: [String] { Value.jsonTypes }
  /// The values that it may have, if not all, after "to be".
  package var range: String? { allowed?.text }

  /// The standard in words, or as a person would write it.
  package var standardWords: String {
    let text = standardText ?? standard.settingText
    return text.hasSuffix(".0") ? String(text.dropLast(2)) : text
  }

  /// Whether two runs have the same value.
  package func isEqual(in one: RunSettings, and other: RunSettings) -> Bool { one[self] == other[self] }

  /// The value in some settings, as a person would write it; what is long is cut.
  package func text(in settings: RunSettings) -> String { settings[self].settingText.excerpt }

  /// The value in some settings.
  package func value(in settings: RunSettings) -> any SettingValue { settings[self] }

  /// Throws `GasError` if the value in `settings` is not allowed.
  package func check(_ settings: RunSettings, file: String?) throws {
    let value = settings[self]
    guard let allowed, !allowed.contains(value) else { return }
    throw GasError(expected: "\(key) to be \(allowed.text)", found: value.settingText.excerpt, file: file)
  }

  /// Puts a value into `settings`. Throws `GasError` if it is no value of the setting.
  package func read(_ value: Any, into settings: inout RunSettings, file: String?) throws {
    guard let read = value as? Value ?? Value.setting(yaml: value) else {
      throw GasError(expected: "\(key) to be \(kind)", found: "\(value)".excerpt, file: file)
    }
    settings[self] = read
  }

  /// Puts the value that some settings have into others.
  package func copy(_ settings: RunSettings, to other: inout RunSettings) { other[self] = settings[self] }

  /// Writes the value under its key, unless it is absent.
  package func encode(_ settings: RunSettings, to container: inout KeyedEncodingContainer<SettingKey>) throws {
    // A value that is absent has no key, instead of null.
    if (settings[self] as? any AbsentValue)?.isAbsent == true { return }
    try container.encode(settings[self], forKey: SettingKey(stringValue: key))
  }

  /// Reads the value under its key, if there is one.
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
