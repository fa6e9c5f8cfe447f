import GasRuns
import GasStore

/// What a report shows of a store.
struct GraphFigures {
  /// The labelled nodes of a class, or with a label, in each part.
  struct ClassCount {
    let name: String
    let train: Int
    let val: Int
    let test: Int
    /// Nodes in no part: all of a store without splits.
    let outside: Int

    var all: Int { train + val + test + outside }
  }

  /// A store that the nodes of a part come from in the place of those of this one.
  struct OtherStore: Hashable {
    let part: SplitPart
    let path: String
    let nodeCount: Int
    let entryCount: Int
  }

  let statistics: StoreStatistics
  /// The other stores that the run is scored on whose nodes are counted.
  let others: [OtherStore]
  /// The name of that run, where the page has several.
  let countedRun: String?
  let checksum: String
  /// The split that the counts are of.
  let split: Int
  let kind: Manifest.Labels.Kind
  let classCount: Int
  /// Nodes of all parts, and of none, that have a label.
  let labelledCount: Int
  /// The classes or labels that most nodes have, the most frequent first.
  let classes: [ClassCount]
  /// All others together; `nil` if there are none.
  let rest: ClassCount?

  static let mostClasses = 20

  /// Reads degrees, halos, labels and splits.
  ///
  /// - Parameters:
  ///   - store: the store.
  ///   - settings: those of the run whose nodes are counted.
  ///   - name: its name, where the page has several.
  /// - Throws: `GasError` if a column is damaged, or another store cannot be opened.
  init(_ store: Store, _ settings: RunSettings, ofRun name: String?) throws {
    statistics = try StoreStatistics(store)
    checksum = store.manifest.checksum
    let sizes = try ClassSizes(store, settings)
    (split, countedRun) = (settings.split, name)
    others = try settings.evaluationStores.map { part, path in
      let other = try Store(opening: path)
      return OtherStore(
        part: part, path: path, nodeCount: other.nodeCount, entryCount: Int(other.manifest.edgeCount))
    }
    kind = sizes.kind
    classCount = kind == .values ? 0 : sizes.names.count
    labelledCount = sizes.outside.labelled + SplitPart.allCases.reduce(0) { $0 + sizes[$1].labelled }
    let all = (0..<classCount).map { label in
      ClassCount(
        name: sizes.names[label], train: sizes[.train].positives[label], val: sizes[.validation].positives[label],
        test: sizes[.test].positives[label], outside: sizes.outside.positives[label])
    }
    let order = all.indices.sorted { (all[$1].all, $0) < (all[$0].all, $1) }.map { all[$0] }
    classes = Array(order.prefix(Self.mostClasses))
    let more = order.dropFirst(Self.mostClasses)
    rest =
      more.isEmpty
      ? nil
      : ClassCount(
        name: "\(more.count) others", train: more.reduce(0) { $0 + $1.train }, val: more.reduce(0) { $0 + $1.val },
        test: more.reduce(0) { $0 + $1.test }, outside: more.reduce(0) { $0 + $1.outside })
  }
}
