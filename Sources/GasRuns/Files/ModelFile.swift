import GasBase
import GasFiles
import GasFormats
import GasNN
import GasStore

/// `model.safetensors`: the weights with the best validation score, under the parameters' names, and their scores as
/// metadata.
public enum ModelFile {
  /// Replaces the file by these weights with their scores.
  ///
  /// - Parameters:
  ///   - weights: the tensors, by the parameters' names.
  ///   - best: their epoch and scores.
  ///   - labels: what they were trained on.
  ///   - path: the file's path.
  /// - Throws: `GasError` where the disk fails.
  package static func write(
    _ weights: [String: Safetensors.Tensor], best: Checkpoint.Best, labels: Manifest.Labels.Kind?, to path: String
  ) throws {
    try ready(weights, best: best, labels: labels, at: path).publish()
  }

  /// Writes the file as `write` does; it is to be published.
  package static func ready(
    _ weights: [String: Safetensors.Tensor], best: Checkpoint.Best, labels: Manifest.Labels.Kind?, at path: String
  ) throws -> ReadyFile {
    var file = Safetensors()
    file.tensors = weights
    file.metadata = ["epoch": "\(best.epoch)"]
    file.metadata[LabelMark.key] = labels?.rawValue
    for (name, score) in [("train", best.train), ("val", best.val), ("test", best.test)] {
      if let score { file.metadata[name] = "\(score)" }
    }
    if let loss = best.valLoss { file.metadata["val-loss"] = "\(loss)" }
    return try file.ready(at: path)
  }

  /// Writes weights that were trained elsewhere, of which there are no scores.
  ///
  /// - Parameters:
  ///   - weights: the tensors, by the parameters' names.
  ///   - labels: those of the store that they are imported into.
  ///   - path: the file's path.
  /// - Throws: `GasError` where the disk fails.
  static func writeImported(
    _ weights: [String: Safetensors.Tensor], labels: Manifest.Labels.Kind?, to path: String
  ) throws {
    var file = Safetensors()
    file.tensors = weights
    file.metadata = [importedKey: "pyg"]
    file.metadata[LabelMark.key] = labels?.rawValue
    try file.write(to: path)
  }

  /// Whether the weights were trained elsewhere.
  static func isImported(_ path: String) -> Bool {
    (try? Safetensors(reading: path))?.metadata[importedKey] != nil
  }

  private static let importedKey = "imported-from"

  /// Whether the weights are those that training began with.
  static func isOfBeforeTraining(_ path: String) -> Bool {
    (try? Safetensors(reading: path))?.metadata["epoch"] == "0"
  }

  /// Puts a run's best weights into a model.
  ///
  /// - Parameters:
  ///   - path: the file's path.
  ///   - model: a model with the same parameters and buffers.
  ///   - labels: those of the run's store; `nil` for any.
  /// - Throws: `GasError` if there is no file, which `RunFolder.checkHasWeights` explains, if it is damaged, or if it
  ///   belongs to another model or to labels of another kind.
  public static func read(
    _ path: String, into model: any GraphModel, labels: Manifest.Labels.Kind? = nil
  ) throws {
    let file = try Safetensors(reading: path)
    try LabelMark.check(LabelMark.read(file.metadata, file: path), labels, file: path)
    try WeightTransfer.write(file.tensors, to: model.namedWeights, file: path)
  }
}
