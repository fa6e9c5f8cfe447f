import ArgumentParser
import GasBase
import GasRuns
import GasStore
import GasTool

struct ListRuns: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "list", abstract: "Lists the runs of a store: settings in which they differ, scores, time and size.")

  @Argument(help: "The store.", completion: .directory)
  var store: String
  @OptionGroup var places: RunsOption
  @OptionGroup var output: OutputOptions

  func run() throws {
    try output.reportingErrors {
      let opened = try places.store(store, for: .runs, isChecked: false)
      let runs = try RunComparison(allIn: opened)
      try output.print(json: runs, as: .list) {
        runs.runs.isEmpty ? "\(store.printable()): no runs yet; gas-run train makes one" : RunTableText(runs).list
      }
    }
  }
}

struct ShowRun: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "show", abstract: "Shows one run: its state, scores, size, and the settings that are not defaults.",
    discussion: "gas-stat STORE --run NAME measures how stale its histories are.")

  @Argument(help: "The store.", completion: .directory)
  var store: String
  @Option(name: .customLong("run"), help: "Name of the run.", completion: .runNames)
  var runName: String
  @OptionGroup var places: RunsOption
  @OptionGroup var output: OutputOptions

  func run() throws {
    try output.reportingErrors {
      let summary = try RunSummary(of: runName, in: places.store(store, for: .runs, isChecked: false))
      try output.print(json: summary, as: .show) { RunTableText.page(of: summary) }
    }
  }
}

struct CompareRuns: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "compare",
    abstract: "Shows runs side by side: the settings in which they differ, scores, time and size.")

  @Argument(help: "The store.", completion: .directory)
  var store: String
  @Argument(help: "Names of at least two runs.", completion: .runNames)
  var runs: [String]
  @OptionGroup var places: RunsOption
  @OptionGroup var output: OutputOptions

  func validate() throws {
    guard runs.count > 1 else { throw ValidationError("compare takes at least two runs; gas-run show shows one") }
  }

  func run() throws {
    try output.reportingErrors {
      let compared = try RunComparison(runs, in: places.store(store, for: .runs, isChecked: false))
      try output.print(json: compared, as: .list) { RunTableText(compared).sideBySide }
    }
  }
}

struct RemoveRuns: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "rm", abstract: "Removes runs, with all that they have learnt.",
    discussion: "A run that a process trains is refused, and so is a name that is not there; then none is removed.")

  @Argument(help: "The store.", completion: .directory)
  var store: String
  @Argument(help: "Names of runs.", completion: .runNames)
  var runs: [String]
  @OptionGroup var places: RunsOption
  @OptionGroup var output: OutputOptions

  func run() throws {
    try output.reportingErrors {
      let opened = try places.store(store, for: .runs, isChecked: false)
      let bytes = try opened.whileInPlace { try RunFolder.remove(runs, from: opened) }
      try output.print(json: RemovalReport(removed: runs, bytes: bytes), as: .rm) {
        "removed \(runs.map { $0.printable() }.joined(separator: ", ")): \(Units.bytes(bytes))"
      }
    }
  }
}

/// The result of `gas-run rm --json`.
struct RemovalReport: Encodable {
  let removed: [String]
  let bytes: Int
}

struct CleanRuns: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "clean", abstract: "Frees the histories of finished runs, which are most of what a run takes.",
    discussion: """
      Nothing that was learnt is lost: gas-run infer has no use for histories, and gas-run resume makes them again from the weights, to the \
      same bits. Runs that stopped early are left as they are unless they are named.

      gas-stat clean shows and removes what killed processes left.
      """)

  @Argument(help: "The store.", completion: .directory)
  var store: String
  @Argument(help: "Names of runs. Default: all that are complete and not in use.", completion: .runNames)
  var runs: [String] = []
  @OptionGroup var places: RunsOption
  @OptionGroup var output: OutputOptions

  func run() throws {
    try output.reportingErrors {
      let opened = try places.store(store, for: .runs, isChecked: false)
      let freed = try opened.whileInPlace { try RunFolder.freeHistories(of: runs.isEmpty ? nil : runs, in: opened) }
      let report = FreedReport(runs: freed, bytes: freed.reduce(0) { $0 + $1.bytes })
      try output.print(json: report, as: .clean) { text(report) }
    }
  }

  private func text(_ report: FreedReport) -> String {
    let lines = report.runs.map { run in
      "\(run.run.printable())  " + (run.kept.map { "kept: \($0.printable())" } ?? Units.bytes(run.bytes))
    }
    return (lines + ["freed \(Units.bytes(report.bytes))"]).joined(separator: "\n")
  }
}

/// The result of `gas-run clean --json`.
struct FreedReport: Encodable {
  let runs: [RunFolder.Freed]
  let bytes: Int
}
