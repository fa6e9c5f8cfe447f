import GasAutodiff
import GasBase
import GasBatch
import GasStore

/// What the loss of a training is made of beside outputs and labels.
public struct TrainingLoss: Sendable {
  /// The weight of each class, or of each label's positive targets; `nil` counts all alike.
  public var classWeights: [Float]?
  /// γ of the focal loss; 0 for plain cross-entropy.
  public var focalGamma: Float = 0
  /// What errors of each column of real values are multiplied by before they are squared; `nil` for 1.
  public var columnScales: [Float]?

  /// All classes and columns alike, and no focus.
  public init() {}
}

/// The labels that a step learns from: those of training nodes.
final class TrainingLabels {
  private let labels = Buffer<Int32>()
  private let mask = Buffer<UInt8>()
  private let loss: TrainingLoss

  init(_ loss: TrainingLoss = TrainingLoss()) {
    self.loss = loss
  }

  /// The mean over the batch's training nodes, and over what is known of them, of cross-entropy (single labels), binary
  /// cross-entropy (several labels) or the scaled squared error (real values); with weights of classes and of nodes if
  /// there are any.
  ///
  /// - Returns: the loss, and how much the nodes weigh that it is a mean of: each its sample weight, times the share of
  ///   its labels that is known.
  func loss(of output: Variable, _ batch: Batch) -> (Variable, weight: Double) {
    let mask = UnsafeBufferPointer(trainingRows(batch))
    let rowWeights = batch.sampleWeights
    var weight = 0.0
    for row in mask.indices where mask[row] != 0 {
      weight += Double(rowWeights?[row] ?? 1) * batch.labels.knownShare(row)
    }
    switch batch.labels {
    case .none: preconditionFailure("training needs labels; the trainer checks that the store has them")
    case .single(let all):
      let wanted = labels.resized(to: all.count)
      for row in all.indices { wanted[row] = mask[row] != 0 ? all[row] : -1 }
      let mean = output.crossEntropy(
        labels: UnsafeBufferPointer(wanted), weights: loss.classWeights, rowWeights: rowWeights,
        focalGamma: loss.focalGamma)
      return (mean, weight)
    case .multi(let targets, _):
      let mean = output.sigmoidCrossEntropy(
        targets: targets, mask: mask, positiveWeights: loss.classWeights, rowWeights: rowWeights,
        focalGamma: loss.focalGamma)
      return (mean, weight)
    case .values(let values, let width):
      let scales = loss.columnScales ?? [Float](repeating: 1, count: width)
      return (output.squaredError(values: values, mask: mask, columnScales: scales, rowWeights: rowWeights), weight)
    }
  }

  /// A byte for each row: 1 for training nodes, unless their weight is 0.
  private func trainingRows(_ batch: Batch) -> UnsafeMutableBufferPointer<UInt8> {
    let rows = mask.resized(to: batch.rowCount)
    for row in rows.indices {
      rows[row] = batch.splits[row] == SplitPart.train.rawValue && (batch.sampleWeights?[row] ?? 1) > 0 ? 1 : 0
    }
    return rows
  }
}
