import GasBase
import GasBatch
import GasMetrics
import GasNN
import GasRuns
import GasStore

extension Trainer {
  /// Tells the number checks the epoch, for their messages.
  func noteEpoch() {
    for numbers in [runner.numbers] + evaluationStores.numbers { numbers.epoch = state.epoch }
  }

  /// Trains an epoch and records what all ranks do when.
  func tracedEpoch() throws -> EpochRecord {
    let trace = runner.execution.trace
    let record = try trace.recording { try trainEpoch(isTraced: trace != nil) }
    if let trace, let ranks {
      try command(.trace)
      try ranks.group.join(trace)
    }
    return record
  }

  func trainEpoch(isTraced: Bool = false) throws -> EpochRecord {
    let waitedBefore = runner.waitedSeconds
    let clock = ContinuousClock.now
    state.epoch += 1
    noteEpoch()
    optimiser.learningRate = learningRate.rate(afterEpochs: state.epoch - 1)
    isUnsaved = true
    let groups = groups(of: state.epoch)
    let steps = steps(of: state.epoch)
    guard state.step + (steps?.count ?? groups.count) <= Checkpoint.mostSteps else {
      throw GasError("a run has at most \(Checkpoint.mostSteps) steps", file: folder.path, advice: "start another one")
    }
    try command(
      .train(
        epoch: state.epoch, firstStep: state.step, learningRate: optimiser.learningRate, isTraced: isTraced))
    let totals = try runner.trainEpoch(
      groups, among: steps, following: isEvaluated(state.epoch) ? nil : self.groups(of: state.epoch + 1),
      firstStep: state.step, optimiser: optimiser, clip: settings.clip, trainingLoss: trainingLoss)
    state.step += totals.stepCount
    pushedPartitions.formUnion(groups.joined())
    let trained = ContinuousClock.now
    var record = try evaluatedRecord()
    record.loss = totals.loss
    record.learningRate = optimiser.learningRate
    record.trainSeconds = clock.duration(to: trained).seconds
    record.evaluateSeconds = trained.duration(to: .now).seconds
    record.waitedSeconds = runner.waitedSeconds - waitedBefore
    record.edgesPerSecond = Double(totals.edgeCount) / max(1e-9, record.trainSeconds)
    record.ranks = ranks?.progress(to: totals.ranks)
    try log.append(record)
    if record.isEvaluated && lastCheckpoint.duration(to: .now).seconds >= settings.checkpointSeconds {
      try saveCheckpoint()
    }
    return record
  }

  /// The partitions of each step of an epoch. Steps without a training node are left out.
  func groups(of epoch: Int) -> [[Int]] {
    if let steps = steps(of: epoch), let ranks { return steps.groups[ranks.group.rank] }
    let groups = VisitOrder.shuffled(
      partitionCount: store.partitions.count, groupSize: runner.batchSize, seed: settings.seed, epoch: epoch)
    let useful = groups.filter(trainingPartitions.containsTrainingNode)
    return Array(useful.prefix(settings.maxSteps ?? useful.count))
  }

  /// What each rank computes in an epoch; `nil` where this process trains alone.
  private func steps(of epoch: Int) -> EpochSteps? {
    ranks?.steps(of: epoch, isUseful: trainingPartitions.containsTrainingNode)
  }

  /// Has the other ranks do what this one is about to do.
  func command(_ command: RankCommand) throws {
    if let ranks { _ = try ranks.group.shared(command) }
  }

  /// Whether an exact pass follows an epoch; it refreshes all histories.
  private func isEvaluated(_ epoch: Int) -> Bool { epoch % settings.evaluateEvery == 0 || epoch == settings.epochs }

  private func evaluatedRecord() throws -> EpochRecord {
    guard isEvaluated(state.epoch) else {
      return EpochRecord(epoch: state.epoch, step: state.step, scores: nil, staleness: [])
    }
    let (scores, staleness) = try evaluate(isLast: mayBeLast)
    lastStaleness = staleness
    note(scores)
    if let rank = scoring.selection.rank(scores.val) { learningRate.note(rank, loss: scores.validationLoss) }
    return EpochRecord(epoch: state.epoch, step: state.step, scores: scores, staleness: staleness)
  }
}
