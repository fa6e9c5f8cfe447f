import GasBase
import GasFiles
import GasMetrics
import GasNN
import GasRuns
import GasStore
import GasTool
import GasTrain
import Glibc

/// Runs a trainer for a person: it shows a line for each epoch, reacts to Ctrl-C and prints the result at the end.
struct TrainingSession {
  private let trainer: Trainer
  private let notes: RunNotes
  private let output: OutputOptions
  private let telling: TellingOptions
  private let events: TensorBoardLog?
  private let epochLine: EpochLine
  private let isVerbose: Bool

  /// Prepares a session.
  ///
  /// - Parameters:
  ///   - trainer: the trainer, whose passes `epochLine` shows.
  ///   - notes: what is said before training.
  ///   - events: gets every epoch.
  ///   - epochLine: shows the epochs.
  ///   - telling: what other programs are told, and what is left behind.
  ///   - isVerbose: whether rates and memory are shown with each epoch.
  ///   - output: how the tool's output is made.
  init(
    _ trainer: Trainer, _ notes: RunNotes, events: TensorBoardLog? = nil, _ epochLine: EpochLine,
    _ telling: TellingOptions, isVerbose: Bool,
    _ output: OutputOptions
  ) {
    self.trainer = trainer
    self.notes = notes
    self.events = events
    (self.epochLine, self.isVerbose) = (epochLine, isVerbose)
    self.telling = telling
    self.output = output
  }

  /// Trains a run that has just been made. A run that ends before its first checkpoint is removed.
  static func start(
    _ folder: RunFolder, in store: Store, _ settings: RunSettings, _ model: any GraphModel,
    keepingTo plan: RunPlan? = nil, tracing trace: Trace? = nil, within seconds: Double? = nil,
    events: TensorBoardFolder? = nil, _ notes: RunNotes, _ telling: TellingOptions, isVerbose: Bool,
    _ output: OutputOptions
  ) throws -> RunResult {
    let deadline = seconds.map { ContinuousClock.now + .seconds($0) }
    let line = EpochLine(output)
    do {
      let group = try RankedTool.begin(settings, store, plan, isTraced: trace != nil)
      let trainer = try Trainer(
        store: store, folder: folder, settings: settings, model: model, plan: plan, trace: trace, among: group,
        progress: line.update)
      let log = try events.map { try TensorBoardLog($0, of: folder, settings) }
      return try TrainingSession(trainer, notes, events: log, line, telling, isVerbose: isVerbose, output)
        .train(until: deadline)
    } catch {
      if !folder.hasCheckpoint { folder.discard() }
      throw error
    }
  }

  /// Shows a result.
  ///
  /// - Parameters:
  ///   - result: what was trained.
  ///   - store: the store that it was trained on.
  ///   - isVerbose: whether it says also how that was carried out.
  ///   - isRead: whether the run was complete already, so that nothing was said of it before.
  ///   - output: how the tool's output is made.
  /// - Throws: what `OutputOptions.print` throws.
  static func show(
    _ result: RunResult, of store: Store, isVerbose: Bool, isRead: Bool = false, _ output: OutputOptions
  ) throws {
    try output.print(json: result, as: .train) {
      TrainingText(
        result, of: store, isVerbose: isVerbose, followsBeginning: !isRead && output.resultFollowsProgress
      ).text
    }
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
    let notes = notes.joined(with: trainer.notes + Self.rankNotes(trainer))
    notes.write(output, without: output.showsProgress ? trainer.scoring.selection.reason : nil)
    if output.showsProgress {
      for line in TrainingText.lines(notes.choices) + TrainingText.lines(trainer.scoring) + TrainingText.lines(trainer)
      {
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
      let done = record.epoch - first
      let seconds = clock.duration(to: .now).seconds
      let left = done == 0 ? nil : seconds / Double(done) * Double(trainer.settings.epochs - record.epoch)
      gauges?.add(record, remainingSeconds: left)
      if JSONLog.isOn {
        guard output.showsProgress else { return }
        let metric = SplitScores.metric(of: trainer.store)
        return record.log(of: trainer.settings.epochs, metric: metric, remaining: left)
      }
      epochLine.show(line(record, secondsLeft: left))
    }
    defer { epochLine.finish() }
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

  /// Notes about training on several ranks.
  private static func rankNotes(_ trainer: Trainer) -> [String] {
    let group = RankedTool.group
    let together = group.map { "\($0.count) ranks train together, over \($0.transportName)" }
    let former = trainer.formerRanks.map {
      "the checkpoint was trained by \(Units.plural($0, "rank")), and goes on with \(group?.count ?? 1): a step has as many batches as there"
        + " are ranks, so that the bits are not those of a run that was not stopped"
    }
    let unmeasured =
      group != nil && trainer.settings.measureError ? "the error of outputs is not measured on several ranks" : nil
    return [together, former, unmeasured].compactMap { $0 }
  }

  private func line(_ record: EpochRecord, secondsLeft: Double?) -> StatusLine {
    let metric = SplitScores.metric(of: trainer.store)
    func score(_ name: String, _ value: Double?) -> String? { value.map { "\(name) " + Score.text($0, of: metric) } }
    let selected = trainer.scoring.selection.score
    let table = record.scores?.val
    let decides = table?.main == table?[selected] ? nil : table?[selected]
    var line = StatusLine()
    line.add("epoch \(record.epoch)/\(trainer.settings.epochs)", rank: 0)
    line.add(record.loss.map { "loss " + Units.decimals($0, 4) } ?? "before training", rank: 5)
    line.add(score("train", record.train), rank: 7)
    line.add(score("val", record.val), rank: 3)
    line.add(decides.map { "val \(selected.name) \(selected.text($0))" }, rank: 2)
    line.add(score("test", record.test), rank: 6)
    if isVerbose {
      line.add(record.epoch > 0 ? "\(Units.count(record.edgesPerSecond)) edges/s" : nil, rank: 8)
      line.add("resident \(Units.bytes(record.residentBytes))", rank: 9)
    }
    line.add(StopSignals.isStopRequested ? "stopping after an evaluation" : nil, rank: 1)
    line.add(secondsLeft.map { "\(Units.seconds($0)) left" }, rank: 4)
    return line
  }
}
