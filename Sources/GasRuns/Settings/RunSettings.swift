import Foundation
import GasBase

/// Everything that decides what a run computes, and how it is carried out: a value for each row of `SettingTable`.
///
///     var settings = RunSettings()
///     settings.hidden = 128
@dynamicMemberLookup
public struct RunSettings: Equatable, Sendable {
  /// All settings there are.
  public static let table = SettingTable()
  /// What differs from the standard, by key.
  private var values: [String: any SettingValue] = [:]

  /// All settings at their standards.
  public init() {}

  public subscript<Value>(dynamicMember row: KeyPath<SettingTable, Setting<Value>>) -> Value {
    get { self[Self.table[keyPath: row]] }
    set { self[Self.table[keyPath: row]] = newValue }
  }

  subscript<Value>(_ row: Setting<Value>) -> Value {
    get { values[row.key] as? Value ?? row.standard }
    set { values[row.key] = newValue }
  }

  public static func == (one: RunSettings, other: RunSettings) -> Bool {
    table.rows.allSatisfy { $0.isEqual(in: one, and: other) }
  }

  /// Whether two runs compute the same: everything but how they are carried out.
  public func computesTheSame(as other: RunSettings) -> Bool {
    Self.table.rows.allSatisfy { !$0.changesResults || $0.isEqual(in: self, and: other) }
  }

  /// Refuses settings that cannot mean anything.
  ///
  /// - Parameter file: where they were read, for messages.
  /// - Throws: `GasError` naming the setting, what it is and what it may be.
  public func validate(file: String? = nil) throws {
    for row in Self.table.rows { try row.check(self, file: file) }
    guard self.leastLearningRate <= self.learningRate else {
      throw GasError(expected: "lr-min to be from 0 to lr", found: "\(self.leastLearningRate)", file: file)
    }
  }
}

/// As JSON: an object with the keys of the table; what is absent has none.
extension RunSettings: Codable {
  /// - Throws: `DecodingError` if a value is of another type, or there is no model. Other settings that are missing, as
  ///   in runs of earlier versions, are at their standards.
  public init(from decoder: any Decoder) throws {
    let container = try decoder.container(keyedBy: SettingKey.self)
    let model = SettingKey(stringValue: Self.table.model.key)
    guard container.contains(model) else {
      throw DecodingError.keyNotFound(model, .init(codingPath: decoder.codingPath, debugDescription: ""))
    }
    self.init()
    for row in Self.table.rows { try row.decode(from: container, into: &self) }
    // Attention did not look at weights before the setting came.
    if !container.contains(SettingKey(stringValue: Self.table.edgeValues.key)), self.model == "gat" {
      self.edgeValues = .features
    }
  }

  public func encode(to encoder: any Encoder) throws {
    var container = encoder.container(keyedBy: SettingKey.self)
    for row in Self.table.rows { try row.encode(self, to: &container) }
  }

  /// - Throws: `EncodingError` if a number is not finite.
  public func json() throws -> String {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.prettyPrinted, .sortedKeys]
    return String(decoding: try encoder.encode(self), as: UTF8.self) + "\n"
  }
}
