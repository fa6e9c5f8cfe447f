import Foundation
import GasBase
import GasStore
import GasTool
import GasTrain

/// `gas-run train --repeats`: one run after the other, and what they came to.
struct TrainingSeries {
  let store: Store
  let plan: RunPlan?
  let notes: RunNotes
  let output: OutputOptions

  func run(_ series: RunSeries) throws {
    // Everything that can be refused is refused before a run appears.
    if let first = series.members.first {
      let model = try ModelFactory.make(first.settings, for: store)
      for member in series.members { try Trainer.check(store, member.settings, model: model) }
    }
    let notes = notes.joined(with: try labelNotes(series))
    Interrupt.install()
    notes.write(output)
    var results: [RunResult] = []
    for member in series.members where !Interrupt.isRequested {
      results.append(try result(of: member))
    }
    var result = SeriesResult(results, of: series.members.count, metric: SplitScores.metric(of: store))
    result.notes = notes.json
    try output.print(json: result) { summary(result) }
  }

  /// Members may train on different splits.
  private func labelNotes(_ series: RunSeries) throws -> [String] {
    let settings = Dictionary(series.members.map { ($0.settings.split, $0.settings) }) { first, _ in first }
    return try settings.sorted { $0.key < $1.key }.flatMap { try RunNotes.ofLabels(store, $0.value) }
  }

  private func result(of member: RunSeries.Member) throws -> RunResult {
    if member.state == .complete {
      return try RunResult(reading: RunFolder.open(in: store, name: member.name), of: store)
    }
    if output.showsProgress { ProgressLine.write("run \(member.name)\n") }
    let model = try ModelFactory.make(member.settings, for: store)
    if member.state == .missing {
      return try TrainingSession.startingRun(
        in: store, name: member.name, member.settings, model, replaceExisting: true, keepingTo: plan, RunNotes(), output
      )
    }
    let folder = try RunFolder.open(in: store, name: member.name)
    let trainer = try Trainer(
      store: store, folder: folder, settings: member.settings, model: model, resuming: true, plan: plan,
      progress: PassLine(output).update)
    return try TrainingSession(trainer, RunNotes(), output).train()
  }

  private func summary(_ result: SeriesResult) -> String {
    func score(_ value: Double?) -> String { value.map { Units.percent($0) } ?? "–" }
    func spread(_ spread: SeriesResult.Spread?) -> String {
      guard let spread else { return "–" }
      return Units.decimals(spread.mean * 100, 2) + (spread.deviation.map { " ± " + Units.decimals($0 * 100, 2) } ?? "")
        + " %"
    }
    let rows = result.runs.map { run in
      [run.run, "\(run.epochs)", "\(run.bestEpoch)", score(run.valAccuracy), score(run.testAccuracy)]
        + (run.isComplete ? [] : ["stopped"])
    }
    var lines = [
      TextTable([["run", "epochs", "best", "val", "test"]] + rows).description,
      "test \(result.metric)  \(spread(result.test))", "val \(result.metric)   \(spread(result.val))",
    ]
    lines += result.runs.compactMap { run in run.bestEpochNote.map { "note: \(run.run): \($0)" } }
    if !result.isComplete {
      lines.append("stopped early; continue with the same command, without --overwrite")
    }
    return lines.joined(separator: "\n")
  }
}
