import GasBase
import GasStore

/// What a person gives of a run's settings: a YAML file, which is read once, and flags, which override it.
public struct GivenSettings {
  let file: String?
  private var values: [String: Any]

  /// Reads what is given; values are not checked yet.
  ///
  /// - Parameters:
  ///   - configFile: a YAML file with a line for each setting.
  ///   - flags: values by key.
  /// - Throws: `GasError` if the file cannot be read, is no YAML, or names what is no setting.
  public init(configFile: String?, flags: [String: any SettingValue]) throws {
    file = configFile
    values = try (configFile.map(SettingsFile.read) ?? [:]).merging(flags) { $1 }
  }

  /// Whether `model` is `auto`: several models are to be trained, each with settings of its own.
  public var wantsEveryModel: Bool { (values[RunSettings.table.model.key] as? String)?.lowercased() == "auto" }

  /// The names of the settings that are given, sorted.
  var keys: [String] { values.keys.sorted() }

  /// What is given of a setting; `nil` where nothing is.
  package subscript(key: String) -> Any? { values[key] }

  /// The same settings, with these where nothing is given.
  package func completed(by others: [String: Any]) -> GivenSettings {
    var given = self
    given.values.merge(others) { own, _ in own }
    return given
  }

  /// The same settings with another model.
  public func with(model: String) -> GivenSettings {
    var given = self
    given.values[RunSettings.table.model.key] = model
    return given
  }

  /// Settings from several places: defaults, then a preset, then what is given; and, where nothing is given, what suits
  /// a store.
  ///
  /// - Parameter store: the store to train on; `nil` chooses nothing.
  /// - Returns: settings that are checked and do not depend on the working folder, and which of them were chosen.
  /// - Throws: `GasError` for an unknown preset, a value of the wrong type or outside its range, a setting that was
  ///   given but that the model does not use, and labels or a split of the store that are damaged.
  public func resolve(for store: Store?) throws -> SuitedSettings {
    let table = RunSettings.table
    var settings = RunSettings()
    // The preset comes before the other settings.
    if let preset = values[table.preset.key] { try table.preset.read(preset, into: &settings, file: file) }
    if let name = settings.preset { settings = try Preset.named(name).settings }
    for row in table.rows {
      if let value = values[row.key] { try row.read(value, into: &settings, file: file) }
    }
    let given = Set(values.keys)
    try settings.settleNorm(given: given, file: file)
    settings.settlePrecision(given: given)
    settings.model = ModelName.canonical(settings.model)
    settings.classWeights = try settings.classWeights.loaded()
    settings.makePathsAbsolute()
    try settings.validate(file: file)
    try settings.checkUse(of: Array(values.keys), file: file)
    guard let store else { return SuitedSettings(settings) }
    return try SuitedSettings(settings, given: given, for: store)
  }
}
