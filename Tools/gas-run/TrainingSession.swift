import Foundation
import GasBase
import GasFiles
import GasMetrics
import GasNN
import GasRuns
import GasStore
import GasTool
import GasTrain

/// Runs a trainer for a person: it shows a line for each epoch, reacts to Ctrl-C and prints the result at the end.
struct TrainingSession {
  private let trainer: Trainer
  private let notes: RunNotes
  private let output: OutputOptions
  private let telling: TellingOptions
  private let events: TensorBoardLog?

  init(
    _ trainer: Trainer, _ notes: RunNotes, events: TensorBoardLog? = nil, _ telling: TellingOptions,
    _ output: OutputOptions
  ) {
    self.trainer = trainer
    self.notes = notes
    self.events = events
    self.telling = telling
    self.output = output
  }

  /// Trains a run that has just been made. A run that ends before its first checkpoint is removed.
  static func start(
    _ folder: RunFolder, in store: Store, _ settings: RunSettings, _ model: any GraphModel,
    keepingTo plan: RunPlan? = nil, tracing trace: Trace? = nil, within seconds: Double? = nil,
    events: TensorBoardFolder? = nil, _ notes: RunNotes, _ telling: TellingOptions, _ output: OutputOptions
  ) throws -> RunResult {
    let deadline = seconds.map { ContinuousClock.now + .seconds($0) }
    do {
      let trainer = try Trainer(
        store: store, folder: folder, settings: settings, model: model, plan: plan, trace: trace,
        progress: PassLine(output).update)
      let log = try events.map { try TensorBoardLog($0, of: folder, settings) }
      return try TrainingSession(trainer, notes, events: log, telling, output).train(until: deadline)
    } catch {
      if !folder.hasCheckpoint { folder.discard() }
      throw error
    }
  }

  static func show(_ result: RunResult, of store: Store, _ output: OutputOptions) throws {
    try output.print(json: result, as: .train) { summary(result, of: store) }
  }

  /// Trains. Ctrl-C, SIGTERM and SIGHUP ask for a stop after the next epoch that is evaluated; a second one stops at
  /// once. After the deadline training stops likewise.
  func train(until deadline: ContinuousClock.Instant? = nil) throws -> RunResult {
    StopSignals.askFirst()
    if let former = trainer.formerKernels {
      ProgressLine.write(
        "note: the checkpoint was computed by \("\(former)".printable()), this is \(trainer.kernels): the last digits will differ from those of a run"
          + " that was not stopped\n")
    }
    let notes = notes.joined(with: trainer.notes)
    notes.write(output)
    if output.showsProgress {
      for line in Self.lines(notes.choices) + Self.lines(trainer.scoring) + Self.diskLines(trainer) {
        ProgressLine.write(line.printable() + "\n")
      }
    }
    let clock = ContinuousClock.now
    let gauges = try telling.gauges(of: trainer)
    var firstEpoch: Int?
    let report = { (record: EpochRecord) in
      let first = firstEpoch ?? record.epoch
      firstEpoch = first
      events?.add(record)
      let done = max(1, record.epoch - first)
      let left = clock.duration(to: .now).seconds / Double(done) * Double(trainer.settings.epochs - record.epoch)
      gauges?.add(record, remainingSeconds: left)
      guard output.showsProgress else { return }
      if JSONLog.isOn {
        let metric = SplitScores.metric(of: trainer.store)
        return record.log(of: trainer.settings.epochs, metric: metric, remaining: left)
      }
      ProgressLine.write(line(record, secondsLeft: left) + "\n")
    }
    var result: RunResult
    do {
      result = try trainer.train(
        shouldStop: { StopSignals.isStopRequested || deadline.map { .now >= $0 } ?? false }, report: report)
    } catch {
      gauges?.finish(.failed)
      throw error
    }
    gauges?.finish(result.isComplete ? .complete : .stopped)
    if result.isComplete {
      try telling.histories.settle(trainer.folder)
      result.noteDisk(of: trainer.folder)
    }
    result.notes = notes.json
    result.chosen = notes.choices.isEmpty ? nil : notes.choices
    return result
  }

  private func line(_ record: EpochRecord, secondsLeft: Double) -> String {
    let metric = SplitScores.metric(of: trainer.store)
    func score(_ name: String, _ value: Double?) -> String {
      value.map { "  \(name) " + Score.text($0, of: metric) } ?? ""
    }
    let selected = trainer.scoring.selection.score
    let table = record.scores?.val
    let decides =
      table?.main == table?[selected] ? nil : table?[selected].map { "  val \(selected.name) \(selected.text($0))" }
    let loss = record.loss.map { "  loss " + Units.decimals($0, 4) } ?? "  before training"
    let rate = record.epoch > 0 ? "  \(Units.count(record.edgesPerSecond)) edges/s" : ""
    return "epoch \(record.epoch)/\(trainer.settings.epochs)" + loss + score("train", record.train)
      + score("val", record.val) + (decides ?? "") + score("test", record.test) + rate
      + "  resident \(Units.bytes(record.residentBytes))  \(Units.seconds(secondsLeft)) left"
  }

  private static func row(_ name: String, _ value: String) -> String {
    name.padding(toLength: max(15, name.count + 1), withPad: " ", startingAt: 0) + value
  }

  /// The settings that were chosen for the store, and why.
  private static func lines(_ choices: [SuitedSettings.Choice]) -> [String] { choices.lines.map { row("chosen", $0) } }

  /// What is known of scores before training.
  private static func lines(_ report: ScoreReport) -> [String] {
    [
      report.classText.map { row("classes", $0) }, row("selects by", report.selection.reason),
      report.baselineText.map { row("baseline", $0) },
    ].compactMap { $0 }
  }

  /// What the histories take, which is most of what a run does.
  private static func diskLines(_ trainer: Trainer) -> [String] {
    guard trainer.historyBytes > 0, let free = try? DiskSpace.freeBytes(at: trainer.folder.path) else { return [] }
    return [
      row(
        "disk",
        "\(Units.bytes(trainer.historyBytes)) for histories in \(trainer.folder.path), \(Units.bytes(free)) are free")
    ]
  }

  /// The score that decided, of validation and test nodes, where it is not the one that is shown anyway.
  private static func selected(_ result: RunResult) -> [String] {
    let score = result.selection.selection.score
    guard score.name != result.metric, let scores = result.scores else { return [] }
    return [("test", scores.test), ("val", scores.val)].map { part, table in
      row("\(part) \(score.name)", table?[score].map(score.text) ?? "–")
    }
  }

  private static func summary(_ result: RunResult, of store: Store) -> String {
    func score(_ value: Double?) -> String { Score.text(value, of: result.metric) }
    var lines = [
      "run            \(result.run.printable()) (\(result.path.printable()))",
      "epochs         \(result.epochs), the best is \(result.bestEpoch)",
      row("trained on", result.nodes?.trainedText ?? "–"),
    ]
    lines += Self.lines(result.chosen ?? []) + Self.lines(result.selection) + selected(result)
    lines += [
      row("test \(result.metric)", score(result.testAccuracy)),
      row(
        "val \(result.metric)",
        score(result.valAccuracy) + (result.valLoss.map { ", loss " + Units.decimals($0, 4) } ?? "")),
      "parameters     \(result.parameterCount)",
      "epoch          \(Units.seconds(result.epochSecondsMedian)) training"
        + " (\(Units.count(result.edgesPerSecondMedian)) edges/s), \(Units.seconds(result.evaluateSecondsMedian)) exact evaluation",
      "waited         \(Units.seconds(result.waitedSeconds)) for batches in all",
      "peak memory    \(Units.bytes(result.peakResidentBytes))",
    ]
    if let disk = result.diskBytes, let histories = result.historyBytes {
      let freeing = histories > 0 ? ", of which gas-run clean frees \(Units.bytes(histories)) of histories" : ""
      lines.append(row("disk", Units.bytes(disk) + freeing))
    }
    let notes = [result.bestEpochNote].compactMap { $0 } + (result.scoreNotes ?? []) + result.selection.notes
    lines += notes.map { row("note", $0) }
    if !result.isComplete {
      let words = ["gas-run", "resume", store.path] + store.runWords(result.run)
      lines.append("stopped early; continue with: \(ShellText.command(words))")
    }
    return lines.textLines
  }
}
