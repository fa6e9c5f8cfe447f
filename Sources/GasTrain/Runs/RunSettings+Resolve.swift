import Foundation
import GasBase
import GasStore
import Yams

extension RunSettings {
  /// Settings from several places: defaults, then a preset, then a YAML file, then flags; what comes later wins.
  ///
  /// - Parameters:
  ///   - configFile: a YAML file; nil for none.
  ///   - flags: values by key; keys of `CodingKeys` only.
  /// - Throws: `GasError` for a file that cannot be read, an unknown key or preset, a value of the wrong type or outside its range,
  ///   and a setting that was given in the file or as a flag but that the model does not use.
  public static func resolve(configFile: String?, flags: [CodingKeys: any Sendable]) throws -> RunSettings {
    var given = try configFile.map(SettingsFile.read) ?? [:]
    for (key, value) in flags { given[key.rawValue] = value }
    var values = try dictionary(RunSettings())
    if let name = given[CodingKeys.preset.rawValue] as? String {
      values.merge(try dictionary(Preset.named(name).settings)) { $1 }
    }
    values.merge(given) { $1 }
    var settings = try decode(withLists(values), file: configFile)
    settings.classWeights = try settings.classWeights.loaded()
    settings.makePathsAbsolute()
    try settings.validate(file: configFile)
    try settings.checkUse(of: Array(given.keys), file: configFile)
    return settings
  }

  /// Settings from text values alone, as a table has them.
  init(texts: [(key: CodingKeys, text: String)]) throws {
    var values = try Self.dictionary(RunSettings())
    for (key, text) in texts { values[key.rawValue] = try Yams.load(yaml: text) }
    self = try Self.decode(Self.withLists(values))
    try validate()
  }

  /// Decodes the settings that a run was started with.
  ///
  /// - Parameters:
  ///   - path: of the file, for messages.
  ///   - data: its contents.
  init(readingRun path: String, _ data: Data) throws {
    do {
      self = try JSONDecoder().decode(RunSettings.self, from: Self.completed(data))
    } catch let error as DecodingError {
      throw GasError(Self.explain(error).excerpt, file: path, advice: "the file is damaged")
    }
    try validate(file: path)
  }

  public func json() throws -> String {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.prettyPrinted, .sortedKeys]
    return String(decoding: try encoder.encode(self), as: UTF8.self) + "\n"
  }

  private static func dictionary(_ settings: RunSettings) throws -> [String: Any] {
    let object = try JSONSerialization.jsonObject(with: JSONEncoder().encode(settings))
    return object as? [String: Any] ?? [:]
  }

  /// Runs of earlier versions lack the settings that came later; these are at their defaults.
  private static func completed(_ data: Data) throws -> Data {
    guard let known = try? JSONSerialization.jsonObject(with: data) as? [String: Any], !known.isEmpty else {
      return data
    }
    var defaults = try dictionary(RunSettings())
    // Attention did not look at weights before the setting came.
    if known[CodingKeys.model.rawValue] as? String == "gat" {
      defaults[CodingKeys.edgeValues.rawValue] = EdgeValues.features.rawValue
    }
    return try JSONSerialization.data(withJSONObject: defaults.merging(known) { $1 })
  }

  /// Lists may be written as names with commas between.
  private static func withLists(_ values: [String: Any]) -> [String: Any] {
    var values = values
    for key in [CodingKeys.aggregators.rawValue, CodingKeys.scalers.rawValue] {
      guard let text = values[key] as? String else { continue }
      values[key] = text.split(separator: ",", omittingEmptySubsequences: false).map {
        $0.trimmingCharacters(in: .whitespaces)
      }
    }
    return values
  }

  private static func decode(_ values: [String: Any], file: String?) throws -> RunSettings {
    let defaults = try dictionary(RunSettings())
    // Key by key first, since a decoder does not always say which one it stumbled over.
    for (key, value) in values.sorted(by: { $0.key < $1.key }) {
      let alone = defaults.merging([key: value]) { $1 }
      guard JSONSerialization.isValidJSONObject(alone), (try? decode(alone)) != nil else {
        throw GasError(expected: "\(key) to be \(kind(of: key))", found: "\(value)".excerpt, file: file)
      }
    }
    return try decode(values)
  }

  private static func decode(_ values: [String: Any]) throws -> RunSettings {
    try JSONDecoder().decode(RunSettings.self, from: JSONSerialization.data(withJSONObject: values))
  }

  private static func kind(of key: String) -> String {
    switch CodingKeys(rawValue: key) {
    case .model, .preset: "a name"
    case .valStore, .testStore: "a path"
    case .prefetch, .keepAggregate, .measureError, .dropInput, .batchNorm, .residual, .linear, .sharedWeights:
      "true or false"
    case .batchPartitions: "a count of at least 1, \"auto\" or \"all\""
    case .haloWindows: "a count of at least 0, \"mail\" or \"auto\""
    case .historyType: RowEncoding.allCases.map(\.rawValue).joined(separator: ", ")
    case .edgeValues: EdgeValues.allCases.map(\.rawValue).joined(separator: ", ")
    case .schedule: Schedule.allCases.map(\.rawValue).joined(separator: ", ")
    case .classWeights: "none, balanced, a path that ends in .npy, or a number for each class"
    case .aggregators, .scalers: "a list of names"
    case .layers, .hidden, .epochs, .seed, .split, .patience, .threads, .evaluateEvery, .heads, .outHeads, .maxSteps,
      .schedulePatience, .scheduleStep:
      "a whole number"
    default: "a number"
    }
  }

  private static func explain(_ error: DecodingError) -> String {
    func text(_ context: DecodingError.Context) -> String {
      let key = context.codingPath.map(\.stringValue).joined(separator: ".")
      return "\(key.isEmpty ? "settings" : "\"\(key)\""): \(context.debugDescription)"
    }
    switch error {
    case .typeMismatch(_, let context), .valueNotFound(_, let context), .dataCorrupted(let context):
      return text(context)
    case .keyNotFound(let key, _): return "\"\(key.stringValue)\" is missing"
    @unknown default: return "\(error)"
    }
  }
}
