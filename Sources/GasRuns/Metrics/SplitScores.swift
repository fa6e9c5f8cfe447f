import GasBatch
import GasNN
import GasStore

/// Scores of each part of a split, or of all nodes of a store without splits, and the loss of the validation part. The
/// score is accuracy for single labels, micro-F1 for multiple ones, R² for real values. Sample weights play no part.
public struct SplitScores: Sendable, Equatable {
  // Place 0 is for nodes of stores without splits, the others are for the parts.
  private var accuracy = [AccuracyCount](repeating: AccuracyCount(), count: 4)
  private var f1 = [F1Count](repeating: F1Count(), count: 4)
  private var nodeCounts = [0, 0, 0, 0]
  private var errors = [SquaredErrorSum](repeating: SquaredErrorSum(), count: 4)
  private var losses = [CrossEntropySum](repeating: CrossEntropySum(), count: 4)

  /// Counts nothing yet.
  public init() {}

  /// The name of the score of a store's labels: "accuracy", "micro-F1" or "R2".
  public static func metric(of store: Store) -> String {
    switch store.manifest.labels?.kind {
    case .multi: "micro-F1"
    case .values: "R2"
    case .single, nil: "accuracy"
    }
  }

  /// The score of a part; `nil` where it has no labelled node.
  public subscript(part: SplitPart) -> Double? { score(at: Int(part.rawValue)) }

  /// The score over all labelled nodes of a store without splits; `nil` for other stores.
  public var all: Double? { score(at: 0) }

  /// Mean cross-entropy over the labelled validation nodes, without weights; over all their known labels where a node
  /// has multiple ones. For real values the mean squared error, in their own units. `nil` where there is no such node,
  /// or the mean is not finite.
  public var validationLoss: Double? {
    let place = Int(SplitPart.validation.rawValue)
    return (losses[place].mean ?? errors[place].mean).flatMap { $0.isFinite ? $0 : nil }
  }

  private func score(at place: Int) -> Double? {
    if accuracy[place].total > 0 { return accuracy[place].accuracy }
    return nodeCounts[place] > 0 ? f1[place].microF1 : errors[place].meanDetermination
  }

  /// Puts in a part's place the scores that `other` has of that part, or of all nodes of its store if that has no
  /// splits.
  ///
  /// - Parameters:
  ///   - part: the part to replace.
  ///   - other: scores on another store.
  /// - Returns: whether `other` has a score of it.
  /// - Returns: whether `other` says anything of them.
  package mutating func replace(_ part: SplitPart, by other: SplitScores) -> Bool {
    let place = Int(part.rawValue)
    let source = other.all == nil ? place : 0
    accuracy[place] = other.accuracy[source]
    f1[place] = other.f1[source]
    nodeCounts[place] = other.nodeCounts[source]
    errors[place] = other.errors[source]
    losses[place] = other.losses[source]
    return self[part] != nil
  }

  /// Adds a batch's outputs: logits, n × classes. Losses are summed where they are asked for: over validation nodes,
  /// and over all nodes of a store without splits.
  package mutating func add(_ logits: Matrix, _ batch: Batch) {
    let hasSplits = !batch.splits.isEmpty
    for row in 0..<batch.rowCount where !hasSplits || batch.splits[row] != 0 {
      let place = hasSplits ? Int(batch.splits[row] & 3) : 0
      let outputs = logits.rowRange(row..<row + 1)
      let isValidation = place == 0 || place == Int(SplitPart.validation.rawValue)
      switch batch.labels {
      case .none: return
      case .single(let labels):
        let wanted = UnsafeBufferPointer(rebasing: labels[row..<row + 1])
        accuracy[place] += AccuracyCount(logits: outputs, labels: wanted)
        if isValidation { losses[place] += CrossEntropySum(logits: outputs, labels: wanted) }
      case .multi(let targets, let classCount):
        guard batch.labels.isLabelled(row) else { continue }
        let wanted = targets.row(row, width: classCount)
        f1[place] += F1Count(logits: outputs, targets: wanted)
        nodeCounts[place] += 1
        if isValidation { losses[place] += CrossEntropySum(logits: outputs, targets: wanted) }
      case .values(let values, let width): errors[place].add(outputs.base, values.row(row, width: width))
      }
    }
  }
}
