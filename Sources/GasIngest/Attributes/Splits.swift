import GasBase
import GasEdges
import GasFiles
import GasStore

/// The parts of all nodes in all splits: one byte each, in original order.
struct Splits {
  let count: Int
  private let parts: FlatArray<UInt8>
  private let nodes: NodeIds

  /// How many nodes are in a part of a split.
  func size(of part: SplitPart, in split: Int) -> Int {
    (0..<nodes.count).count { parts[$0 * count + split] == part.rawValue }
  }

  /// Counts how many of some nodes are in each part of each split.
  ///
  /// - Parameter nodes: calls its argument with each of the nodes.
  /// - Returns: counts as `[split][part.rawValue]`, where 0 means no part.
  /// - Throws: what `nodes` throws.
  func sizes(among nodes: (_ count: (_ node: Int) -> Void) throws -> Void) rethrows -> [[Int]] {
    var sizes = [[Int]](repeating: [0, 0, 0, 0], count: count)
    try nodes { node in
      for split in 0..<count { sizes[split][Int(parts[node * count + split])] += 1 }
    }
    return sizes
  }

  /// Whether a node is among the training nodes of any split.
  func trains(on node: Int) -> Bool {
    (0..<count).contains { parts[node * count + $0] == SplitPart.train.rawValue }
  }

  init(_ lists: [SplitList], nodes: NodeIds, scratch: ScratchFolder) throws {
    count = lists.map(\.splitCount).max() ?? 0
    parts = try scratch.zeros(count: nodes.count * count)
    self.nodes = nodes
    for list in lists {
      guard list.split != nil || list.splitCount == 1 || list.splitCount == count else {
        throw GasError(
          expected: "\(count) columns, one for each split as in the other parts", found: "\(list.splitCount)",
          file: list.path)
      }
      try add(list)
    }
  }

  private func add(_ list: SplitList) throws {
    try list.forEachNode { node, listed, column in
      // A list is for all splits, unless it says which one it is for.
      let splits = column.map { $0..<$0 + 1 } ?? list.split.map { $0..<$0 + 1 } ?? 0..<count
      for split in splits {
        let place = node * count + split
        guard parts[place] != list.part.rawValue else { throw list.repetition(of: node, at: listed) }
        guard parts[place] == 0 else {
          let other = SplitPart(rawValue: parts[place])!
          throw GasError(
            "node id \(nodes.text(node)) is in \(other.key) and in \(list.part.key)\(count > 1 ? " of split \(split)" : "")",
            file: list.path)
        }
        parts[place] = list.part.rawValue
      }
    }
  }

  /// Writes the parts in the order of the store's rows.
  func write(_ rows: RowArranger, to store: StoreWriter) throws {
    let column = try store.column(.splits, type: .uint8, width: count, encoding: .raw)
    try rows.write(bytesPerRow: count, to: column) { put in
      for node in 0..<nodes.count { put(node, UnsafeRawBufferPointer(parts[node * count..<(node + 1) * count])) }
    }
  }
}
