import GasBase
import GasNN
import GasRuns

/// Which of the weights that a run keeps are used.
public enum KeptWeights: String, CaseIterable, Sendable {
  /// Those of the epoch with the best validation score.
  case best
  /// Those of the latest checkpoint.
  case last

  /// Puts the weights into a model.
  ///
  /// - Parameters:
  ///   - folder: the run's folder.
  ///   - model: the model that the run trained.
  /// - Throws: `GasError` if the run has no weights, or its file is damaged or belongs to another model.
  package func read(_ folder: RunFolder, into model: any GraphModel) throws {
    switch self {
    case .best:
      try folder.checkHasWeights()
      try ModelFile.read(folder.model, into: model, labels: folder.labels)
    case .last:
      if folder.importedNote != nil {
        throw GasError(
          "run \"\(folder.name)\" was imported: it has one set of weights and no last checkpoint", file: folder.path,
          advice: "leave --weights out")
      }
      let state = try Checkpoint(reading: folder.checkpoint)
      try state.checkLabels(of: folder)
      try WeightTransfer.write(state.weights, to: model.namedWeights, file: folder.checkpoint)
    }
  }
}
