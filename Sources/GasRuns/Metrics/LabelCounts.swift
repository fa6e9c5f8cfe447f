import GasStore

/// How many nodes of each part of a split have a label, and how many have none. The latter are neither trained on nor
/// scored. With multiple labels each node has some, if only that none applies.
public struct LabelCounts: Codable, Equatable, Sendable {
  public struct Part: Codable, Equatable, Sendable {
    public var labelled = 0
    public var unlabelled = 0
  }

  public var train = Part()
  public var val = Part()
  public var test = Part()

  public init() {}

  public subscript(part: SplitPart) -> Part {
    get {
      switch part {
      case .train: train
      case .validation: val
      case .test: test
      }
    }
    set {
      switch part {
      case .train: train = newValue
      case .validation: val = newValue
      case .test: test = newValue
      }
    }
  }

  /// Of a store that has no such split, zeros.
  ///
  /// - Throws: `GasError` if labels or splits are damaged.
  public init(_ store: Store, split: Int) throws {
    guard split < store.manifest.splitCount else { return }
    for partition in store.partitions.indices { self += try LabelCounts(store, partition: partition, split: split) }
  }

  /// Of one partition: one pass over its labels and split.
  package init(_ store: Store, partition: Int, split: Int) throws {
    let nodes = store.partitions.nodes(partition)
    defer { store.releaseLabels(of: nodes) }
    let parts = try store.splits(of: nodes)
    let labels = store.manifest.labels?.kind == .single ? try store.classes(of: nodes) : nil
    for row in 0..<nodes.count {
      guard let part = SplitPart(rawValue: parts[row * store.manifest.splitCount + split]) else { continue }
      if labels.map({ $0[row] >= 0 }) ?? true { self[part].labelled += 1 } else { self[part].unlabelled += 1 }
    }
  }

  /// Counts of partitions add up.
  package static func += (sum: inout LabelCounts, more: LabelCounts) {
    for part in SplitPart.allCases {
      sum[part].labelled += more[part].labelled
      sum[part].unlabelled += more[part].unlabelled
    }
  }

  /// A sentence for each part that has nodes without a label.
  ///
  /// - Parameters:
  ///   - split: named where the store has several.
  ///   - parts: those that are used of the store.
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
