import CGasKernels
import GasBase
import GasNN
import GasStore

/// Scores of each part of a split, or of all nodes of a store without splits: accuracy for single labels, micro-F1 for multiple ones.
public struct SplitScores: Sendable, Equatable {
  // Place 0 is for nodes of stores without splits, the others for the parts.
  private var accuracy = [AccuracyCount](repeating: AccuracyCount(), count: 4)
  private var f1 = [F1Count](repeating: F1Count(), count: 4)
  private var nodeCounts = [0, 0, 0, 0]
  // Of validation nodes, and of those of stores without splits, which may stand for them.
  private var losses = [Double](repeating: 0, count: 4)

  public init() {}

  /// What the scores of a store's labels are called.
  public static func metric(of store: Store) -> String {
    store.manifest.labels?.kind == .multi ? "micro-F1" : "accuracy"
  }

  /// `nil` where a part has no labelled node.
  public subscript(part: SplitPart) -> Double? { score(at: Int(part.rawValue)) }

  /// Over all labelled nodes of a store without splits; `nil` for other stores.
  public var all: Double? { score(at: 0) }

  private func score(at place: Int) -> Double? {
    if accuracy[place].total > 0 { return accuracy[place].accuracy }
    return nodeCounts[place] > 0 ? f1[place].microF1 : nil
  }

  /// The mean loss of validation nodes with labels, each class counting alike; `nil` if there are none, or it is beyond all numbers.
  public var validationLoss: Double? {
    let place = Int(SplitPart.validation.rawValue)
    let count = accuracy[place].total + nodeCounts[place]
    return count > 0 ? (losses[place] / Double(count)).ifFinite : nil
  }

  /// Puts in a part's place what `other` says of that part, or of all nodes of its store if that has no splits.
  ///
  /// - Returns: whether `other` says anything of them.
  mutating func replace(_ part: SplitPart, by other: SplitScores) -> Bool {
    let place = Int(part.rawValue)
    let source = other.all == nil ? place : 0
    accuracy[place] = other.accuracy[source]
    f1[place] = other.f1[source]
    nodeCounts[place] = other.nodeCounts[source]
    losses[place] = other.losses[source]
    return self[part] != nil
  }

  /// Adds a batch's outputs: logits, n × classes.
  mutating func add(_ logits: Matrix, _ batch: Batch) {
    let hasSplits = !batch.splits.isEmpty
    for row in 0..<batch.rowCount where !hasSplits || batch.splits[row] != 0 {
      let place = hasSplits ? Int(batch.splits[row] & 3) : 0
      let outputs = logits.rowRange(row..<row + 1)
      let countsLoss = !hasSplits || place == SplitPart.validation.rawValue
      switch batch.labels {
      case .none: return
      case .single(let labels):
        accuracy[place] += AccuracyCount(logits: outputs, labels: UnsafeBufferPointer(rebasing: labels[row..<row + 1]))
        if countsLoss {
          let width = Int64(outputs.columns)
          losses[place] += gas_softmax_cross_entropy(1, width, outputs.base, labels.baseAddress! + row, nil, 1, nil)
        }
      case .multi(let targets, let classCount):
        let wanted = UnsafeBufferPointer(rebasing: targets[row * classCount..<(row + 1) * classCount])
        f1[place] += F1Count(logits: outputs, targets: wanted)
        nodeCounts[place] += 1
        if countsLoss {
          let (width, targets) = (Int64(classCount), wanted.baseAddress!)
          losses[place] +=
            gas_sigmoid_cross_entropy(1, width, outputs.base, targets, nil, nil, 1, nil) / Double(classCount)
        }
      }
    }
  }
}
