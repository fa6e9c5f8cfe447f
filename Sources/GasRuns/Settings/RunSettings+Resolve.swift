import Foundation
import GasBase
import GasStore
import Yams

extension RunSettings {
  /// Settings from several places: defaults, then a preset, then a YAML file, then flags. Later ones win.
  ///
  /// - Parameters:
  ///   - configFile: a YAML file with a line for each setting.
  ///   - flags: values by key.
  /// - Returns: settings that are checked and do not depend on the working folder.
  /// - Throws: `GasError` for a file that cannot be read, an unknown key or preset, a value of the wrong type or
  ///   outside its range, and a setting that was given in the file or as a flag but that the model does not use.
  public static func resolve(configFile: String?, flags: [String: any SettingValue]) throws -> RunSettings {
    try resolve(configFile: configFile, flags: flags, for: nil).resolved
  }

  /// The same, with settings that suit a store where none are given.
  ///
  /// - Parameters:
  ///   - configFile: a YAML file with a line for each setting.
  ///   - flags: values by key.
  ///   - store: the store to train on; `nil` chooses nothing.
  /// - Returns: the settings, and which of them were chosen.
  /// - Throws: as `resolve` without a store, and `GasError` if the store's labels or split are damaged.
  public static func resolve(
    configFile: String?, flags: [String: any SettingValue], for store: Store?
  ) throws -> SuitedSettings {
    try resolve(given: given(configFile: configFile, flags: flags), file: configFile, for: store)
  }

  /// The values that a file and flags give, by key, which are not checked yet. Flags win.
  ///
  /// - Throws: `GasError` if the file cannot be read, or has a key that is no setting's.
  package static func given(configFile: String?, flags: [String: any SettingValue]) throws -> [String: Any] {
    let file = try configFile.map(SettingsFile.read) ?? [:]
    return file.merging(flags) { $1 }
  }

  /// Settings of values that were given; parameters and errors are those of `resolve(configFile:flags:for:)`.
  package static func resolve(
    given: [String: Any], file configFile: String?, for store: Store?
  ) throws -> SuitedSettings {
    var settings = RunSettings()
    // The preset comes before the file's other settings.
    if let preset = given[table.preset.key] { try table.preset.read(preset, into: &settings, file: configFile) }
    if let name = settings.preset { settings = try Preset.named(name).settings }
    for row in table.rows {
      if let value = given[row.key] { try row.read(value, into: &settings, file: configFile) }
    }
    try settings.settleNorm(given: Set(given.keys), file: configFile)
    settings.model = ModelName.canonical(settings.model)
    settings.classWeights = try settings.classWeights.loaded()
    settings.makePathsAbsolute()
    try settings.validate(file: configFile)
    try settings.checkUse(of: Array(given.keys), file: configFile)
    guard let store else { return SuitedSettings(settings) }
    return try SuitedSettings(settings, given: Set(given.keys), for: store)
  }

  /// Reads settings from text values alone, as a table has them.
  init(texts: [(key: String, text: String)]) throws {
    self.init()
    for (key, text) in texts {
      guard let row = Self.table.rows.first(where: { $0.key == key }), let value = try Yams.load(yaml: text) else {
        throw GasError("no setting is called \(key)")
      }
      try row.read(value, into: &self, file: nil)
    }
    try validate()
  }

  /// Decodes the settings that a run was started with.
  ///
  /// - Parameters:
  ///   - path: the file's path, for messages.
  ///   - data: the file's contents.
  /// - Throws: `GasError` if they are damaged or out of range.
  init(readingRun path: String, _ data: Data) throws {
    do {
      self = try JSONDecoder().decode(RunSettings.self, from: data)
    } catch let error as DecodingError {
      throw GasError(Self.explain(error).excerpt, file: path, advice: "the file is damaged")
    }
    try validate(file: path)
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
