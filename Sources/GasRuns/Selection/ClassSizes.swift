import GasSettings
import GasStore

/// How many labelled nodes each part of a split has, and how many of them are of each class or have each label. It is
/// as long as there are classes.
public struct ClassSizes: Equatable, Sendable {
  /// The counts of one part.
  public struct Part: Equatable, Sendable {
    /// Nodes of each class, or with each label.
    public internal(set) var positives: [Int]
    /// Nodes of which it is known whether they are: with classes, the labelled nodes.
    public internal(set) var known: [Int]
    /// Nodes of which at least one class, label or value is known (`NodeLabels.isLabelled`).
    public internal(set) var labelled = 0

    init(classCount: Int) {
      positives = [Int](repeating: 0, count: classCount)
      known = positives
    }

    /// Whether some nodes are labelled.
    package var hasNodes: Bool { labelled > 0 }

    /// Whether some nodes are of the class and some are not.
    package func hasBothKinds(of label: Int) -> Bool { 0 < positives[label] && positives[label] < known[label] }

    /// Whether scores of ranks are defined: some class has nodes of both kinds.
    package var hasRanks: Bool { positives.indices.contains(where: hasBothKinds) }
  }

  /// Whether a node has one class, any number of labels, or real values, of which only `known` is counted.
  public let kind: Manifest.Labels.Kind
  /// The name of each class or label, for sentences.
  public let names: [String]
  /// Place 0 is for nodes of stores without splits, and of no part; the others are for the parts.
  private var parts: [Part]

  /// The counts of nodes in no part: of all nodes, in a store without splits.
  package var outside: Part { parts[0] }

  /// The counts of a part.
  public subscript(part: SplitPart) -> Part { parts[Int(part.rawValue)] }

  /// Counts a run's nodes, those of other stores where its settings name some for evaluation.
  ///
  /// - Parameters:
  ///   - store: the store that is trained on.
  ///   - settings: the run's settings.
  ///   - wanted: the parts whose other stores are looked at; of the rest the store's own nodes are counted.
  /// - Throws: `GasError` if labels or splits are damaged, or another store cannot be opened.
  public init(_ store: Store, _ settings: RunSettings, of wanted: [SplitPart] = SplitPart.allCases) throws {
    try self.init(store, split: settings.split)
    for (part, path) in settings.evaluationStores where wanted.contains(part) {
      let other = try Store(opening: path)
      guard other.manifest.labels == store.manifest.labels else { continue }
      let splits = other.manifest.splitCount
      let counts = try ClassSizes(other, split: splits == 1 ? 0 : settings.split)
      parts[Int(part.rawValue)] = counts.parts[splits == 0 ? 0 : Int(part.rawValue)]
    }
  }

  /// Counts a store's nodes.
  ///
  /// - Parameters:
  ///   - store: the store.
  ///   - split: the number of the split, from 0.
  /// - Throws: `GasError` if labels or splits are damaged.
  package init(_ store: Store, split: Int) throws {
    let labels = store.manifest.labels
    kind = labels?.kind ?? .single
    names = try store.classNames()
    parts = [Part](repeating: Part(classCount: labels?.classCount ?? 0), count: 4)
    guard labels != nil else { return }
    for partition in store.partitions.indices { try count(store, store.partitions.nodes(partition), split: split) }
    guard kind == .single else { return }
    for place in parts.indices {
      for label in parts[place].known.indices { parts[place].known[label] = parts[place].labelled }
    }
  }

  /// Counts the nodes of a partition; with classes, how many are of each.
  private mutating func count(_ store: Store, _ nodes: Range<Int>, split: Int) throws {
    defer { store.releaseLabels(of: nodes) }
    let splitCount = store.manifest.splitCount
    let splits = split < splitCount ? try store.splits(of: nodes) : nil
    let width = parts[0].known.count
    func place(_ row: Int) -> Int { splits.map { Int($0[row * splitCount + split]) } ?? 0 }
    switch kind {
    case .single:
      for (row, label) in try store.classes(of: nodes).enumerated() where label >= 0 {
        parts[place(row)].positives[Int(label)] += 1
        parts[place(row)].labelled += 1
      }
    case .multi:
      let targets = try store.targets(of: nodes)
      for row in 0..<nodes.count {
        let part = place(row)
        var isLabelled = false
        for label in 0..<width where targets[row * width + label] != NodeLabels.missing {
          isLabelled = true
          parts[part].known[label] += 1
          if targets[row * width + label] != 0 { parts[part].positives[label] += 1 }
        }
        if isLabelled { parts[part].labelled += 1 }
      }
    case .values:
      let values = try store.values(of: nodes)
      for row in 0..<nodes.count {
        var isLabelled = false
        for column in 0..<width where !values[row * width + column].isNaN {
          isLabelled = true
          parts[place(row)].known[column] += 1
        }
        if isLabelled { parts[place(row)].labelled += 1 }
      }
    }
  }
}
