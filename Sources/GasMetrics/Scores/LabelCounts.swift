import GasStore

/// The number of nodes of each part of a split that have a label, and of those that have none. The latter are neither
/// trained on nor scored. With multiple labels or values a node has none where all of its own are missing.
public struct LabelCounts: PartTable, Codable, Equatable, Sendable {
  /// The counts of one part.
  public struct Part: Codable, Equatable, Sendable {
    /// The number of nodes with a label.
    public var labelled = 0
    /// The number of nodes without a label.
    public var unlabelled = 0
  }

  /// The training nodes.
  public var train = Part()
  /// The validation nodes.
  public var val = Part()
  /// The test nodes.
  public var test = Part()

  /// Counts nothing yet.
  public init() {}

  /// Counts the nodes of a store. If the store has no such split, the counts are 0.
  ///
  /// - Parameters:
  ///   - store: the store.
  ///   - split: the number of the split, from 0.
  /// - Throws: `GasError` if labels or splits are damaged.
  public init(_ store: Store, split: Int) throws {
    guard split < store.manifest.splitCount else { return }
    for partition in store.partitions.indices { self += try LabelCounts(store, partition: partition, split: split) }
  }

  /// Counts the nodes of one partition in one pass over its labels and split.
  ///
  /// - Parameters:
  ///   - store: the store.
  ///   - partition: the partition's number.
  ///   - split: the number of the split, from 0; the store must have it.
  /// - Throws: `GasError` if labels or splits are damaged.
  package init(_ store: Store, partition: Int, split: Int) throws {
    let nodes = store.partitions.nodes(partition)
    defer { store.releaseLabels(of: nodes) }
    let parts = try store.splits(of: nodes)
    let hasLabels = store.manifest.labels != nil
    let labels = try store.labels(of: nodes)
    for row in 0..<nodes.count {
      guard let part = SplitPart(rawValue: parts[row * store.manifest.splitCount + split]) else { continue }
      if !hasLabels || labels.isLabelled(row) { self[part].labelled += 1 } else { self[part].unlabelled += 1 }
    }
  }

  /// Adds the counts of other partitions.
  package static func += (sum: inout LabelCounts, more: LabelCounts) {
    for part in SplitPart.allCases {
      sum[part].labelled += more[part].labelled
      sum[part].unlabelled += more[part].unlabelled
    }
  }

  /// Tells which parts have nodes without a label.
  ///
  /// - Parameters:
  ///   - split: the number of the split, which is named where the store has several.
  ///   - parts: the parts of the store that are used.
  /// - Returns: a sentence for each part that has such nodes.
  public func notes(split: Int? = nil, parts: some Sequence<SplitPart> = SplitPart.allCases) -> [String] {
    parts.compactMap { part in
      let (count, total) = (self[part].unlabelled, self[part].unlabelled + self[part].labelled)
      guard count > 0 else { return nil }
      let name = part == .train ? "training" : part == .validation ? "validation" : "test"
      return "\(count) of the \(total) \(name) nodes\(split.map { " of split \($0)" } ?? "") "
        + (count == 1 ? "has no label and is not " : "have no label and are not ")
        + (part == .train ? "trained on" : "scored")
    }
  }
}
