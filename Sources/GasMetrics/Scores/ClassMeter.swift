import CGasKernels
import GasAutodiff
import GasStore
import Glibc

/// Measures outputs of nodes that have one class each.
///
/// Ranks are those of the probability of a class against all others, p = softmax(x)_c in double; with two classes of
/// class 1 alone, by x₁ − x₀, which has the same order and no probabilities that round to 1.
final class ClassMeter: PartMeter {
  private let classCount: Int
  private let depth: MeasuredDepth
  private var classes: ClassTally
  private var probabilities = ProbabilityTally()
  private var losses = CrossEntropySum()
  let ranks: RankColumns?
  /// What 1 is in sums of whole numbers: as much as leaves room for all classes.
  private let scale: Double
  /// Softmax of the node at hand, and its keys.
  private var softmax: [Double]
  private var keys: [RankKey]

  private var isBinary: Bool { classCount == 2 }

  init(classCount: Int, _ depth: MeasuredDepth, ranks: (_ columnCount: Int) -> RankColumns) {
    (self.classCount, self.depth) = (classCount, depth)
    classes = ClassTally(classCount: classCount)
    scale = Double(1 << (62 - (Int.bitWidth - classCount.leadingZeroBitCount)))
    self.ranks = depth == .all ? ranks(classCount == 2 ? 1 : classCount) : nil
    softmax = [Double](repeating: 0, count: classCount)
    keys = [RankKey](repeating: .missing, count: classCount == 2 ? 1 : classCount)
  }

  func add(_ outputs: Matrix, _ labels: NodeLabels, of mask: UnsafeBufferPointer<UInt8>) throws {
    guard case .single(let all) = labels else { preconditionFailure("a class a node") }
    let own = [Int32](unsafeUninitializedCapacity: outputs.rows) { own, count in
      for row in 0..<outputs.rows { own[row] = mask[row] != 0 ? all[row] : -1 }
      count = outputs.rows
    }
    try own.withUnsafeBufferPointer { labels in
      if depth != .counts { losses += CrossEntropySum(logits: outputs, labels: labels) }
      classes.add(outputs, labels: labels)
      guard let ranks else { return }
      for row in 0..<outputs.rows where labels[row] >= 0 {
        try add(outputs.row(row), label: Int(labels[row]), to: ranks)
      }
    }
  }

  /// Adds the probabilities of a node, and its ranks.
  private func add(_ logits: UnsafePointer<Float>, label: Int, to ranks: RankColumns) throws {
    var prediction: Int32 = 0
    gas_argmax_rows(1, Int64(classCount), logits, &prediction)
    setSoftmax(logits, top: logits[Int(prediction)])
    softmax.withUnsafeBufferPointer { probabilities.add($0, label: label, prediction: Int(prediction)) }
    if isBinary {
      keys[0] = RankKey(Double(logits[1]) - Double(logits[0]), applies: label == 1)
    } else {
      for place in 0..<classCount { keys[place] = RankKey(softmax[place], applies: place == label) }
    }
    try keys.withUnsafeBufferPointer(ranks.append)
  }

  /// Computes the probabilities. The sum does not depend on the order of the logits, so that nodes whose logits are
  /// equal but for their order have equal probabilities of equal logits: it is one of whole numbers.
  private func setSoftmax(_ logits: UnsafePointer<Float>, top: Float) {
    var sum: Int64 = 0
    for place in 0..<classCount {
      softmax[place] = exp(Double(logits[place]) - Double(top))
      sum += Int64(softmax[place] * scale)
    }
    let factor = Double(sum) / scale
    for place in 0..<classCount { softmax[place] /= factor }
  }

  func table(above thresholds: [Double]?) throws -> PartScores? {
    guard classes.count > 0 else { return nil }
    let classes = try thresholds.flatMap { try tally(above: $0) } ?? self.classes
    var table = PartScores()
    table[.accuracy] = classes.accuracy
    table[.balancedAccuracy] = classes.balancedAccuracy
    table[.macroF1] = classes.macroF1
    table[.microF1] = classes.accuracy
    table[.logLoss] = losses.mean
    table[.brier] = probabilities.brier
    table[.calibrationError] = probabilities.calibrationError
    try ranks?.addMeans(to: &table)
    return table
  }

  /// The counts of predicting class 1 of two classes above a threshold of x₁ − x₀.
  private func tally(above thresholds: [Double]) throws -> ClassTally? {
    guard isBinary, let counts = try ranks?.counts(of: 0, above: thresholds[0]) else { return nil }
    var tally = ClassTally(classCount: 2)
    tally.add(label: 1, prediction: 1, count: counts.truePositives)
    tally.add(label: 0, prediction: 1, count: counts.falsePositives)
    tally.add(label: 1, prediction: 0, count: counts.falseNegatives)
    tally.add(label: 0, prediction: 0, count: counts.trueNegatives)
    return tally
  }
}

extension RankColumns {
  /// Adds the means of ROC-AUC and average precision over the columns that have nodes of both kinds, if there are any:
  /// OGB's rule for ogbn-proteins.
  ///
  /// - Throws: `GasError` if the disk fails.
  func addMeans(to table: inout PartScores) throws {
    var (areas, precisions, count) = (0.0, 0.0, 0)
    for case let scores? in try scores() {
      areas += scores.rocAuc
      precisions += scores.averagePrecision
      count += 1
    }
    guard count > 0 else { return }
    table[.rocAuc] = areas / Double(count)
    table[.averagePrecision] = precisions / Double(count)
  }
}
