import GasBase
import GasSettings
import GasStore

/// How a run's settings came about: which of them are no defaults, what suits the store, and the command that makes the
/// same settings again.
struct Recipe {
  /// A setting of the run.
  struct Row {
    let key: String
    let value: String
    let standard: String
    /// Why the store suits this value; `nil` where the store suggests none, or another.
    let reason: String?
    /// The model or schedule that does not use it; `nil` where it is used.
    let unusedBy: String?
  }

  /// Settings that are no defaults.
  let changed: [Row]
  /// The others.
  let defaults: [Row]
  /// The arguments of `gas-run` that train the same again; `nil` where flags cannot say it.
  let command: [String]?

  /// Finds out about a run's settings.
  ///
  /// - Parameters:
  ///   - settings: the run's settings.
  ///   - name: the run's name.
  ///   - store: its store.
  /// - Throws: `GasError` if labels or split are damaged.
  init(_ settings: RunSettings, _ name: String, for store: Store) throws {
    let suited = try Self.suited(to: store, like: settings)
    let standard = RunSettings()
    let rows = RunSettings.table.rows.map { row in
      let value = row.value(in: settings).settingText
      let choice = suited.choices.first { $0.setting == row.key && $0.value == value }
      return Row(
        key: row.key, value: value, standard: row.standardWords, reason: choice?.reason,
        unusedBy: settings.uses(row)
          ? nil : row.schedules == nil ? settings.model : "schedule \(settings.schedule.rawValue)")
    }
    let differs = Dictionary(
      uniqueKeysWithValues: RunSettings.table.rows.map { ($0.key, !$0.isEqual(in: settings, and: standard)) })
    changed = rows.filter { differs[$0.key] == true }
    defaults = rows.filter { differs[$0.key] == false }
    command = Self.flags(settings, for: store).map { ["train", store.path] + store.runWords(name) + $0 }
  }

  /// What suits the store where nothing is given, or nothing but the run's model.
  private static func suited(to store: Store, like settings: RunSettings) throws -> SuitedSettings {
    let free = try GivenSettings(configFile: nil, flags: [:]).resolve(for: store)
    guard free.resolved.model != settings.model, RunSettings.modelNames.contains(settings.model) else { return free }
    return try GivenSettings(configFile: nil, flags: ["model": settings.model]).resolve(for: store)
  }

  /// Flags that give the same settings on the store. Where what is given leaves others to the store, which might choose
  /// them otherwise, those are given as well.
  private static func flags(_ settings: RunSettings, for store: Store) -> [String]? {
    let rows = RunSettings.table.rows.filter { $0.changesResults && settings.uses($0) }
    // The start: what differs from a preset, or from the defaults.
    let preset = settings.preset.flatMap { try? Preset.named($0).settings }
    let base = preset ?? RunSettings()
    var keys = Set(rows.filter { !$0.isEqual(in: settings, and: base) }.map(\.key))
    if preset != nil { keys.insert("preset") } else { keys.insert("model") }
    for _ in 0..<3 {
      // `norm` says it all; an absent patience is no flag, but whoever gives the epochs has none.
      if keys.remove("batch-norm") != nil { keys.insert("norm") }
      if settings.patience == nil, keys.remove("patience") != nil { keys.insert("epochs") }
      let given = rows.filter { keys.contains($0.key) }
      let flags = Dictionary(uniqueKeysWithValues: given.map { ($0.key, $0.value(in: settings)) })
      let suited = try? GivenSettings(configFile: nil, flags: flags).resolve(for: store)
      guard let made = suited?.resolved else { return nil }
      let others = rows.filter { !$0.isEqual(in: settings, and: made) }.map(\.key)
      if others.isEmpty { return given.flatMap { flag($0, settings) } }
      keys.formUnion(others)
    }
    return nil
  }

  private static func flag(_ row: any SettingRow, _ settings: RunSettings) -> [String] {
    let value = row.value(in: settings)
    if let isTrue = value as? Bool { return [isTrue ? "--\(row.key)" : "--no-\(row.key)"] }
    return ["--\(row.key)", value.settingText]
  }
}
