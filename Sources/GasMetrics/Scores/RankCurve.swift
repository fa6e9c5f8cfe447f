/// What the order of outputs says of one class or label: it is shown keys, greatest outputs first, and counts for each
/// output the nodes of both kinds that have at least that much.
///
/// The scores are those of scikit-learn, nodes of equal outputs counted together: `roc_auc_score`, the share of pairs
/// of nodes of both kinds that are in the right order, and `average_precision_score`, Σ (R_n − R_{n−1}) P_n.
package struct RankCurve: Sendable {
  /// An output that separates predictions, and F₁ of predicting the label above it.
  package struct Cut: Equatable, Sendable {
    /// Outputs above it are predicted to be of the class.
    package var threshold: Double
    /// F₁ of these predictions.
    package var f1: Double
  }

  private let allPositives: Int
  private var (positives, negatives) = (0, 0)
  /// Pairs of a positive and a negative node in the right order; a pair of equal outputs counts half.
  private var pairs = 0.0
  /// The sum over positive nodes of the precision there.
  private var precisions = 0.0
  private var group = (place: UInt64.max, output: 0.0, positives: 0, negatives: 0)
  private var best = (f1: -1.0, output: Double.infinity, next: -Double.infinity, isNextKnown: true)

  /// No nodes yet.
  ///
  /// - Parameter positives: how many positive nodes there will be.
  package init(positives: Int) {
    allPositives = positives
  }

  /// Adds keys, none of which comes before those that were added. Keys of labels that are not known count nowhere.
  package mutating func add(_ sorted: UnsafeBufferPointer<RankKey>) {
    for key in sorted where key != .missing {
      if key.place != group.place {
        finish()
        (group.place, group.output) = (key.place, key.output)
      }
      if key.applies { group.positives += 1 } else { group.negatives += 1 }
    }
  }

  /// Counts the nodes of the last output, when all keys were added.
  package mutating func finish() {
    guard group.positives + group.negatives > 0 else { return }
    if !best.isNextKnown { (best.next, best.isNextKnown) = (group.output, true) }
    pairs += Double(group.negatives) * (Double(positives) + Double(group.positives) / 2)
    positives += group.positives
    negatives += group.negatives
    let predicted = Double(positives + negatives)
    precisions += Double(group.positives) * Double(positives) / predicted
    let f1 = 2 * Double(positives) / (predicted + Double(allPositives))
    // Of equal ones the greatest output stays.
    if f1 > best.f1 { best = (f1, group.output, -.infinity, false) }
    (group.positives, group.negatives) = (0, 0)
  }

  private var hasBothKinds: Bool { positives > 0 && negatives > 0 }

  /// The area under the ROC curve; `nil` unless there are nodes of both kinds.
  package var rocAuc: Double? { hasBothKinds ? pairs / Double(positives) / Double(negatives) : nil }

  /// Average precision; `nil` unless there are nodes of both kinds.
  package var averagePrecision: Double? { hasBothKinds ? precisions / Double(positives) : nil }

  /// The cut of the greatest F₁: half way between the least output that is predicted and the next one; −∞ where all
  /// are predicted. `nil` unless there are nodes of both kinds.
  package var bestCut: Cut? {
    guard hasBothKinds else { return nil }
    let middle = best.next + (best.output - best.next) / 2
    // Between neighbouring numbers there is none.
    let isBelow = RankKey(middle, applies: false).place > RankKey(best.output, applies: false).place
    return Cut(threshold: isBelow ? middle : best.next, f1: best.f1)
  }
}
