/// Counts, for each class, nodes that are of it, nodes that are predicted to be, and nodes of which both is true.
///
/// The scores are those of scikit-learn: `accuracy_score`, `balanced_accuracy_score`, `f1_score`.
package struct ClassTally: Equatable, Sendable {
  private var wanted: [Int]
  private var predicted: [Int]
  private var correct: [Int]

  /// Counts nothing yet.
  package init(classCount: Int) {
    wanted = [Int](repeating: 0, count: classCount)
    (predicted, correct) = (wanted, wanted)
  }

  /// Counts nodes of class `label` that are predicted to be of class `prediction`.
  package mutating func add(label: Int, prediction: Int, count: Int = 1) {
    wanted[label] += count
    predicted[prediction] += count
    if label == prediction { correct[label] += count }
  }

  /// The number of nodes.
  package var count: Int { wanted.reduce(0, +) }

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
