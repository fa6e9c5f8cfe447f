import GasNN
import GasStore

/// Scores of each part of a split: accuracy for single labels, micro-F1 for multiple ones.
public struct SplitScores: Sendable, Equatable {
  private var accuracy = [AccuracyCount](repeating: AccuracyCount(), count: 4)
  private var f1 = [F1Count](repeating: F1Count(), count: 4)
  private var nodeCounts = [0, 0, 0, 0]

  public init() {}

  /// What the scores of a store's labels are called.
  public static func metric(of store: Store) -> String {
    store.manifest.labels?.kind == .multi ? "micro-F1" : "accuracy"
  }

  /// `nil` where a part has no labelled node.
  public subscript(part: SplitPart) -> Double? {
    let place = Int(part.rawValue)
    if accuracy[place].total > 0 { return accuracy[place].accuracy }
    return nodeCounts[place] > 0 ? f1[place].microF1 : nil
  }

  /// Adds a batch's outputs: logits, n × classes.
  mutating func add(_ logits: Matrix, _ batch: Batch) {
    for (row, part) in batch.splits.enumerated() where part != 0 {
      let place = Int(part & 3)
      let outputs = logits.rowRange(row..<row + 1)
      switch batch.labels {
      case .none: return
      case .single(let labels):
        accuracy[place] += AccuracyCount(logits: outputs, labels: UnsafeBufferPointer(rebasing: labels[row..<row + 1]))
      case .multi(let targets, let classCount):
        let wanted = UnsafeBufferPointer(rebasing: targets[row * classCount..<(row + 1) * classCount])
        f1[place] += F1Count(logits: outputs, targets: wanted)
        nodeCounts[place] += 1
      }
    }
  }
}
