/// Steps of the ROC and precision-recall curves of one class or label: it is shown keys, greatest outputs first, and
/// keeps exact counts at some of the outputs, in constant memory.
///
/// A step is kept where at least a 200th of the nodes of either kind came since the one before, and where outputs are
/// greatest, so that there are 420 at most.
package struct RankSteps: Sendable {
  /// What predicting the label is like for all nodes with at least some output.
  package struct Step: Equatable, Sendable {
    /// The least output that is predicted.
    package var output: Double
    /// Nodes with the label that are predicted.
    package var truePositives: Int
    /// Nodes without it that are predicted.
    package var falsePositives: Int
  }

  /// All nodes with the label.
  package let positives: Int
  /// All nodes without it.
  package let negatives: Int
  /// The steps, the greatest output first; the last one predicts all nodes.
  package private(set) var steps: [Step] = []
  private var latest = Step(output: .infinity, truePositives: 0, falsePositives: 0)
  private var place = UInt64.max

  private static let (resolution, firstCount) = (200, 20)

  /// No nodes yet.
  ///
  /// - Parameters:
  ///   - positives: how many nodes with the label there will be.
  ///   - negatives: how many without it.
  package init(positives: Int, negatives: Int) {
    (self.positives, self.negatives) = (positives, negatives)
  }

  /// Adds keys, none of which comes before those that were added. Keys of labels that are not known count nowhere.
  package mutating func add(_ sorted: UnsafeBufferPointer<RankKey>) {
    for key in sorted where key != .missing {
      if key.place != place {
        close()
        place = key.place
        latest.output = key.output
      }
      if key.applies { latest.truePositives += 1 } else { latest.falsePositives += 1 }
    }
  }

  /// Keeps the last step, when all keys were added.
  package mutating func finish() {
    guard steps.last != latest, latest.output.isFinite else { return }
    steps.append(latest)
  }

  /// Nodes of equal outputs are one step, which is over.
  private mutating func close() {
    guard latest.output.isFinite else { return }
    let (positive, negative) = (steps.last?.truePositives ?? 0, steps.last?.falsePositives ?? 0)
    let isFar =
      (latest.truePositives - positive) * Self.resolution >= positives
      || (latest.falsePositives - negative) * Self.resolution >= negatives
    if isFar || steps.count < Self.firstCount { steps.append(latest) }
  }
}
