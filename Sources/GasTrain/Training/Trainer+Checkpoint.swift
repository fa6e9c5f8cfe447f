import GasBatch
import GasMetrics
import GasNN
import GasRuns
import GasStore

extension Trainer {
  /// Keeps the weights if the scores are the best so far (`Checkpoint.Best.isBetter`).
  func note(_ scores: SplitScores) {
    let latest = Checkpoint.Best(epoch: state.epoch, scores, by: scoring.selection)
    guard latest.isBetter(than: state.best) else {
      state.evaluationsSinceBest += 1
      return
    }
    state.best = latest
    state.bestWeights = WeightTransfer.read(runner.model.namedWeights)
    state.evaluationsSinceBest = 0
  }

  /// Keeps the best weights of a run that cannot go on as it is, which may be later than the checkpoint, and says what
  /// may be done. The checkpoint stays as it is, since weights that were evaluated after it may have been on their way
  /// to infinity.
  func keepBest() -> String? {
    guard let savedEpoch else { return nil }
    let isKept =
      state.best.epoch > savedEpoch
      && (try? ModelFile.write(state.bestWeights, best: state.best, labels: folder.labels, to: folder.model)) != nil
    return
      "epoch \(savedEpoch) is kept, and gas-run resume goes on from there with another --lr, --clip or --history-type"
      + (isKept ? "; gas-run infer has the best weights, of epoch \(state.best.epoch)" : "")
  }

  func saveCheckpoint() throws {
    state.weights = WeightTransfer.read(runner.model.namedWeights)
    state.moments = WeightTransfer.read(optimiser.state)
    state.adamStep = optimiser.stepCount
    state.kernels = kernels
    state.plateau = settings.schedule == .plateau ? learningRate.plateau : nil
    // The checkpoint comes last: it shows that the other files are there, each of which is on the disk before it.
    if savedEpoch == nil { try folder.syncNames() }
    try log.sync()
    state.labels = folder.labels
    try ModelFile.write(state.bestWeights, best: state.best, labels: folder.labels, to: folder.model)
    try Refresh(step: state.step, layers: lastStaleness, error: lastError).write(to: folder.refresh)
    if let changedSettings { try folder.save(changedSettings) }
    try state.write(to: folder.checkpoint)
    (lastCheckpoint, savedEpoch, isUnsaved, changedSettings) = (.now, state.epoch, false, nil)
  }

  /// Leaves checksums of the histories, which nothing will write to until training goes on. It must be called when the
  /// checkpoint is there, and after an exact pass. Rows are read back where it was not known that this was the last
  /// one, as after Ctrl-C.
  func sealHistories() throws {
    let histories = runner.histories
    guard !histories.layers.isEmpty else { return }
    for history in histories.layers { try history.sync() }
    let checksums = try runner.checksums ?? HistoryChecksums(reading: histories, partitions: store.partitions)
    try HistorySeal(checksums, state, store: folder.storeChecksum).write(to: folder.seal)
  }

  func restore() throws {
    try state.checkLabels(of: folder)
    try WeightTransfer.write(state.weights, to: runner.model.namedWeights, file: folder.checkpoint)
    try WeightTransfer.write(state.moments, to: optimiser.state, file: folder.checkpoint)
    optimiser.stepCount = state.adamStep
    savedEpoch = state.epoch
    if let plateau = state.plateau { learningRate.plateau = plateau }
    guard let refresh = try folder.latestRefresh() else { return }
    (lastStaleness, lastError) = (refresh.layers, refresh.error)
  }
}
