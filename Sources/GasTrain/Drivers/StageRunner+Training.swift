import GasBase
import GasBatch
import GasNN
import GasRanks
import GasStore

/// What a training epoch did.
public struct EpochTotals: Sendable, Equatable {
  /// The mean loss over training nodes: each step's loss counts by how many it had, whatever the weights of classes. A
  /// node counts by its sample weight, and by the share of its labels that is known.
  public var loss: Double { weight > 0 ? weightedLoss / weight : 0 }
  /// How many steps the epoch had.
  public var stepCount = 0
  /// How many adjacency entries its batches had.
  public var edgeCount = 0
  private var weightedLoss = 0.0
  private var weight = 0.0
  /// What each rank has told; empty if one works alone.
  var ranks: [RankTotals] = []

  mutating func add(loss: Double, weight: Double, edgeCount: Int) {
    weightedLoss += loss * weight
    self.weight += weight
    self.edgeCount += edgeCount
  }

  /// Adds up the totals of all ranks, in their order, and gives them the same running statistics: the mean of what
  /// their steps have made of them.
  mutating func join(
    _ group: RankGroup, ownSteps: Int, _ buffers: [Matrix], _ exchange: StepExchange?
  ) throws {
    if !buffers.isEmpty { try exchange?.average(buffers, weight: Double(ownSteps)) }
    ranks = try group.gathered(
      RankTotals(
        weightedLoss: weightedLoss, weight: weight, edgeCount: edgeCount, tally: group.tally))
    (weightedLoss, weight, edgeCount) = ranks.reduce((0, 0, 0)) {
      ($0.0 + $1.weightedLoss, $0.1 + $1.weight, $0.2 + $1.edgeCount)
    }
  }
}

extension StageRunner {
  /// Trains for one epoch of GAS: a step for each group of partitions that holds training nodes.
  ///
  /// - Parameters:
  ///   - groups: the partitions of each step, in the order of the steps.
  ///   - following: the groups of the next epoch, if histories change in no other way until it begins.
  ///   - firstStep: the number of the first step, which counts on from one epoch to the next.
  ///   - optimiser: updates the weights after each step.
  ///   - clip: the largest norm of all gradients together; `nil` for no limit.
  ///   - trainingLoss: what the loss is made of beside outputs and labels.
  /// - Returns: the loss and sizes of the epoch.
  /// - Throws: `GasError` if a row that was read is damaged, a number is not finite, or the disk fails; nothing of the
  ///   epoch is shown then.
  public func trainEpoch(
    _ groups: [[Int]], following: [[Int]]? = nil, firstStep: Int, optimiser: Adam, clip: Double?,
    trainingLoss: TrainingLoss = TrainingLoss()
  ) throws -> EpochTotals {
    try trainEpoch(
      groups, among: nil, following: following, firstStep: firstStep, optimiser: optimiser, clip: clip,
      trainingLoss: trainingLoss)
  }

  /// The same for one of several ranks, which all take the same steps: `steps` says what each of them computes; it is
  /// `nil` if this process works alone.
  func trainEpoch(
    _ groups: [[Int]], among steps: EpochSteps?, following: [[Int]]?, firstStep: Int, optimiser: Adam, clip: Double?,
    trainingLoss: TrainingLoss
  ) throws -> EpochTotals {
    checksums = nil
    var totals = EpochTotals()
    let labels = TrainingLabels(trainingLoss)
    if let steps, let part, let stepExchange {
      halo.ranked?.writtenAtEnd = steps.writtenAtEnd(for: part.group.rank, delay: stepExchange.delay)
    }
    func update(by weight: Double) throws {
      let step = firstStep + totals.stepCount
      if let steps { try join(optimiser.parameters, weight: weight, step: totals.stepCount, of: steps) }
      try execution.trace.span("update weights") {
        if let clip { optimiser.parameters.clipGradientNorm(to: clip) }
        try numbers.gradients(optimiser.parameters, step: step)
        optimiser.step(parallel: parallel)
        try numbers.weights(step: step)
      }
      totals.stepCount += 1
    }
    try forEachBatch(groups, passes.training, halo: halo.training, following: following) { batch in
      let step = firstStep + totals.stepCount
      let place = steps?.place(of: part?.group.rank ?? 0, at: totals.stepCount) ?? 0
      let (loss, output, weight, context) = try loss(of: batch, labels, step: step, place: place)
      try numbers.loss(
        loss, of: output, batch, from: input(of: batch, at: 0, context), layer: stages.count, step: step)
      optimiser.parameters.zeroGradients()
      execution.trace.span("backward") { context.tape.backward(from: loss) }
      try update(by: weight)
      totals.add(loss: Double(loss.scalar), weight: weight, edgeCount: batch.edgeCount)
    }
    // A rank without a batch takes part in the steps of the others.
    while totals.stepCount < steps?.count ?? 0 {
      optimiser.parameters.zeroGradients()
      try update(by: 0)
    }
    try stepExchange?.drain()
    try store.checkUsed()
    if let part { try totals.join(part.group, ownSteps: groups.count, model.buffers.map(\.matrix), stepExchange) }
    return totals
  }

  /// Sums the gradients of all ranks, and gets rows that these have pushed.
  private func join(_ parameters: [Parameter], weight: Double, step: Int, of steps: EpochSteps) throws {
    try execution.trace.span("exchange gradients and rows") {
      try stepExchange?.finish(parameters.map(\.gradient), weight: weight, step: step, of: steps)
    }
  }

  /// Computes what a step of training minimises.
  ///
  /// - Parameters:
  ///   - batch: the batch of the step.
  ///   - labels: the labels to learn from.
  ///   - step: the number of the step.
  ///   - place: how many batches of the step lower ranks compute.
  /// - Returns: the loss with the layers' penalties, the last stage's output, the weight of the nodes that the loss is
  ///   a mean of, and the context whose tape leads back from it.
  /// - Throws: `GasError` if a row cannot be pushed.
  func loss(
    of batch: Batch, _ labels: TrainingLabels, step: Int, place: Int = 0
  ) throws -> (loss: Variable, output: Variable, weight: Double, context: StageContext) {
    let context = context(of: batch, on: tape(isTraining: true, step: step, place: place))
    let output = try forward(batch, context, pushingAt: step)
    let (fit, weight) = labels.loss(of: output, batch)
    return (context.penalties.terms.reduce(fit) { $0.adding($1) }, output, weight, context)
  }
}
