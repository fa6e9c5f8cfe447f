import GasAutodiff
import GasStore

/// Measures outputs of nodes that have any number of labels each. Ranks are those of the logits.
final class LabelMeter: PartMeter {
  private let depth: MeasuredDepth
  private var labels: LabelTally
  private var losses = CrossEntropySum()
  let ranks: RankColumns?
  /// The keys of the node at hand.
  private var keys: [RankKey]

  init(labelCount: Int, _ depth: MeasuredDepth, ranks: (_ columnCount: Int) -> RankColumns) {
    self.depth = depth
    labels = LabelTally(labelCount: labelCount)
    self.ranks = depth == .all ? ranks(labelCount) : nil
    keys = [RankKey](repeating: .missing, count: labelCount)
  }

  func add(_ outputs: Matrix, _ labels: NodeLabels, of mask: UnsafeBufferPointer<UInt8>) throws {
    guard case .multi(let targets, let width) = labels else { preconditionFailure("labels of each node") }
    if depth != .counts { losses += CrossEntropySum(logits: outputs, targets: targets, of: mask) }
    for row in 0..<outputs.rows where mask[row] != 0 {
      let own = targets.row(row, width: width)
      let logits = UnsafeBufferPointer(start: outputs.row(row), count: width)
      self.labels.add(logits, targets: own)
      guard let ranks else { continue }
      self.labels.addOutputs(logits, targets: own)
      for place in keys.indices {
        keys[place] =
          own[place] == NodeLabels.missing ? .missing : RankKey(Double(logits[place]), applies: own[place] != 0)
      }
      try keys.withUnsafeBufferPointer(ranks.append)
    }
  }

  func table(above thresholds: [Double]?) throws -> PartScores? {
    guard labels.known > 0 else { return nil }
    if let thresholds, let ranks {
      for (label, threshold) in thresholds.enumerated() {
        labels.labels[label] = try ranks.counts(of: label, above: threshold)
      }
    }
    var table = PartScores()
    table[.microF1] = labels.microF1
    table[.macroF1] = labels.macroF1
    table[.topKF1] = labels.topKF1
    table[.logLoss] = losses.mean
    table[.brier] = labels.brier
    try ranks?.addMeans(to: &table)
    return table
  }
}
