import CGasKernels
import GasNN

/// Counts the labelled rows, and those of them whose greatest logit is at the label. Counts of batches add up.
public struct AccuracyCount: Equatable, Sendable {
  /// The number of labelled rows whose greatest logit is at the label.
  public var correct = 0
  /// The number of labelled rows.
  public var total = 0

  /// Counts nothing yet.
  public init() {}

  /// Counts the rows of a batch.
  ///
  /// - Parameters:
  ///   - logits: n × classes.
  ///   - labels: n; rows with a negative label do not count.
  public init(logits: Matrix, labels: UnsafeBufferPointer<Int32>) {
    precondition(labels.count == logits.rows, "\(labels.count) labels for \(logits.rows) rows")
    var predicted: Int32 = 0
    for (row, label) in labels.enumerated() where label >= 0 {
      gas_argmax_rows(1, Int64(logits.columns), logits.row(row), &predicted)
      correct += predicted == label ? 1 : 0
      total += 1
    }
  }

  /// correct / total; not a number if nothing was counted.
  public var accuracy: Double { Double(correct) / Double(total) }

  /// Adds the counts of another batch.
  public static func += (sum: inout AccuracyCount, part: AccuracyCount) {
    sum.correct += part.correct
    sum.total += part.total
  }
}
