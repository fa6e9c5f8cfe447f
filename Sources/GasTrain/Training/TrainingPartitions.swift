import GasBase
import GasStore

/// Which partitions hold training nodes with a label: a step without one is skipped. One flag a partition.
struct TrainingPartitions {
  private let flags: [Bool]
  /// Training nodes with a label, which are learnt from.
  let nodeCount: Int
  /// Training nodes without one, which are not. With multiple labels there are none: a node may have none of them.
  let unlabelledCount: Int

  /// Reads split and labels once.
  ///
  /// - Throws: `GasError` if the store has no features, labels or split to train with, or the split has no training node with a label.
  init(_ store: Store, split: Int) throws {
    let manifest = store.manifest
    func lacking(_ what: String, _ advice: String) -> GasError {
      GasError("the store has no \(what)", file: store.path, advice: advice)
    }
    guard manifest.features != nil else { throw lacking("features", "ingest again with --features") }
    guard manifest.labels != nil else { throw lacking("labels", "ingest again with --labels") }
    guard manifest.splitCount > 0 else {
      throw lacking("splits", "ingest again with --train, --val and --test, or --splits")
    }
    guard split < manifest.splitCount else {
      throw GasError(expected: "a split below \(manifest.splitCount)", found: "--split \(split)", file: store.path)
    }
    let splits = store.column(.splits).values
    let labels = manifest.labels?.kind == .single ? store.column(.labels).values : nil
    let counts = store.partitions.indices.map { partition in
      let nodes = store.partitions.nodes(partition)
      let parts = splits.rows(nodes, as: UInt8.self)
      let classes = labels?.rows(nodes, as: Int32.self)
      defer {
        splits.release()
        labels?.release()
      }
      return nodes.indices.reduce(into: (labelled: 0, others: 0)) { count, node in
        let row = node - nodes.lowerBound
        guard parts[row * manifest.splitCount + split] == SplitPart.train.rawValue else { return }
        if classes.map({ $0[row] >= 0 }) ?? true { count.labelled += 1 } else { count.others += 1 }
      }
    }
    flags = counts.map { $0.labelled > 0 }
    nodeCount = counts.reduce(0) { $0 + $1.labelled }
    unlabelledCount = counts.reduce(0) { $0 + $1.others }
    guard nodeCount > 0 else {
      let others = unlabelledCount > 0 ? "; the \(unlabelledCount) that are there have none" : ""
      throw lacking("training nodes with labels in split \(split)\(others)", "choose another --split")
    }
  }

  func containsTrainingNode(_ group: [Int]) -> Bool {
    group.contains { flags[$0] }
  }
}
