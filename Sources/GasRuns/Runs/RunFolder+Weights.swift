import GasBase
import GasFiles

/// What a run has learnt, as far as it may be used or gone on with.
extension RunFolder {
  /// A sentence about weights that were trained elsewhere (`create` with weights); `nil` for a run that was trained.
  package var importedNote: String? {
    guard !hasCheckpoint, ModelFile.isImported(model) else { return nil }
    return "the weights were trained elsewhere and imported, so epochs and metrics are not known; "
      + "gas-run infer measures scores"
  }

  /// What may be done with a run as it is, at the end of a sentence. One that has no checkpoint cannot be continued.
  var useOfItself: String {
    hasCheckpoint
      ? "or continue it with gas-run resume"
      : "or use its weights\(importedNote == nil ? "" : ", which were imported,") with gas-run infer"
  }

  /// Refuses a run without a checkpoint.
  ///
  /// - Throws: `GasError` if there is no checkpoint to go on from.
  public func checkResumable() throws {
    guard !hasCheckpoint else { return }
    if importedNote != nil {
      throw GasError(
        "run \"\(name)\" was imported: it has weights, but no optimiser, epochs or checkpoint to go on from",
        file: path,
        advice: "gas-run infer uses its weights; gas-run train with another --run trains from the beginning")
    }
    throw GasError(
      "run \"\(name)\" has no checkpoint to go on from", file: path,
      advice: isUnstarted
        ? "it ended before its first one; gas-run train with the same --run begins it again"
        : "gas-run infer has its best weights; gas-run train --overwrite begins it again")
  }

  /// Refuses a run without weights.
  ///
  /// - Throws: `GasError` if there are none, since training has just begun or came to nothing.
  package func checkHasWeights() throws {
    guard !FileAccess.isThere(model), !FileAccess.isHidden(model) else { return }
    let isBeingTrained = isInUse
    throw GasError(
      "run \"\(name)\" has no weights yet", file: path,
      advice: isBeingTrained
        ? "a process is training it: ask again after its first epoch"
        : hasCheckpoint
          ? "model.safetensors is gone; gas-run infer --weights last uses those of its checkpoint"
          : "it ended before its first checkpoint; gas-run train with the same --run begins it again",
      status: isBeingTrained ? .tryAgain : .failed)
  }
}
