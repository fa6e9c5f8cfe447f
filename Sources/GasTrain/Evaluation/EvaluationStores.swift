import GasBase
import GasBatch
import GasMetrics
import GasNN
import GasSettings
import GasStore

/// The stores of validation and test scores, where a run's settings name some (`val-store`, `test-store`).
package struct EvaluationStores {
  private let parts: [(part: SplitPart, evaluator: Evaluator)]

  /// Opens the stores and makes an evaluator for each.
  ///
  /// - Parameters:
  ///   - settings: the run's settings.
  ///   - training: the store that the run trains on.
  ///   - model: the model that is scored.
  ///   - execution: how evaluations are carried out.
  ///   - folder: the run's folder, in which histories of these stores take disk space.
  /// - Throws: `GasError` if a store cannot be opened or does not suit the model, or the disk is full.
  init(
    _ settings: RunSettings, training: Store, model: any GraphModel, execution: ExecutionOptions,
    scratchIn folder: String
  ) throws {
    parts = try Self.open(settings, training: training, model: model).map { part, store in
      let evaluator = try Evaluator(
        store, model: model, settings: settings, execution: execution, keepingRowsIn: settings.exactRows,
        scratchIn: folder)
      return (part, evaluator)
    }
  }

  /// Opens the stores and checks that the model can be evaluated on them.
  ///
  /// - Parameters:
  ///   - settings: the run's settings.
  ///   - training: the store that the run trains on.
  ///   - model: the model that is scored.
  /// - Returns: each part that is scored on another store, and that store.
  /// - Throws: `GasError` if a store cannot be opened or does not suit the model.
  package static func open(
    _ settings: RunSettings, training: Store, model: any GraphModel
  ) throws -> [(part: SplitPart, store: Store)] {
    try settings.evaluationStores.map { part, path in
      let store = try Store(opening: path)
      guard store.manifest.labels != nil else {
        throw GasError("the store has no labels", file: path, advice: store.adviceToIngest(.labels))
      }
      try Evaluator.check(store, trainedOn: training, model: model)
      _ = try Evaluator.split(of: store, settings)
      return (part, store)
    }
  }

  /// The checks of numbers of each store.
  var numbers: [NumberCheck] { parts.map(\.evaluator.numbers) }

  /// Replaces the training store's scores by those on these stores; by all scores, or those of every evaluation.
  func score(_ scores: inout SplitScores, all: Bool) throws {
    for (part, evaluator) in parts {
      guard scores.replace(part, by: try evaluator.scores(all: all)) else {
        throw GasError("no node of the store has a label in part \(part.key) of the split", file: evaluator.store.path)
      }
    }
  }
}
