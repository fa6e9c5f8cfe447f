import GasBase
import GasFiles

/// Divides the original order into equal ranges.
package struct ContiguousPartitioner: Partitioner {

  /// There is nothing to choose.
  package init() {
  }
  /// Divides a graph into `count` ranges.
  package func divide(_ graph: Graph, into count: Int) -> Partitioning {
    let nodeCount = graph.nodeCount
    return Partitioning(count: count, partitions: FlatArray(count: nodeCount) { UInt32($0 * count / nodeCount) })
  }
}

/// Shuffles the nodes and divides them into equal ranges.
package struct RandomPartitioner: Partitioner {
  let seed: UInt64

  /// Shuffles by the seed.
  package init(seed: UInt64) {
    self.seed = seed
  }

  /// Divides a graph into `count` partitions.
  package func divide(_ graph: Graph, into count: Int) -> Partitioning {
    let ranges = ContiguousPartitioner().divide(graph, into: count)
    let partitions = ranges.partitions
    var random = SeededRandom(seed: seed)
    // Fisher–Yates, on the partition numbers themselves.
    for last in stride(from: partitions.count - 1, to: 0, by: -1) {
      let other = random.below(last + 1)
      (partitions[last], partitions[other]) = (partitions[other], partitions[last])
    }
    return ranges
  }
}
