import GasBase
import GasFiles
import GasMetrics
import GasRuns
import GasStore
import GasTrain

/// What a training prints when it is over.
struct TrainingText {
  private let result: RunResult
  private let store: Store
  private let isVerbose: Bool
  private let followsBeginning: Bool

  /// Prepares the text.
  ///
  /// - Parameters:
  ///   - result: what was trained.
  ///   - store: the store that it was trained on.
  ///   - isVerbose: whether it says also how that was carried out.
  ///   - followsBeginning: whether it stands below what was said when training began, which is not said again.
  init(_ result: RunResult, of store: Store, isVerbose: Bool, followsBeginning: Bool) {
    (self.result, self.store, self.isVerbose, self.followsBeginning) = (result, store, isVerbose, followsBeginning)
  }

  /// The lines.
  var text: String { (head + scores + costs + notes + [Self.row("next", next)]).textLines }

  private static func row(_ name: String, _ value: String) -> String {
    name + String(repeating: " ", count: max(1, 15 - name.count)) + value
  }

  /// The settings that were chosen for the store, and why.
  static func lines(_ choices: [SuitedSettings.Choice]) -> [String] { choices.lines.map { row("chosen", $0) } }

  /// What is known of scores before training.
  static func lines(_ report: ScoreReport) -> [String] {
    [
      report.classText.map { row("classes", $0) }, row("selects by", report.selection.reason),
      report.baselineText.map { row("baseline", $0) },
    ].compactMap { $0 }
  }

  /// What the histories take, which is most of what a run does.
  static func lines(_ trainer: Trainer) -> [String] {
    guard trainer.historyBytes > 0 else { return [] }
    let need = DiskNeed(trainer.historyBytes, for: "histories", in: trainer.folder.path)
    return need.text.map { [row("disk", $0)] } ?? []
  }

  private var head: [String] {
    let end = result.isComplete ? "" : "; stopped early"
    return [
      Self.row("run", "\(result.run) (\(result.path))"),
      Self.row("epochs", "\(result.epochs), the best is \(result.bestEpoch)\(end)"),
      Self.row("trained on", result.nodes?.trainedText ?? "–"),
    ] + (followsBeginning ? [] : Self.lines(result.chosen ?? []) + Self.lines(result.selection))
  }

  private var scores: [String] {
    func score(_ value: Double?) -> String { Score.text(value, of: result.metric) }
    let loss = result.valLoss.map { ", loss " + Units.decimals($0, 4) } ?? ""
    return selected + [
      Self.row("test \(result.metric)", score(result.testAccuracy)),
      Self.row("val \(result.metric)", score(result.valAccuracy) + loss),
    ]
  }

  /// The score that decided, of validation and test nodes, where it is not the one that is shown anyway.
  private var selected: [String] {
    let score = result.selection.selection.score
    guard score.name != result.metric, let scores = result.scores else { return [] }
    return [("test", scores.test), ("val", scores.val)].map { part, table in
      Self.row("\(part) \(score.name)", table?[score].map(score.text) ?? "–")
    }
  }

  private var costs: [String] {
    let rate = isVerbose ? " (\(Units.count(result.edgesPerSecondMedian)) edges/s)" : ""
    let epoch =
      "\(Units.seconds(result.epochSecondsMedian)) training\(rate), "
      + "\(Units.seconds(result.evaluateSecondsMedian)) exact evaluation"
    let more = [
      Self.row("parameters", "\(result.parameterCount)"),
      Self.row("waited", "\(Units.seconds(result.waitedSeconds)) for batches in all"),
    ]
    return [Self.row("epoch", epoch)] + (isVerbose ? more : [])
      + [Self.row("peak memory", Units.bytes(result.peakResidentBytes))] + disk
  }

  private var disk: [String] {
    guard let disk = result.diskBytes, let histories = result.historyBytes else { return [] }
    let freeing = histories > 0 ? ", of which gas-run clean frees \(Units.bytes(histories)) of histories" : ""
    return [Self.row("disk", Units.bytes(disk) + freeing)]
  }

  private var notes: [String] {
    let notes = [result.bestEpochNote].compactMap { $0 } + (result.scoreNotes ?? []) + result.selection.notes
    return notes.map { Self.row("note", $0) }
  }

  /// The command that goes on from here.
  private var next: String {
    result.isComplete
      ? CommandText.run("infer", on: store, store.runWords(result.run) + ["--scores", "scores.csv"])
      : CommandText.run("resume", on: store, store.runWords(result.run))
  }
}
