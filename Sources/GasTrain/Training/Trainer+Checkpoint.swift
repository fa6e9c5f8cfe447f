import GasBase
import GasBatch
import GasFiles
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
    // The lines of metrics.jsonl show how they became so.
    keepsLines = true
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
    state.ranks = ranks?.group.count
    state.plateau = settings.schedule == .plateau ? learningRate.plateau : nil
    if savedEpoch == nil { try folder.syncNames() }
    try log.sync()
    state.labels = folder.labels
    let files = try checkpointFiles()
    // Even where a name cannot be made durable, the file may have it.
    log.keepLines()
    try draft?.publish()
    draft = nil
    // Those that one process has left are not of these weights.
    if ranks != nil { try folder.freeHistories() }
    for file in files { try file.publish() }
    (lastCheckpoint, savedEpoch, isUnsaved, changedSettings) = (.now, state.epoch, false, nil)
  }

  /// Writes what a checkpoint consists of before any of it takes its name: on a full disk the run stays as it was. The
  /// checkpoint comes last: it shows that the other files are there, each of which is on the disk before it.
  private func checkpointFiles() throws -> [ReadyFile] {
    let model = try ModelFile.ready(state.bestWeights, best: state.best, labels: folder.labels, at: folder.model)
    let refresh = try Refresh(step: state.step, layers: lastStaleness, error: lastError).ready(at: folder.refresh)
    let config = try changedSettings.map(folder.readyConfig)
    return try [model, refresh, config, state.ready(at: folder.checkpoint)].compactMap { $0 }
  }

  /// Histories of zeros, which take the names of the run's with its next checkpoint.
  ///
  /// - Parameters:
  ///   - folder: the run's folder.
  ///   - store: the run's store.
  ///   - model: the model that is trained.
  ///   - encoding: how rows are kept.
  /// - Returns: the histories.
  /// - Throws: `GasError` if the disk fails or is too full.
  static func draft(
    in folder: RunFolder, _ store: Store, _ model: any GraphModel, _ encoding: RowEncoding
  ) throws -> HistoryDraft {
    let widths = StageRunner.historyWidths(of: model)
    do {
      return try HistoryDraft(in: folder.path, store: store, widths: widths, encoding)
    } catch let error as GasError {
      let wanted = HistoryDraft.byteCount(store, widths: widths, encoding)
      guard let free = try? DiskSpace.freeBytes(at: folder.path), free < wanted, !folder.historyFiles.isEmpty else {
        throw error
      }
      throw GasError(
        "new histories take \(Units.bytes(wanted)) beside those that the run has, and the disk has \(Units.bytes(free))",
        file: folder.path, advice: "free some space, or the present ones: gas-run clean with the run's name does that")
    }
  }

  /// Leaves a checkpoint, and then checksums of the histories, which nothing will write to until training goes on. It
  /// must be called after an exact pass. Where the disk has no room for the checksums, what was trained is kept all the
  /// same, and a run that nothing was trained of stays as it was.
  func finish() throws {
    let seal: ReadyFile?
    do {
      seal = try runner.execution.trace.span("seal histories", readySeal)
    } catch {
      if isUnsaved && state.epoch > savedEpoch ?? -1 { try saveCheckpoint() }
      throw error
    }
    if isUnsaved { try saveCheckpoint() }
    try seal?.publish()
  }

  /// Writes the checksums, whose file is to be published when the checkpoint is there. Rows are read back where it was
  /// not known that this was the last exact pass, as after Ctrl-C.
  private func readySeal() throws -> ReadyFile? {
    let histories = runner.histories
    guard !histories.layers.isEmpty && ranks == nil else { return nil }
    for history in histories.layers { try history.sync() }
    let checksums = try runner.checksums ?? HistoryChecksums(reading: histories, partitions: store.partitions)
    return try HistorySeal(checksums, state, store: folder.storeChecksum).ready(at: folder.seal)
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
