import GasFormats

/// A sentence about the epoch whose weights a run keeps, where that is not what a reader expects of a best epoch.
package enum BestEpochNote {
  /// The sentence, or `nil` where there is nothing to say. `records` are those of the run's epochs.
  package static func text(_ state: Checkpoint, _ records: [EpochRecord]) -> String? {
    let best = state.best.epoch
    if best == 0 { return beforeTraining(state) }
    if state.best.val == nil {
      return "there are no validation nodes with labels: the latest weights are kept"
    }
    let evaluated = records.filter { $0.isEvaluated && $0.epoch > 0 }.map(\.epoch)
    guard best <= max(1, evaluated.first ?? 1) else { return nil }
    guard let last = evaluated.last, last > best else {
      return "epoch \(best) is the only one that was evaluated after training began: there was nothing to choose from"
    }
    return "epoch \(best) is the first that was evaluated of \(evaluated.count): "
      + "what was learnt after it, to epoch \(last), did not help on validation nodes (metrics.jsonl has the scores)"
  }

  private static func beforeTraining(_ state: Checkpoint) -> String {
    if state.epoch == 0 { return "no epoch was trained: the weights are those from before training" }
    return
      "the weights that are kept are those from before training: a version of gas that allowed it trained this run; "
      + "gas-run resume with a greater --epochs keeps trained ones"
  }
}

extension RunFolder {
  /// Says that the weights which the run keeps are those from before training.
  ///
  /// - Returns: a sentence; `nil` where the weights are trained.
  /// - Throws: `GasError` if the run has no weights, or its files are damaged.
  public func untrainedNote() throws -> String? {
    try checkHasWeights()
    guard try Safetensors(reading: model).metadata["epoch"] == "0" else { return nil }
    return "the weights of run \(name) are those from before training"
  }
}
