import GasBase
import GasBatch
import GasNN
import GasRuns
import GasStore

/// The stores that validation and test scores come from where a run's settings name some (`val-store`, `test-store`).
struct EvaluationStores {
  private let parts: [(part: SplitPart, evaluator: Evaluator)]

  /// - Parameter folder: that of the run, where histories of these stores take their room.
  init(
    _ settings: RunSettings, training: Store, model: any GraphModel, execution: ExecutionOptions,
    scratchIn folder: String
  ) throws {
    parts = try Self.open(settings, training: training, model: model).map { part, store in
      (part, try Evaluator(store, model: model, settings: settings, execution: execution, scratchIn: folder))
    }
  }

  /// Opens the stores and checks that the model can be evaluated on them.
  static func open(
    _ settings: RunSettings, training: Store, model: any GraphModel
  ) throws -> [(part: SplitPart, store: Store)] {
    try settings.evaluationStores.map { part, path in
      let store = try Store(opening: path)
      guard store.manifest.labels != nil else {
        throw GasError("the store has no labels", file: path, advice: "ingest again with --labels")
      }
      try Evaluator.check(store, trainedOn: training, model: model)
      _ = try Evaluator.split(of: store, settings)
      return (part, store)
    }
  }

  /// What looks at the numbers of each store.
  var numbers: [NumberCheck] { parts.map(\.evaluator.numbers) }

  /// Puts the scores on these stores in the place of the training store's own.
  func score(_ scores: inout SplitScores) throws {
    for (part, evaluator) in parts {
      guard scores.replace(part, by: try evaluator.scores()) else {
        throw GasError("no node of the store has a label in part \(part.key) of the split", file: evaluator.store.path)
      }
    }
  }
}
