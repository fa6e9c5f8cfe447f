import GasBase
import GasNN
import GasStore

extension Trainer {
  /// Keeps the weights if they are the best so far. Without validation nodes the latest ones are kept.
  func note(_ scores: SplitScores) {
    let (val, valLoss) = (scores[.validation], scores.validationLoss)
    guard isBest(val, valLoss) else {
      state.evaluationsSinceBest += 1
      return
    }
    state.best = .init(epoch: state.epoch, train: scores[.train], val: val, test: scores[.test], valLoss: valLoss)
    state.bestWeights = WeightTransfer.read(runner.model.namedWeights)
    state.evaluationsSinceBest = 0
  }

  /// By validation score; among equals by the lower validation loss, then by being the earlier. Weights that were not trained are nobody's
  /// best: they are kept until the first evaluation after training.
  private func isBest(_ val: Double?, _ valLoss: Double?) -> Bool {
    guard state.best.epoch > 0, let val, let best = state.best.val else { return true }
    guard val == best else { return val > best }
    guard let valLoss, let bestLoss = state.best.valLoss else { return false }
    return valLoss < bestLoss
  }

  /// What a run that cannot go on as it is may go on with.
  var whatIsLeft: String? {
    savedEpoch.map {
      "epoch \($0) is kept, and gas-run resume goes on from there with another --lr, --clip or --history-type"
    }
  }

  func saveCheckpoint() throws {
    state.weights = WeightTransfer.read(runner.model.namedWeights)
    state.moments = WeightTransfer.read(optimiser.state)
    state.adamStep = optimiser.stepCount
    state.kernels = kernels
    state.plateau = settings.schedule == .plateau ? learningRate.plateau : nil
    // The checkpoint comes last: it is what says that the others are there.
    try ModelFile.write(state.bestWeights, best: state.best, to: folder.model)
    try Refresh(step: state.step, layers: lastStaleness, error: lastError).write(to: folder.refresh)
    try state.write(to: folder.checkpoint)
    (lastCheckpoint, savedEpoch) = (.now, state.epoch)
  }

  func restore() throws {
    try WeightTransfer.write(state.weights, to: runner.model.namedWeights, file: folder.checkpoint)
    try WeightTransfer.write(state.moments, to: optimiser.state, file: folder.checkpoint)
    optimiser.stepCount = state.adamStep
    if let plateau = state.plateau { learningRate.plateau = plateau }
    let refresh = try? Refresh(reading: folder.refresh)
    lastStaleness = refresh?.layers ?? []
    lastError = refresh?.error
    savedEpoch = state.epoch
  }
}
