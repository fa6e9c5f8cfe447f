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
