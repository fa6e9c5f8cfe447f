import GasBase
import GasSettings
import GasStore

/// Runs beside each other, and the settings in which they differ: of those that change results.
public struct RunComparison: Encodable, Sendable {
  /// A setting in which runs differ.
  public struct Difference: Encodable, Sendable {
    /// Its name in files and flags.
    public let key: String
    /// The value of each run as a person would write it; "–" for a run whose settings cannot be read, and "imported"
    /// where it says how a run is trained and the run's weights were trained elsewhere.
    public let values: [String]
  }

  /// The runs, in the order in which they were asked for.
  public let runs: [RunSummary]
  /// The settings that are not the same in all of them.
  public let differences: [Difference]

  /// Compares runs.
  public init(_ runs: [RunSummary]) {
    self.runs = runs
    let known = runs.compactMap(\.settings)
    differences = RunSettings.table.rows.filter { row in
      row.changesResults && known.contains { !row.isEqual(in: $0, and: known[0]) }
    }.map { row in
      Difference(
        key: row.key,
        values: runs.map { run in
          guard let settings = run.settings else { return "–" }
          return run.state == .imported && !RunSettings.isOfImport(row.key)
            ? RunSummary.State.imported.rawValue : row.text(in: settings)
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
