import FoundationEssentials
import GasBase

/// Everything that decides what a run computes, and how it is carried out, as a value for each row of `SettingTable`.
///
///     var settings = RunSettings()
///     settings.hidden = 128
@dynamicMemberLookup
public struct RunSettings: Equatable, Sendable {
  /// All settings that there are.
  public static let table = SettingTable()
  /// The values that differ from the standard, by key.
  private var values: [String: any SettingValue] = [:]

  /// The program that wrote the run, if its model is that program's own. It decides nothing.
  public package(set) var program: String?

  /// All settings at their standards.
  public init() {}

  /// The value of a setting, under its name in `SettingTable`.
  public subscript<Value>(dynamicMember row: KeyPath<SettingTable, Setting<Value>>) -> Value {
    get { self[Self.table[keyPath: row]] }
    set { self[Self.table[keyPath: row]] = newValue }
  }

  subscript<Value>(_ row: Setting<Value>) -> Value {
    get { values[row.key] as? Value ?? row.standard }
    set { values[row.key] = newValue }
  }

  /// Whether all settings are equal.
  public static func == (one: RunSettings, other: RunSettings) -> Bool {
    table.rows.allSatisfy { $0.isEqual(in: one, and: other) }
  }

  /// Whether two runs compute the same: all settings are equal, except those that say how a run is carried out.
  public func computesTheSame(as other: RunSettings) -> Bool {
    Self.table.rows.allSatisfy { !$0.changesResults || $0.isEqual(in: self, and: other) }
  }

  /// Refuses settings that cannot mean anything.
  ///
  /// - Parameter file: the file that they were read from, for messages.
  /// - Throws: `GasError` naming the setting, its value and the values that it may have.
  public func validate(file: String? = nil) throws {
    for row in Self.table.rows { try row.check(self, file: file) }
    guard self.leastLearningRate <= self.learningRate else {
      throw GasError(expected: "lr-min to be from 0 to lr", found: "\(self.leastLearningRate)", file: file)
    }
  }
}

/// Settings as JSON: an object with the keys of the table. Absent settings have no key.
extension RunSettings: Codable {
  /// Reads an object. Settings that are missing, as in runs of earlier versions, are at their standards.
  ///
  /// - Parameter decoder: the decoder.
  /// - Throws: `DecodingError` if a value is of another type, or there is no model.
  public init(from decoder: any Decoder) throws {
    let container = try decoder.container(keyedBy: SettingKey.self)
    let model = SettingKey(stringValue: Self.table.model.key)
    guard container.contains(model) else {
      throw DecodingError.keyNotFound(model, .init(codingPath: decoder.codingPath, debugDescription: ""))
    }
    self.init()
    for row in Self.table.rows { try row.decode(from: container, into: &self) }
    // There was batch norm before there were others.
    if !container.contains(SettingKey(stringValue: Self.table.norm.key)) { self.norm = usedNorm }
    // Attention did not use weights before there was this setting.
    if !container.contains(SettingKey(stringValue: Self.table.edgeValues.key)), self.model == "gat" {
      self.edgeValues = .features
    }
    // Accuracy or micro-F1 decided before there was a choice.
    if !container.contains(SettingKey(stringValue: Self.table.select.key)) { self.select = .plain }
  }

  /// Writes all settings that are not absent.
  public func encode(to encoder: any Encoder) throws {
    var container = encoder.container(keyedBy: SettingKey.self)
    for row in Self.table.rows { try row.encode(self, to: &container) }
  }

  /// The settings as a JSON text.
  ///
  /// - Returns: an object with sorted keys, and a line break.
  /// - Throws: `EncodingError` if a number is not finite.
  public func json() throws -> String {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.prettyPrinted, .sortedKeys]
    return String(decoding: try encoder.encode(self), as: UTF8.self) + "\n"
  }
}
