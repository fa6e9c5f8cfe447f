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

  let statistics: StoreStatistics
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
  let others: ClassCount?

  static let mostClasses = 20

  /// Reads degrees, halos, labels and splits.
  ///
  /// - Parameters:
  ///   - store: the store.
  ///   - sizes: the sizes of classes.
  ///   - split: the split that they are of.
  /// - Throws: `GasError` if a column is damaged.
  init(_ store: Store, _ sizes: ClassSizes, split: Int) throws {
    statistics = try StoreStatistics(store)
    checksum = store.manifest.checksum
    self.split = split
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
    let rest = order.dropFirst(Self.mostClasses)
    others =
      rest.isEmpty
      ? nil
      : ClassCount(
        name: "\(rest.count) others", train: rest.reduce(0) { $0 + $1.train }, val: rest.reduce(0) { $0 + $1.val },
        test: rest.reduce(0) { $0 + $1.test }, outside: rest.reduce(0) { $0 + $1.outside })
  }
}
