import GasBase
import GasSettings
import GasStore

/// Runs beside each other, and the settings in which they differ: of those that change results.
public struct RunComparison: Encodable, Sendable {
  /// A setting in which runs differ.
  public struct Difference: Encodable, Sendable {
    /// Its name in files and flags.
    public let key: String
    /// The value of each run as a person would write it; "–" for a run whose settings cannot be read or whose model
    /// does not use this one, and "not known" where the run's weights were trained elsewhere and do not tell it
    /// (`ToldSettings`).
    public let values: [String]
  }

  /// The runs, in the order in which they were asked for.
  public let runs: [RunSummary]
  /// The settings that are not the same in all runs of which they are known and that use them. One that some runs do
  /// not use is among them where it is no default in another.
  public let differences: [Difference]

  /// Compares runs.
  public init(_ runs: [RunSummary]) {
    self.runs = runs
    differences = RunSettings.table.rows.filter { $0.changesResults && Self.differs($0, in: runs.compactMap(\.told)) }
      .map { row in Difference(key: row.key, values: runs.map { Self.text(of: row, in: $0.told) }) }
  }

  private static func differs(_ row: any SettingRow, in told: [ToldSettings]) -> Bool {
    let known = told.filter { $0.knows(row.key) }.map(\.settings)
    let users = known.filter { $0.uses(row) }
    guard let first = users.first else { return false }
    if users.contains(where: { !row.isEqual(in: $0, and: first) }) { return true }
    return users.count < known.count && !row.isEqual(in: first, and: RunSettings())
  }

  private static func text(of row: any SettingRow, in told: ToldSettings?) -> String {
    guard let told, told.settings.uses(row) else { return "–" }
    return told.knows(row.key) ? row.text(in: told.settings) : "not known"
  }

  /// Compares all runs of a store.
  ///
  /// - Throws: `GasError` if the folder of the runs cannot be read.
  public init(allIn store: Store) throws { self.init(try RunSummary.all(in: store)) }

  /// Compares some runs of a store.
  ///
  /// - Throws: `GasError` if there is no run of one of the names, or a name stands twice.
  public init(_ names: [String], in store: Store) throws {
    try RunFolder.checkDistinct(names)
    self.init(try names.map { try RunSummary(of: $0, in: store) })
  }
}

extension RunSettings {
  /// The settings that differ from the defaults and that the model uses, as a person would write them, in the order of
  /// the table.
  public var changes: [(key: String, value: String)] {
    let standard = RunSettings()
    return Self.table.rows.filter { uses($0) && !$0.isEqual(in: self, and: standard) }
      .map { ($0.key, $0.text(in: self)) }
  }
}
