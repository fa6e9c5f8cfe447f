import GasBase
import GasNN
import GasStore
import GasTool
import GasTrain

/// What is said once of a run, the edges of the stores that it uses and their labels: a line each on standard error, or in the JSON object.
struct RunNotes {
  let lines: [String]

  init(_ lines: [String] = []) {
    self.lines = lines
  }

  /// - Parameters:
  ///   - model: made with these settings for `training`.
  ///   - stores: those that the model is used on.
  init(_ settings: RunSettings, _ model: any GraphModel, trainedOn training: Store, on stores: [Store]) {
    let notes = EdgeNotes(settings, model, trainedOn: training)
    lines = stores.flatMap(notes.lines)
  }

  /// Of training: on the store itself, and on those of the evaluation.
  init(training store: Store, _ settings: RunSettings, _ model: any GraphModel) throws {
    let others = Set(settings.evaluationStores.map(\.path)).sorted()
    let edges = RunNotes(
      settings, model, trainedOn: store, on: [store] + (try others.map { try Store(opening: $0) }))
    lines = edges.lines + (try LabelNotes.lines(on: store, split: settings.split))
  }

  /// For a JSON object, which has none where there is nothing to say.
  var json: [String]? { lines.isEmpty ? nil : lines }

  func write(_ output: OutputOptions) {
    guard !output.json else { return }
    for line in lines { ProgressLine.write("note: \(GasError(line))\n") }
  }
}
