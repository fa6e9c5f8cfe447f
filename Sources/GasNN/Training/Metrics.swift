import CGasKernels

/// How many labelled rows there are and how many of them have their greatest logit at the label. Counts of batches add up.
public struct AccuracyCount: Equatable, Sendable {
  public var correct = 0
  public var total = 0

  public init() {}

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

  public static func += (sum: inout AccuracyCount, part: AccuracyCount) {
    sum.correct += part.correct
    sum.total += part.total
  }
}

/// True and false positives and false negatives over all labels of a multi-label set; a label is predicted where its logit is
/// positive. Counts of batches add up.
public struct F1Count: Equatable, Sendable {
  public var truePositives = 0
  public var falsePositives = 0
  public var falseNegatives = 0

  public init() {}

  /// - Parameters:
  ///   - logits: n × labels.
  ///   - targets: n × labels, 0 or 1.
  ///   - mask: n; rows with 0 do not count; all count if nil.
  public init(logits: Matrix, targets: UnsafeBufferPointer<UInt8>, mask: UnsafeBufferPointer<UInt8>? = nil) {
    precondition(targets.count == logits.count, "\(targets.count) targets for \(logits.count) logits")
    for row in 0..<logits.rows where mask.map({ $0[row] != 0 }) ?? true {
      for index in row * logits.columns..<(row + 1) * logits.columns {
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

  public static func += (sum: inout F1Count, part: F1Count) {
    sum.truePositives += part.truePositives
    sum.falsePositives += part.falsePositives
    sum.falseNegatives += part.falseNegatives
  }
}

/// The mean cross-entropy of outputs, without weights of classes: over labelled rows with single labels, over all logits of the rows
/// with multiple ones. Sums of batches add up.
public struct CrossEntropySum: Equatable, Sendable {
  public var sum = 0.0
  public var termCount = 0

  public init() {}

  /// −log softmax(X[r])[label_r], summed over the rows.
  ///
  /// - Parameters:
  ///   - logits: n × classes.
  ///   - labels: n; rows with a negative label do not count.
  public init(logits: Matrix, labels: UnsafeBufferPointer<Int32>) {
    precondition(labels.count == logits.rows, "\(labels.count) labels for \(logits.rows) rows")
    sum = gas_softmax_cross_entropy(
      Int64(logits.rows), Int64(logits.columns), logits.base, labels.baseAddress!, nil, 0, nil)
    termCount = labels.count { $0 >= 0 }
  }

  /// max(x, 0) − x·t + log(1 + e^−|x|), summed over the logits.
  ///
  /// - Parameters:
  ///   - logits: n × labels.
  ///   - targets: n × labels, 0 or 1.
  public init(logits: Matrix, targets: UnsafeBufferPointer<UInt8>) {
    precondition(targets.count == logits.count, "\(targets.count) targets for \(logits.count) logits")
    sum = gas_sigmoid_cross_entropy(
      Int64(logits.rows), Int64(logits.columns), logits.base, targets.baseAddress!, nil, nil, 0, nil)
    termCount = logits.count
  }

  /// `nil` if nothing was counted.
  public var mean: Double? { termCount > 0 ? sum / Double(termCount) : nil }

  public static func += (sum: inout CrossEntropySum, part: CrossEntropySum) {
    sum.sum += part.sum
    sum.termCount += part.termCount
  }
}
