/// Sums up how far probabilities of classes are from what is the case.
///
/// * Brier score, as scikit-learn's `brier_score_loss`: the mean over nodes of Σ_c (p_c − y_c)², and half of it with
///   two classes, which is (p₁ − y)².
/// * Calibration error (Guo et al., On Calibration of Modern Neural Networks, ICML 2017): nodes go to 15 equal bins of
///   their greatest probability. It is the mean over nodes of |share of right predictions − mean probability| of their
///   bins. A limit of two bins belongs to the lower one.
package struct ProbabilityTally: Equatable, Sendable {
  private var nodeCount = 0
  private var squares = 0.0
  private var tops = CalibrationBins()

  /// Sums up nothing yet.
  package init() {}

  /// What one node adds.
  package struct Node: BitwiseCopyable {
    fileprivate let square: Double
    fileprivate let top: Double
    fileprivate let isRight: Bool

    /// Compares probabilities with what is the case.
    ///
    /// - Parameters:
    ///   - probabilities: one for each class.
    ///   - label: the node's class.
    ///   - prediction: the class of the greatest probability.
    package init(_ probabilities: UnsafeBufferPointer<Double>, label: Int, prediction: Int) {
      var square = 0.0
      for (place, probability) in probabilities.enumerated() {
        let error = place == label ? 1 - probability : probability
        square += error * error
      }
      self.square = probabilities.count == 2 ? square / 2 : square
      top = probabilities[prediction]
      isRight = prediction == label
    }
  }

  /// Adds a node.
  package mutating func add(_ node: Node) {
    squares += node.square
    tops.add(node.top, isRight: node.isRight)
    nodeCount += 1
  }

  /// The Brier score; `nil` without nodes.
  package var brier: Double? { nodeCount > 0 ? squares / Double(nodeCount) : nil }

  /// The calibration error; `nil` without nodes.
  package var calibrationError: Double? { tops.error }
}
