import GasBase
import GasBatch
import GasMetrics
import GasNN
import GasRuns
import GasStore

/// What an evaluation scores and measures.
extension Trainer {
  /// Refuses to train where what decides is undefined.
  func check(_ scores: PartScores?) throws {
    guard let scores else {
      guard settings.schedule == .plateau else { return }
      throw GasError(
        "split \(settings.split) has no validation nodes with labels", file: store.path,
        advice: "schedule plateau needs them; choose another --schedule")
    }
    let score = scoring.selection.score
    guard scores[score] == nil else { return }
    throw GasError(
      "\(score.name) of the validation nodes, which decides which weights are kept, is undefined", file: store.path,
      advice: "choose another --select, or another split")
  }

  /// Whether training may end with the coming evaluation.
  var mayBeLast: Bool {
    state.epoch >= settings.epochs || settings.patience.map { state.evaluationsSinceBest + 1 >= $0 } ?? false
  }

  /// Scores the model exactly and refreshes the histories. Also tells how stale they were before.
  func evaluate(isLast: Bool = false) throws -> (SplitScores, [LayerStaleness]) {
    try command(.evaluate(epoch: state.epoch, step: state.step))
    try runner.numbers.weights(step: nil)
    let hasHalo = runner.batchSize < store.partitions.count && runner.stages.count > 1
    let error = try isLast && settings.measureError && hasHalo && ranks == nil ? ErrorMeter(runner) : nil
    let all = scoring.selection.measuresAll(store.manifest.labels, settings, isLast: isLast)
    let scored = ScoreMeter(
      store.manifest.labels, isWhole: all, within: runner.execution.memoryBytes, scratchIn: folder.path,
      runner.parallel)
    let noise = try noiseMeter()
    let meter = StalenessMeter(runner.histories, step: state.step, pushed: pushedPartitions)
    let following = isOver ? nil : groups(of: state.epoch + 1)
    // They cost a tenth of a small graph's evaluation, and only the seal needs them.
    runner.notesChecksums = isLast || isOver
    try runner.inferLayerwise(step: state.step, following: following) { layer, batch, rows in
      try meter.compare(layer: layer, batch, exact: rows)
      try noise?.keep(layer: layer, batch)
      guard layer == runner.stages.count else { return }
      try scored.add(rows, batch)
      try error?.compare(batch, exact: rows)
    }
    if let group = ranks?.group {
      for (rank, other) in try group.gathered(RankEvaluation(staleness: [], isStopRequested: false)).enumerated() {
        if rank > 0 { meter.add(other.staleness) }
        isStopRequestedElsewhere = isStopRequestedElsewhere || other.isStopRequested
      }
      try KeptBatches.receive(store, group) { _, batch, rows in try scored.add(rows, batch) }
    }
    let staleness = meter.result(noise: try noise.map { try runner.execution.trace.span("measure noise", $0.measure) })
    pushedPartitions = []
    if let error { lastError = error.result(staleness, epoch: state.epoch, step: state.step) }
    var scores = try runner.execution.trace.span("rank scores") { try scored.scores() }
    try evaluationStores.score(&scores, all: all)
    return (scores, staleness)
  }

  /// A meter that tells noise from staleness, where one is due: at the first evaluation, at the last, and at so many of
  /// the others that it takes about a fiftieth of a run at most.
  private func noiseMeter() throws -> NoiseMeter? {
    guard measuresNoise, ranks == nil, !pushedPartitions.isEmpty, !runner.histories.layers.isEmpty else { return nil }
    let groups = groups(of: state.epoch)
    let interval = dividedUp(Self.batchesForOneMeasured, by: groups.count)
    guard (state.epoch / settings.evaluateEvery - 1) % interval == 0 || mayBeLast else { return nil }
    return try NoiseMeter(runner, NoiseMeter.sample(groups, firstStep: state.step - groups.count))
  }

  private static let batchesForOneMeasured = 200
}
