import GasBase
import GasMetrics
import GasRuns
import GasStore

/// A flag for each partition that tells whether it holds training nodes with labels, and with sample weights above 0 if
/// there are any. A step without one is skipped.
struct TrainingPartitions {
  /// The counts of all partitions.
  let counts: LabelCounts
  /// How many nodes of each partition an evaluation scores.
  let scoredCounts: [Int]
  private let flags: [Bool]

  /// Reads split and labels once.
  ///
  /// - Parameters:
  ///   - store: the store to train on.
  ///   - split: the number of the split, from 0.
  /// - Throws: `GasError` if the store has no features, labels or split to train with, or the split has no training
  ///   node with a label and a weight.
  init(_ store: Store, split: Int) throws {
    try store.checkTraining(split: split)
    var counts = LabelCounts()
    var scored: [Int] = []
    flags = try store.partitions.indices.map { partition in
      let own = try LabelCounts(store, partition: partition, split: split)
      counts += own
      scored.append(SplitPart.allCases.reduce(0) { $0 + own[$1].labelled })
      return try own.train.labelled > 0 && Self.hasWeight(store, partition, split)
    }
    self.counts = counts
    scoredCounts = scored
    guard !flags.contains(true) else { return }
    if counts.train.labelled > 0 {
      throw GasError(
        "all \(counts.train.labelled) training nodes with a label in split \(split) have sample weight 0",
        file: store.path, advice: Self.otherSplit(of: store) + store.adviceToIngest(.sampleWeights))
    }
    if counts.train.unlabelled > 0 {
      throw GasError(
        "none of the \(counts.train.unlabelled) training nodes in split \(split) has a label", file: store.path,
        advice: Self.otherSplit(of: store) + "ingest again with labels of these nodes")
    }
    throw GasError(
      "the store has no training nodes in split \(split)", file: store.path,
      advice: Self.otherSplit(of: store) + store.adviceToIngest(.trainingNodes))
  }

  /// Tables have one split, so that another is no way out there.
  private static func otherSplit(of store: Store) -> String {
    store.isOfTables ? "" : "choose another --split, or "
  }

  /// Whether a training node of a partition that has a label counts in the loss.
  private static func hasWeight(_ store: Store, _ partition: Int, _ split: Int) throws -> Bool {
    guard store.manifest.sampleWeighted == true else { return true }
    let nodes = store.partitions.nodes(partition)
    defer { store.releaseLabels(of: nodes) }
    let (parts, splits) = (try store.splits(of: nodes), store.manifest.splitCount)
    let (labels, weights) = (try store.labels(of: nodes), try store.sampleWeights(of: nodes))
    return (0..<nodes.count).contains { row in
      parts[row * splits + split] == SplitPart.train.rawValue && weights[row] > 0 && labels.isLabelled(row)
    }
  }

  func containsTrainingNode(_ group: [Int]) -> Bool {
    group.contains { flags[$0] }
  }
}
