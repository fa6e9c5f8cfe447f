import GasBase
import GasMetrics
import GasNN
import GasRuns
import GasStore
import GasTool
import GasTrain

/// Notes about a run, the edges of the stores that it uses and the labels that it trains on. Each is shown once, as a
/// line on standard error, or in the JSON object. What was chosen for the store is no note: it stands with the result.
struct RunNotes {
  let lines: [String]
  /// The settings that were chosen for the store.
  private(set) var choices: [SuitedSettings.Choice] = []

  init(_ lines: [String] = []) {
    self.lines = lines
  }

  /// The same notes, of a run for which settings were chosen.
  func with(_ choices: [SuitedSettings.Choice]) -> RunNotes {
    var notes = self
    notes.choices = choices
    return notes
  }

  /// Notes about edges.
  ///
  /// - Parameters:
  ///   - settings: the run's settings.
  ///   - model: made with these settings for `training`.
  ///   - training: the store that the run belongs to.
  ///   - stores: the stores that the model is used on.
  init(_ settings: RunSettings, _ model: any GraphModel, trainedOn training: Store, on stores: [Store]) {
    let notes = EdgeNotes(settings, model, trainedOn: training)
    lines = stores.flatMap(notes.lines)
  }

  /// Notes about training: on the store itself, and on those of the evaluation.
  init(training store: Store, _ settings: RunSettings, _ model: any GraphModel) throws {
    let others = Set(settings.evaluationStores.map(\.path)).sorted()
    let edges = RunNotes(settings, model, trainedOn: store, on: [store] + (try others.map { try Store(opening: $0) }))
    self = edges.joined(with: try Self.ofLabels(store, settings) + Self.ofSelection(store, settings))
  }

  /// Notes about nodes of the split that have no label.
  static func ofLabels(_ store: Store, _ settings: RunSettings) throws -> [String] {
    let elsewhere = settings.evaluationStores.map(\.part)
    return try LabelCounts(store, split: settings.split).notes(
      split: store.manifest.splitCount > 1 ? settings.split : nil,
      parts: SplitPart.allCases.filter { !elsewhere.contains($0) })
  }

  /// Notes about scores of a store's own nodes, where training scored the run on those of other stores.
  ///
  /// - Parameters:
  ///   - store: the store that the run belongs to, which is computed on.
  ///   - run: the run.
  ///   - settings: the run's settings.
  /// - Returns: a sentence for each part that training scored elsewhere.
  static func ofOwnScores(_ store: Store, _ run: RunFolder, _ settings: RunSettings) -> [String] {
    let areThere = (try? run.checkEvaluationStores(settings)) != nil
    return settings.evaluationStores.map { part, path in
      let words = ["gas-run", "infer", path, "--from", store.path] + store.runWords(run.name)
      return "\(part.key) scores are of \(store.path)'s own nodes; training scored the run on those of \(path)"
        + (areThere ? ", as does \(ShellText.command(words))" : "")
    }
  }

  /// A note about the score that decides, where that was chosen by what the labels are.
  private static func ofSelection(_ store: Store, _ settings: RunSettings) throws -> [String] {
    let selection = try ScoreSelection(settings, store)
    return selection.isChosen ? [selection.reason] : []
  }

  /// These notes and more, each line once.
  func joined(with more: [String]) -> RunNotes {
    RunNotes(lines + more.filter { !lines.contains($0) }).with(choices)
  }

  /// The lines for a JSON object, which has none where there is nothing to say.
  var json: [String]? { lines.isEmpty ? nil : lines }

  /// Writes the notes to standard error, where they do not stand in a JSON object.
  ///
  /// - Parameters:
  ///   - output: how the tool's output is made.
  ///   - said: a note that is shown in another way.
  func write(_ output: OutputOptions, without said: String? = nil) {
    guard !output.json else { return }
    for line in lines where line != said { ProgressLine.write("note: \(GasError(line))\n") }
  }
}
