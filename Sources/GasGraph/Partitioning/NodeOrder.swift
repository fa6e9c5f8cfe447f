import GasBase
import GasFiles

/// The order of the nodes in a partition, as `--order` names it.
public enum NodeOrderKind: String, CaseIterable, Codable, Sendable {
  /// Rows that the same other partitions read lie together (`ReaderSets`), then the rows that none reads.
  case border
  /// The order of the input.
  case original
}

/// The rows of the store: nodes by partition, and within a partition in the order of a `NodeOrderKind`.
package final class NodeOrder: Sendable {
  /// K+1 numbers: partition p owns the rows `starts[p] ..< starts[p+1]`.
  package let starts: [Int]
  /// The node of each row.
  package let nodes: FlatArray<UInt32>
  /// The row of each node.
  package let rows: FlatArray<UInt32>

  /// The number of partitions K.
  package var partitionCount: Int { starts.count - 1 }

  /// Orders the nodes of a graph.
  ///
  /// Memory: for `border` 8 bytes a node of the largest partition for each thread. Arrays as long as the graph are in
  /// scratch files: 8 bytes a node, and for `border` 16 more. Those are accessed in the order of the nodes, row by row
  /// at one place a partition, if the graph is undirected, and at random for each cut entry if it is directed.
  ///
  /// - Parameters:
  ///   - partitioning: the partition of each node.
  ///   - kind: the order in a partition.
  ///   - graph: the graph in original order.
  ///   - space: where arrays are kept.
  ///   - progress: what is shown meanwhile.
  /// - Throws: `GasError` if the disk has no space for the scratch files.
  package init(
    _ partitioning: Partitioning, _ kind: NodeOrderKind, of graph: Graph, in space: Workspace,
    _ progress: ProgressDisplay = .none
  ) throws {
    let count = partitioning.partitions.count
    starts = partitioning.sizes.reduce(into: [0]) { $0.append($0.last! + $1) }
    nodes = try space.zeros(count: count)
    rows = try space.randomAccessZeros(count: count)
    var next = starts
    for node in 0..<count {
      let partition = Int(partitioning.partitions[node])
      nodes[next[partition]] = UInt32(node)
      rows[node] = UInt32(next[partition])
      next[partition] += 1
    }
    guard kind == .border && partitionCount > 1 else { return }
    let readers = try ReaderSets(of: graph, partitioning, rows: rows, in: space, progress)
    let sorters = (0..<space.parallel.threadCount).map { _ in BorderSorter(readers) }
    space.parallel.forEach(count: partitionCount) { partition, worker in
      sorters[worker].sort(range(of: partition), of: self)
    }
  }

  /// The rows of a partition.
  package func range(of partition: Int) -> Range<Int> { starts[partition]..<starts[partition + 1] }
}

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
