import GasBase
import GasBatch
import GasNN
import GasStore

/// What a training epoch did.
public struct EpochTotals: Sendable, Equatable {
  /// The mean loss over training nodes: each step's loss counts by how many it had, whatever the weights of classes. A
  /// node counts by its sample weight, and by the share of its labels that is known.
  public var loss = 0.0
  /// How many steps the epoch had.
  public var stepCount = 0
  /// How many adjacency entries its batches had.
  public var edgeCount = 0
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
    checksums = nil
    var totals = EpochTotals()
    var weightedLoss = 0.0
    var weight = 0.0
    let labels = TrainingLabels(trainingLoss)
    try forEachBatch(groups, passes.training, halo: halo.training, following: following) { batch in
      let step = firstStep + totals.stepCount
      let (loss, output, stepWeight, context) = try loss(of: batch, labels, step: step)
      try numbers.loss(
        loss, of: output, batch, from: input(of: batch, at: 0, context), layer: stages.count, step: step)
      optimiser.parameters.zeroGradients()
      execution.trace.span("backward") { context.tape.backward(from: loss) }
      try execution.trace.span("update weights") {
        if let clip { optimiser.parameters.clipGradientNorm(to: clip) }
        try numbers.gradients(optimiser.parameters, step: step)
        optimiser.step(parallel: parallel)
        try numbers.weights(step: step)
      }
      weightedLoss += Double(loss.scalar) * stepWeight
      weight += stepWeight
      totals.stepCount += 1
      totals.edgeCount += batch.edgeCount
    }
    try store.checkUsed()
    totals.loss = weight > 0 ? weightedLoss / weight : 0
    return totals
  }

  /// Computes what a step of training minimises.
  ///
  /// - Parameters:
  ///   - batch: the batch of the step.
  ///   - labels: the labels to learn from.
  ///   - step: the number of the step.
  /// - Returns: the loss with the layers' penalties, the last stage's output, the weight of the nodes that the loss is
  ///   a mean of, and the context whose tape leads back from it.
  /// - Throws: `GasError` if a row cannot be pushed.
  func loss(
    of batch: Batch, _ labels: TrainingLabels, step: Int
  ) throws -> (loss: Variable, output: Variable, weight: Double, context: StageContext) {
    let context = context(of: batch, on: tape(isTraining: true, step: step))
    let output = try forward(batch, context, pushingAt: step)
    let (fit, weight) = labels.loss(of: output, batch)
    return (context.penalties.terms.reduce(fit) { $0.adding($1) }, output, weight, context)
  }
}
