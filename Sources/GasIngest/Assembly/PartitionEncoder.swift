/// Resolves the neighbours of one partition after the other: in-partition row, or place in the partition's sorted halo list.
///
/// Memory: 8 bytes a node for two tables that are reused, and the halo of one partition. Not thread-safe.
struct PartitionEncoder {
  private let graph: Graph
  private let order: NodeOrder
  /// The partition (plus one) that last had this row in its halo.
  private let seenBy: FlatArray<UInt32>
  /// The code of each row of the halo at hand.
  private let codes: FlatArray<UInt32>
  private var partition = 0
  /// Halo rows of the partition at hand, ascending.
  private(set) var halo: [UInt32] = []

  init(_ graph: Graph, _ order: NodeOrder) {
    self.graph = graph
    self.order = order
    seenBy = FlatArray(repeating: 0, count: graph.nodeCount)
    codes = FlatArray(repeating: 0, count: graph.nodeCount)
  }

  /// Collects the halo of a partition, for `encode`.
  mutating func begin(_ partition: Int) {
    self.partition = partition
    let own = order.range(of: partition)
    let mark = UInt32(partition + 1)
    halo.removeAll(keepingCapacity: true)
    for row in own {
      for entry in graph.entries(of: Int(order.nodes[row])) {
        let neighbour = order.rows[Int(graph.neighbours[entry])]
        if !own.contains(Int(neighbour)) && seenBy[Int(neighbour)] != mark {
          seenBy[Int(neighbour)] = mark
          halo.append(neighbour)
        }
      }
    }
    halo.sort()
    for (place, row) in halo.enumerated() { codes[Int(row)] = UInt32(own.count + place) }
  }

  /// Appends the codes of a row's list, ascending, and the weights beside them.
  ///
  /// - Returns: how many of them stay inside the partition.
  func encode(_ row: Int, codes list: inout [UInt32], weights: inout [Float]) -> Int {
    let own = order.range(of: partition)
    let entries = graph.entries(of: Int(order.nodes[row]))
    let first = list.count
    for entry in entries {
      let neighbour = order.rows[Int(graph.neighbours[entry])]
      list.append(own.contains(Int(neighbour)) ? neighbour - UInt32(own.lowerBound) : codes[Int(neighbour)])
    }
    if let all = graph.weights {
      // Codes are distinct, so the weight beside one never decides the order.
      let pairs = zip(list[first...], all[entries]).map { UInt64($0) << 32 | UInt64($1.bitPattern) }.sorted()
      list.replaceSubrange(first..., with: pairs.lazy.map { UInt32($0 >> 32) })
      weights.append(contentsOf: pairs.lazy.map { Float(bitPattern: UInt32(truncatingIfNeeded: $0)) })
    } else {
      list[first...].sort()
    }
    return list[first...].count { $0 < own.count }
  }
}
