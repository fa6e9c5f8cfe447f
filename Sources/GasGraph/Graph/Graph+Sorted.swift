import GasBase
import GasFiles

extension Graph {
  /// The same graph without directions and weights, which partitioners use. It may still have self-loops.
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

  /// Makes the lists of sorted entries, with what a graph like the given one keeps for each entry.
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
