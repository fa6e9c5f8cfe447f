import CGasKernels
import GasAutodiff
import GasBase
import GasStore

/// Measures outputs of nodes that have one class each.
///
/// Probabilities and ranks (`ClassProbabilities`) are computed by several threads, a block of nodes at a time.
final class ClassMeter: PartMeter {
  private let classCount: Int
  private let depth: MeasuredDepth
  private var classes: ClassTally
  private var probabilities = ProbabilityTally()
  private var losses = CrossEntropySum()
  let ranks: RankColumns?
  /// Made when it is needed.
  private var found: ClassProbabilities?
  private let parallel: Parallel

  private var isBinary: Bool { classCount == 2 }

  init(
    classCount: Int, _ depth: MeasuredDepth, _ parallel: Parallel, ranks: (_ columnCount: Int) -> RankColumns
  ) {
    (self.classCount, self.depth, self.parallel) = (classCount, depth, parallel)
    classes = ClassTally(classCount: classCount)
    self.ranks = depth == .all ? ranks(classCount == 2 ? 1 : classCount) : nil
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
      let found = self.found ?? ClassProbabilities(classCount: classCount, parallel)
      self.found = found
      try found.forEachBlock(of: labels.indices.filter { labels[$0] >= 0 }, outputs, labels) { nodes, keys in
        nodes.forEach { probabilities.add($0) }
        try ranks.append(keys)
      }
    }
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
