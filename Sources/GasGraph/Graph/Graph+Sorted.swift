import GasBase
import GasFiles

extension Graph {
  /// The same graph without directions and weights: what partitioners look at. Self-loops may be left in it.
  package func skeleton(in space: Workspace, _ progress: ProgressDisplay = .none) throws -> Graph {
    guard isDirected else { return self }
    let key = EntryKey(nodeCount: nodeCount)
    let sorter = ExternalSorter<BareEntry>(keyBits: key.bits, in: space)
    try forEachBlock { nodes in
      for node in nodes {
        for entry in entries(of: node) where neighbours[entry] != UInt32(node) {
          try sorter.append(BareEntry(key: key.pack(UInt32(node), neighbours[entry])))
          try sorter.append(BareEntry(key: key.pack(neighbours[entry], UInt32(node))))
        }
      }
    }
    return try Self.lists(sorter, key, like: self, isDirected: false, in: space, progress)
  }

  /// Lists of entries that have been sorted, with what a graph like the given one keeps beside them.
  static func lists<Record: EntryRecord>(
    _ sorter: ExternalSorter<Record>, _ key: EntryKey, like graph: Graph, isDirected: Bool, in space: Workspace,
    _ progress: ProgressDisplay
  ) throws -> Graph {
    let lists = try ListWriter<Record>(
      key, nodeCount: graph.nodeCount, capacity: sorter.count,
      weighted: isDirected == graph.isDirected && graph.weights != nil,
      keepsOrigins: isDirected == graph.isDirected && graph.origins != nil, addsLoops: false, in: space)
    try sorter.write(to: lists, progress)
    return lists.finish(isDirected: isDirected).graph
  }
}
