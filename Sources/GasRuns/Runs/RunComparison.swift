import GasBase
import GasSettings
import GasStore

/// Runs beside each other, and the settings in which they differ: of those that change results.
public struct RunComparison: Encodable, Sendable {
  /// A setting in which runs differ.
  public struct Difference: Encodable, Sendable {
    /// Its name in files and flags.
    public let key: String
    /// The value of each run as a person would write it; "–" for a run whose settings cannot be read, and "not known"
    /// where the run's weights were trained elsewhere and do not tell it (`ToldSettings`).
    public let values: [String]
  }

  /// The runs, in the order in which they were asked for.
  public let runs: [RunSummary]
  /// The settings that are not the same in all runs of which they are known.
  public let differences: [Difference]

  /// Compares runs.
  public init(_ runs: [RunSummary]) {
    self.runs = runs
    let told = runs.compactMap(\.told)
    differences = RunSettings.table.rows.filter { row in
      let known = told.filter { $0.knows(row.key) }.map(\.settings)
      return row.changesResults && known.contains { !row.isEqual(in: $0, and: known[0]) }
    }.map { row in
      Difference(
        key: row.key,
        values: runs.map { run in
          run.told.map { $0.knows(row.key) ? row.text(in: $0.settings) : "not known" } ?? "–"
        })
    }
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
  /// The settings that differ from the defaults, as a person would write them, in the order of the table.
  public var changes: [(key: String, value: String)] {
    let standard = RunSettings()
    return Self.table.rows.filter { !$0.isEqual(in: self, and: standard) }.map { ($0.key, $0.text(in: self)) }
  }
}
