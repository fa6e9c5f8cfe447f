import ArgumentParser
import GasRuns

extension Option {
  /// The flag of a setting that always has a value; `nil` where it is not given.
  init<Kept: SettingValue>(_ row: KeyPath<SettingTable, Setting<Kept>>) where Value == Kept? {
    self.init(RunSettings.table[keyPath: row], nil)
  }

  /// The flag of a setting that may be absent.
  init<Kept: SettingValue>(_ row: KeyPath<SettingTable, Setting<Kept?>>, completion: CompletionKind? = nil)
  where Value == Kept? {
    let setting = RunSettings.table[keyPath: row]
    self.init(
      name: .customLong(setting.key), help: setting.argumentHelp, completion: completion ?? .words(of: setting),
      transform: { try Kept(flag: $0, of: setting) })
  }

  private init<Kept: SettingValue>(_ setting: Setting<Kept>, _ completion: CompletionKind?) where Value == Kept? {
    self.init(
      name: .customLong(setting.key), help: setting.argumentHelp, completion: completion ?? .words(of: setting),
      transform: { try Kept(flag: $0, of: setting) })
  }
}

extension CompletionKind {
  /// The values of a setting that has a few.
  fileprivate static func words(of setting: some SettingRow) -> CompletionKind? {
    switch setting.key {
    case RunSettings.table.model.key: .list(RunSettings.modelNames + ["auto"])
    case RunSettings.table.preset.key: .custom { _, _, _ in Preset.all.map(\.name) }
    default:
      setting.valueName.flatMap { $0.contains("|") ? .list($0.split(separator: "|").map(String.init)) : nil }
    }
  }
}

extension Flag where Value == Bool? {
  /// The flags of a setting that is true or false: `--key` and `--no-key`.
  init(_ row: KeyPath<SettingTable, Setting<Bool>>) {
    let setting = RunSettings.table[keyPath: row]
    self.init(name: .customLong(setting.key), inversion: .prefixedNo, help: setting.argumentHelp)
  }
}

extension SettingValue {
  fileprivate init(flag text: String, of row: some SettingRow) throws {
    guard let value = Self.setting(text: text) else { throw ValidationError("--\(row.key) takes \(row.kind)") }
    self = value
  }
}

extension SettingRow {
  fileprivate var argumentHelp: ArgumentHelp { ArgumentHelp("\(SettingHelp(self).sentences)", valueName: valueName) }
}

/// A flag that may have been given.
protocol GivenValue {
  var given: (any SettingValue)? { get }
}

extension Option: GivenValue {
  var given: (any SettingValue)? { (wrappedValue as? any PresentValue)?.present }
}

extension Flag: GivenValue {
  var given: (any SettingValue)? { (wrappedValue as? any PresentValue)?.present }
}

private protocol PresentValue {
  var present: (any SettingValue)? { get }
}

extension Optional: PresentValue where Wrapped: SettingValue {
  fileprivate var present: (any SettingValue)? { map { $0 } }
}
