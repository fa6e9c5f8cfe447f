import GasMetrics
import GasStore

/// The scores of outputs that do not look at a node: all nodes alike are predicted to be of the class that most
/// training nodes are of, or to have the labels that more than half of them have; where no training node has a label,
/// as in a store without splits, most of the nodes in no part. Ranks without any order give 0.5 for ROC-AUC, and for
/// average precision the share of positive nodes. R² is 0, that of the mean.
struct Baseline {
  private let kind: Manifest.Labels.Kind
  private let train: ClassSizes.Part

  init(_ counts: ClassSizes) {
    (kind, train) = (counts.kind, counts[.train].hasNodes ? counts[.train] : counts.outside)
  }

  /// The class that most training nodes are of, of equal ones the first; `nil` without classes.
  var majority: Int? {
    guard kind == .single, let most = train.positives.max(), most > 0 else { return nil }
    return train.positives.firstIndex(of: most)
  }

  /// The scores of a part's nodes; without any that cannot be told from counts.
  func scores(of part: ClassSizes.Part) -> PartScores {
    var table = PartScores()
    guard part.hasNodes else { return table }
    switch kind {
    case .single: addClasses(part, to: &table)
    case .multi: addLabels(part, to: &table)
    case .values:
      table[.r2] = 0
      return table
    }
    let positive = kind == .single && part.positives.count == 2 ? [1] : Array(part.positives.indices)
    let ranked = positive.filter(part.hasBothKinds)
    guard !ranked.isEmpty else { return table }
    table[.rocAuc] = 0.5
    let shares = ranked.map { Double(part.positives[$0]) / Double(part.known[$0]) }
    table[.averagePrecision] = shares.reduce(0, +) / Double(shares.count)
    return table
  }

  private func addClasses(_ part: ClassSizes.Part, to table: inout PartScores) {
    guard let majority else { return }
    var tally = ClassTally(classCount: part.positives.count)
    for (label, count) in part.positives.enumerated() where count > 0 {
      tally.add(label: label, prediction: majority, count: count)
    }
    table[.accuracy] = tally.accuracy
    table[.balancedAccuracy] = tally.balancedAccuracy
    table[.macroF1] = tally.macroF1
    table[.microF1] = tally.accuracy
  }

  private func addLabels(_ part: ClassSizes.Part, to table: inout PartScores) {
    var tally = LabelTally(labelCount: part.positives.count)
    for label in part.positives.indices {
      let (positives, known) = (part.positives[label], part.known[label])
      let isPredicted = 2 * train.positives[label] > train.known[label]
      tally.labels[label].add(applies: true, isPredicted: isPredicted, count: positives)
      tally.labels[label].add(applies: false, isPredicted: isPredicted, count: known - positives)
    }
    table[.microF1] = tally.microF1
    table[.macroF1] = tally.macroF1
  }
}
