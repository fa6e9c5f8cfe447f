import CGasKernels
import GasAutodiff

/// Counts, for each class, nodes that are of it, nodes that are predicted to be, and nodes of which both is true.
///
/// The scores are those of scikit-learn: `accuracy_score`, `balanced_accuracy_score`, `f1_score`.
package struct ClassTally: Equatable, Sendable {
  private var wanted: [Int64]
  private var predicted: [Int64]
  private var correct: [Int64]

  /// Counts nothing yet.
  package init(classCount: Int) {
    wanted = [Int64](repeating: 0, count: classCount)
    (predicted, correct) = (wanted, wanted)
  }

  /// Counts nodes of class `label` that are predicted to be of class `prediction`.
  package mutating func add(label: Int, prediction: Int, count: Int = 1) {
    wanted[label] += Int64(count)
    predicted[prediction] += Int64(count)
    if label == prediction { correct[label] += Int64(count) }
  }

  /// Counts nodes whose class is predicted to be that of the greatest logit, of equal ones the first.
  ///
  /// - Parameters:
  ///   - logits: n × classes.
  ///   - labels: n; rows with a negative label do not count.
  package mutating func add(_ logits: Matrix, labels: UnsafeBufferPointer<Int32>) {
    precondition(logits.columns == wanted.count && logits.rows == labels.count, "a row of logits for each label")
    guard let first = labels.baseAddress else { return }
    gas_count_predictions(
      Int64(logits.rows), Int64(logits.columns), logits.base, first, &wanted, &predicted, &correct)
  }

  /// The number of nodes.
  package var count: Int { Int(wanted.reduce(0, +)) }

  /// The share of nodes whose class is predicted; `nil` without nodes.
  package var accuracy: Double? {
    let count = count
    return count > 0 ? Double(correct.reduce(0, +)) / Double(count) : nil
  }

  /// The mean over the classes that occur of the share of their nodes that are predicted; `nil` without nodes.
  package var balancedAccuracy: Double? {
    mean { wanted[$0] > 0 ? Double(correct[$0]) / Double(wanted[$0]) : nil }
  }

  /// The mean of F₁ over the classes that occur or are predicted; `nil` without nodes.
  package var macroF1: Double? {
    mean { label in
      let sum = wanted[label] + predicted[label]
      return sum > 0 ? Double(2 * correct[label]) / Double(sum) : nil
    }
  }

  private func mean(_ value: (Int) -> Double?) -> Double? {
    let values = wanted.indices.compactMap(value)
    return values.isEmpty ? nil : values.reduce(0, +) / Double(values.count)
  }
}
