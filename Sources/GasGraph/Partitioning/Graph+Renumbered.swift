import GasBase
import GasFiles

extension Graph {
  /// How many nodes' entries a thread processes at a time.
  private static var nodesPerPiece: Int { 256 }

  /// The same graph with rows for nodes: its node v is the node of row v.
  package func renumbered(
    by order: NodeOrder, in space: Workspace, _ progress: ProgressDisplay = .none
  ) throws -> Graph {
    weights == nil && origins == nil
      ? try renumbered(order, space, progress, of: BareEntry.self)
      : try renumbered(order, space, progress, of: LabelledEntry.self)
  }

  private func renumbered<Record: EntryRecord>(
    _ order: NodeOrder, _ space: Workspace, _ progress: ProgressDisplay, of type: Record.Type
  ) throws -> Graph {
    let key = EntryKey(nodeCount: nodeCount)
    let sorter = ExternalSorter<Record>(keyBits: key.bits, in: space)
    let line = progress.line("renumbering entries", total: entryCount, unit: "entries")
    try forEachBlock { nodes in
      let first = starts[nodes.lowerBound]
      try sorter.append(count: starts[nodes.upperBound] - first) { range, places in
        let entries = first + range.lowerBound..<first + range.upperBound
        space.parallel.forEachRange(of: nodes, chunk: Self.nodesPerPiece) { nodes, _ in
          for node in nodes {
            let row = order.rows[node]
            for entry in self.entries(of: node).clamped(to: entries) {
              lookAhead(from: entry) { order.rows.prefetch($0) }
              places[entry - entries.lowerBound] = Record(
                key: key.pack(row, order.rows[Int(neighbours[entry])]), weight: weights?[entry] ?? 1,
                origin: origins?[entry] ?? .none)
            }
          }
        }
      }
      line?.advance(by: starts[nodes.upperBound] - first)
    }
    line?.finish()
    return try Self.lists(sorter, key, like: self, isDirected: isDirected, in: space, progress)
  }
}
