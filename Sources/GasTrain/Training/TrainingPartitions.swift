import GasBase
import GasStore

/// Which partitions hold training nodes with a label: a step without one is skipped. One flag a partition.
struct TrainingPartitions {
  private let flags: [Bool]

  /// Reads the split once.
  ///
  /// - Throws: `GasError` if the store has no features, labels or split to train with, or no training node of the split has a label.
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
    var count = 0
    flags = store.partitions.indices.map { partition in
      let nodes = Self.trainingNodes(store, split, partition)
      count += nodes.all
      return nodes.labelled > 0
    }
    guard count > 0 else { throw lacking("training nodes in split \(split)", "choose another --split") }
    guard flags.contains(true) else {
      throw GasError(
        "none of the \(count) training nodes in split \(split) has a label", file: store.path,
        advice: "choose another --split, or ingest again with --labels that cover them")
    }
  }

  private static func trainingNodes(_ store: Store, _ split: Int, _ partition: Int) -> (all: Int, labelled: Int) {
    let nodes = store.partitions.nodes(partition)
    let (splits, labels) = (store.column(.splits).values, store.column(.labels).values)
    defer {
      splits.release()
      labels.release()
    }
    let (parts, width) = (splits.rows(nodes, as: UInt8.self), store.manifest.splitCount)
    let places = nodes.indices.lazy.map { $0 - nodes.lowerBound }
    let training = places.filter { parts[$0 * width + split] == SplitPart.train.rawValue }
    guard store.manifest.labels?.kind == .single else { return (training.count, training.count) }
    let classes = labels.elements(nodes, as: Int32.self)
    return (training.count, training.count { classes[$0] >= 0 })
  }

  func containsTrainingNode(_ group: [Int]) -> Bool {
    group.contains { flags[$0] }
  }
}
