import GasBase
import GasStore

/// Which partitions hold training nodes: a step without one is skipped. One flag a partition.
struct TrainingPartitions {
  private let flags: [Bool]

  /// Reads the split once.
  ///
  /// - Throws: `GasError` if the store has no features, labels or split to train with, or the split has no training node.
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
    flags = store.partitions.indices.map { partition in
      let rows = splits.rows(store.partitions.nodes(partition), as: UInt8.self)
      defer { splits.release() }
      return stride(from: split, to: rows.count, by: manifest.splitCount).contains {
        rows[$0] == SplitPart.train.rawValue
      }
    }
    guard flags.contains(true) else { throw lacking("training nodes in split \(split)", "choose another --split") }
  }

  func containsTrainingNode(_ group: [Int]) -> Bool {
    group.contains { flags[$0] }
  }
}
