import GasNN
import GasStore

/// Counts true and false positives and false negatives over all labels of a multi-label set. A label is predicted where
/// its logit is positive. Counts of batches add up.
public struct F1Count: Equatable, Sendable {
  /// The number of labels that apply and are predicted.
  public var truePositives = 0
  /// The number of labels that are predicted and do not apply.
  public var falsePositives = 0
  /// The number of labels that apply and are not predicted.
  public var falseNegatives = 0

  /// Counts nothing yet.
  public init() {}

  /// Counts the labels of a batch.
  ///
  /// - Parameters:
  ///   - logits: n × labels.
  ///   - targets: n × labels, 0, 1 or `NodeLabels.missing`; the last do not count.
  ///   - mask: n; rows with 0 do not count; all count if nil.
  public init(logits: Matrix, targets: UnsafeBufferPointer<UInt8>, mask: UnsafeBufferPointer<UInt8>? = nil) {
    precondition(targets.count == logits.count, "\(targets.count) targets for \(logits.count) logits")
    for row in 0..<logits.rows where mask.map({ $0[row] != 0 }) ?? true {
      for index in row * logits.columns..<(row + 1) * logits.columns where targets[index] != NodeLabels.missing {
        switch (logits.base[index] > 0, targets[index] != 0) {
        case (true, true): truePositives += 1
        case (true, false): falsePositives += 1
        case (false, true): falseNegatives += 1
        case (false, false): break
        }
      }
    }
  }

  /// Micro-averaged F₁ = 2 TP / (2 TP + FP + FN); 0 if nothing is positive, as scikit-learn has it.
  public var microF1: Double {
    let errors = falsePositives + falseNegatives
    return truePositives + errors == 0 ? 0 : Double(2 * truePositives) / Double(2 * truePositives + errors)
  }

  /// Adds the counts of another batch.
  public static func += (sum: inout F1Count, part: F1Count) {
    sum.truePositives += part.truePositives
    sum.falsePositives += part.falsePositives
    sum.falseNegatives += part.falseNegatives
  }
}
