import CGasKernels
import GasAutodiff
import GasStore

/// The mean cross-entropy of outputs, without weights: over labelled rows with single labels, over the labels that are
/// known with multiple ones. Sums of batches add up.
public struct CrossEntropySum: Equatable, Sendable {
  /// The sum over the terms.
  public var sum = 0.0
  /// The number of terms: labelled rows, or known labels with multiple ones.
  public var termCount = 0

  /// Sums nothing yet.
  public init() {}

  /// Sums −log softmax(X[r])[label_r] over the rows.
  ///
  /// - Parameters:
  ///   - logits: n × classes.
  ///   - labels: n; rows with a negative label do not count.
  public init(logits: Matrix, labels: UnsafeBufferPointer<Int32>) {
    precondition(labels.count == logits.rows, "\(labels.count) labels for \(logits.rows) rows")
    sum = gas_softmax_cross_entropy(
      Int64(logits.rows), Int64(logits.columns), logits.base, labels.baseAddress!, nil, nil, 0, nil)
    termCount = labels.count { $0 >= 0 }
  }

  /// Sums max(x, 0) − x·t + log(1 + e^−|x|) over the logits whose target is known.
  ///
  /// - Parameters:
  ///   - logits: n × labels.
  ///   - targets: n × labels, 0, 1 or `NodeLabels.missing`.
  ///   - mask: n; rows of 0 do not count. `nil` counts all.
  public init(
    logits: Matrix, targets: UnsafeBufferPointer<UInt8>, of mask: UnsafeBufferPointer<UInt8>? = nil
  ) {
    precondition(targets.count == logits.count, "\(targets.count) targets for \(logits.count) logits")
    precondition(mask.map { $0.count == logits.rows } ?? true, "a mask of \(logits.rows) rows")
    sum = gas_sigmoid_cross_entropy(
      Int64(logits.rows), Int64(logits.columns), logits.base, targets.baseAddress!, mask?.baseAddress, nil, nil, 0,
      nil)
    for row in 0..<logits.rows where mask.map({ $0[row] != 0 }) ?? true {
      termCount += targets.row(row, width: logits.columns).count { $0 != NodeLabels.missing }
    }
  }

  /// The mean of the terms; `nil` if nothing was counted.
  public var mean: Double? { termCount > 0 ? sum / Double(termCount) : nil }

  /// Adds the sum of another batch.
  public static func += (sum: inout CrossEntropySum, part: CrossEntropySum) {
    sum.sum += part.sum
    sum.termCount += part.termCount
  }
}
