import GasBase
import GasMetrics
import GasRuns
import GasStore
import GasTool

/// Runs as tables for people.
struct RunTableText {
  private let runs: RunComparison
  /// Settings in which runs differ, without those that have a place of their own.
  private let differences: [RunComparison.Difference]

  init(_ runs: RunComparison) {
    self.runs = runs
    differences = runs.differences.filter { $0.key != RunSettings.table.epochs.key }
  }

  /// A line for each run.
  var list: String {
    let shown = differences.filter { $0.key != RunSettings.table.model.key }
    let head = ["run", "model"] + shown.map(\.key) + Self.names + ["state"]
    let rows = runs.runs.enumerated().map { index, run in
      [run.run.printable(), run.settings?.model.printable() ?? "–"] + shown.map { $0.values[index].printable() }
        + Self.cells(run) + [run.state.rawValue]
    }
    let problems = runs.runs.compactMap { run in run.problem.map { "note: \(run.run.printable()): \($0.printable())" } }
    return ([TextTable([head] + rows).description] + problems).joined(separator: "\n")
  }

  /// A column for each run.
  var sideBySide: String {
    let head = [""] + runs.runs.map { $0.run.printable() }
    let settings = differences.map { [$0.key] + $0.values.map { $0.printable() } }
    let columns = runs.runs.map { Self.cells($0) + [$0.state.rawValue] }
    let rows = (Self.names + ["state"]).enumerated().map { index, name in [name] + columns.map { $0[index] } }
    let problems = runs.runs.compactMap { run in run.problem.map { "note: \(run.run.printable()): \($0.printable())" } }
    return ([TextTable([head] + settings + rows).description] + problems).joined(separator: "\n")
  }

  /// All of one run.
  static func page(of run: RunSummary) -> String {
    let settings = run.told?.shown.map { "\($0.key) \($0.value.printable())" }
    var lines = [
      "run            \(run.run.printable()), model \(run.settings?.model.printable() ?? "–"), \(run.state.rawValue)",
      "epochs         \(epochs(run)), best \(run.bestEpoch.map(String.init) ?? "–")",
      "\(run.metric)".padded(to: 15)
        + "train \(score(run, run.trainAccuracy)), val \(score(run, run.valAccuracy)), "
        + "test \(score(run, run.testAccuracy))",
      "time           \(run.seconds.map { Units.seconds($0) } ?? "–")",
      "disk           \(bytes(run.bytes)), histories \(bytes(run.historyBytes))",
      "settings       \(settings.map { $0.isEmpty ? "defaults" : $0.joined(separator: ", ") } ?? "–")",
    ]
    if let select = run.select, select.name != run.metric {
      lines.insert(
        "\(select.name)".padded(to: 15)
          + "train \(selected(run, .train)), val \(selected(run, .validation)), test \(selected(run, .test))", at: 2)
    }
    if let note = run.bestEpochNote { lines.append("note           \(note)") }
    if let problem = run.problem { lines.append("problem        \(problem)") }
    return lines.textLines
  }

  private static let names = ["epochs", "best", "score", "train", "val", "test", "time", "size"]

  private static func cells(_ run: RunSummary) -> [String] {
    [
      epochs(run), run.bestEpoch.map(String.init) ?? "–", run.select?.name ?? run.metric, selected(run, .train),
      selected(run, .validation), selected(run, .test), run.seconds.map { Units.seconds($0) } ?? "–",
      bytes(run.bytes),
    ]
  }

  private static func bytes(_ count: Int?) -> String { count.map { Units.bytes($0) } ?? "–" }

  private static func epochs(_ run: RunSummary) -> String {
    guard let epochs = run.epochs else { return "–" }
    return run.state == .complete ? "\(epochs)" : "\(epochs)/\(run.settings?.epochs ?? epochs)"
  }

  /// The score that decided, of a part's nodes; the main one of runs that have no others.
  private static func selected(_ run: RunSummary, _ part: SplitPart) -> String {
    let main =
      switch part {
      case .train: run.trainAccuracy
      case .validation: run.valAccuracy
      case .test: run.testAccuracy
      }
    guard let select = run.select, select.name != run.metric else { return score(run, main) }
    return run.scores?[part]?[select].map(select.text) ?? "–"
  }

  /// The main score of a run, of some nodes.
  private static func score(_ run: RunSummary, _ value: Double?) -> String { Score.text(value, of: run.metric) }
}

extension String {
  fileprivate func padded(to count: Int) -> String { self + String(repeating: " ", count: max(1, count - self.count)) }
}
