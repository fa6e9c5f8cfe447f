import GasBase
import GasRuns
import GasStore

/// The runs of a store, as far as this user may see them.
struct RunsSeen {
  var names: [String] = []
  /// What they hold of the disk.
  var sizes: [RunFolder.Size] = []
  /// Sentences about those that this user may not see.
  var notes: [String] = []

  init(_ store: Store) {
    do {
      names = try RunFolder.names(in: store)
      sizes = try RunFolder.sizes(in: store)
      notes = names.filter { RunFolder.isHidden($0, in: store) }.map { "this user may not look into run \"\($0)\"" }
    } catch {
      notes = ["\(error)"]
    }
  }
}

/// The result of `gas-stat STORE --json`.
struct StoreReport: Encodable {
  let store: StoreStatistics
  let runs: [String]
  /// What the runs hold of the disk.
  let runSizes: [RunFolder.Size]
  /// Sentences about runs that this user may not see; absent where there are none.
  let runNotes: [String]?

  init(store: StoreStatistics, _ seen: RunsSeen) {
    (self.store, runs, runSizes) = (store, seen.names, seen.sizes)
    runNotes = seen.notes.isEmpty ? nil : seen.notes
  }
}
