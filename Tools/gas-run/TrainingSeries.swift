import GasBase
import GasFiles
import GasMetrics
import GasRuns
import GasStore
import GasTool
import GasTrain

/// `gas-run train --repeats`: one run after the other, and a summary of them.
struct TrainingSeries {
  let store: Store
  let plan: RunPlan?
  let notes: RunNotes
  let telling: TellingOptions
  let events: TensorBoardFolder?
  let isVerbose: Bool
  let output: OutputOptions

  func run(_ series: RunSeries) throws {
    // Everything that can be refused is refused before a run's folder is made.
    if let first = series.members.first {
      let model = try ModelFactory.make(first.settings, for: store)
      for member in series.members { try Trainer.check(store, member.settings, model: model) }
    }
    for member in series.members {
      switch member.state {
      case .missing: try events?.checkBegins(member.name, in: store)
      case .stopped: try events?.checkGoesOn(try RunFolder.open(in: store, name: member.name))
      case .complete: break
      }
    }
    let notes = notes.joined(with: try labelNotes(series))
    var first = try series.claim()
    StopSignals.askFirst()
    notes.write(output)
    let select = try ScoreSelection(series.members[0].settings, store).score
    var results: [RunResult] = []
    for (index, member) in series.members.enumerated() where !StopSignals.isStopRequested {
      let (folder, result) = try result(of: member, in: series, holding: index == 0 ? first : nil)
      if index == 0 { first = folder }
      results.append(result)
    }
    withExtendedLifetime(first) {}
    var result = SeriesResult(results, of: series.members.count, metric: SplitScores.metric(of: store), select: select)
    result.notes = notes.json
    result.chosen = notes.choices.isEmpty ? nil : notes.choices
    try output.print(json: result, as: .series) { summary(result) }
    try Program.endIfStopped(result.isComplete)
  }

  /// Notes about labels on each split that members train on.
  private func labelNotes(_ series: RunSeries) throws -> [String] {
    let settings = Dictionary(series.members.map { ($0.settings.split, $0.settings) }) { first, _ in first }
    return try settings.sorted { $0.key < $1.key }.flatMap { try RunNotes.ofLabels(store, $0.value) }
  }

  /// Trains a run, or reads the result of a complete one.
  ///
  /// - Parameters:
  ///   - member: the run.
  ///   - series: the series that it belongs to.
  ///   - held: the run's folder, where the series has its lock.
  /// - Returns: the run's folder, which holds its lock if it was trained, and the run's result.
  /// - Throws: `GasError` if the run cannot be trained or read.
  private func result(
    of member: RunSeries.Member, in series: RunSeries, holding held: RunFolder?
  ) throws -> (RunFolder, RunResult) {
    let state = try series.state(of: member)
    if state == .complete {
      var folder = try held ?? RunFolder.open(in: store, name: member.name)
      if telling.histories == .drop {
        folder = try folder.locked()
        try telling.histories.settle(folder)
      }
      return (folder, try RunResult(reading: folder, of: store))
    }
    if output.showsProgress { ProgressLine.write("run \(member.name)\n") }
    let model = try ModelFactory.make(member.settings, for: store)
    if state == .missing {
      let folder = try series.create(member, holding: held)
      return (
        folder,
        try TrainingSession.start(
          folder, in: store, member.settings, model, keepingTo: plan, events: events, RunNotes(), telling,
          isVerbose: isVerbose, output)
      )
    }
    let folder = try held ?? RunFolder.open(in: store, name: member.name).locked()
    let line = EpochLine(output)
    let trainer = try Trainer(
      store: store, folder: folder, settings: member.settings, model: model, resuming: true, plan: plan,
      progress: line.update)
    let log = try events.map { try TensorBoardLog($0, of: folder, member.settings) }
    let session = TrainingSession(trainer, RunNotes(), events: log, line, telling, isVerbose: isVerbose, output)
    return (folder, try session.train())
  }

  private func summary(_ result: SeriesResult) -> String {
    func score(_ value: Double?) -> String { Score.text(value, of: result.metric) }
    func spread(_ spread: SeriesResult.Spread?) -> String {
      guard let spread else { return "–" }
      guard Score.isShare(result.metric) else {
        return score(spread.mean) + (spread.deviation.map { " ± " + score($0) } ?? "")
      }
      return Units.decimals(spread.mean * 100, 2) + (spread.deviation.map { " ± " + Units.decimals($0 * 100, 2) } ?? "")
        + " %"
    }
    let rows = result.runs.map { run in
      [run.run.printable(), "\(run.epochs)", "\(run.bestEpoch)", score(run.valAccuracy), score(run.testAccuracy)]
        + (run.isComplete ? [] : ["stopped"])
    }
    var lines = [
      TextTable([["run", "epochs", "best", "val", "test"]] + rows).description,
      "test \(result.metric)  \(spread(result.test))", "val \(result.metric)   \(spread(result.val))",
    ]
    if result.select.name != result.metric {
      func text(_ spread: SeriesResult.Spread?) -> String {
        spread.map { result.select.text($0.mean) + ($0.deviation.map { " ± " + result.select.text($0) } ?? "") } ?? "–"
      }
      lines.append("test \(result.select.name)  \(text(result.selectedTest))")
      lines.append("val \(result.select.name)   \(text(result.selectedVal))")
    }
    for run in result.runs {
      let notes = [run.bestEpochNote].compactMap { $0 } + (run.scoreNotes ?? [])
      lines += notes.map { "note: \(run.run.printable()): \($0)" }
    }
    lines += notes.choices.lines.map { "chosen: " + $0 }
    if !result.isComplete {
      lines.append("stopped early; continue with the same command, without --overwrite")
    } else if let best = result.runs.max(by: { ($0.valAccuracy ?? 0) < ($1.valAccuracy ?? 0) }) {
      lines.append(
        "next  " + CommandText.run(["infer", store.path] + store.runWords(best.run) + ["--scores", "scores.csv"]))
    }
    return lines.joined(separator: "\n")
  }
}
