/// The rows of the store: nodes by partition, and in original order within.
final class NodeOrder: Sendable {
  /// K+1 numbers: partition p owns the rows `starts[p] ..< starts[p+1]`.
  let starts: [Int]
  /// The node that stands in each row.
  let nodes: FlatArray<UInt32>
  /// The row in which each node stands.
  let rows: FlatArray<UInt32>

  var partitionCount: Int { starts.count - 1 }

  init(_ partitioning: Partitioning) {
    let count = partitioning.partitions.count
    starts = partitioning.sizes.reduce(into: [0]) { $0.append($0.last! + $1) }
    nodes = FlatArray(repeating: 0, count: count)
    rows = FlatArray(repeating: 0, count: count)
    var next = starts
    for node in 0..<count {
      let partition = Int(partitioning.partitions[node])
      nodes[next[partition]] = UInt32(node)
      rows[node] = UInt32(next[partition])
      next[partition] += 1
    }
  }

  func range(of partition: Int) -> Range<Int> { starts[partition]..<starts[partition + 1] }
}
