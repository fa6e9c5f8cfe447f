import GasBase

/// Resolves the neighbours of one partition after the other: in-partition row, or place in the partition's sorted halo list.
///
/// Memory: 8 bytes a node for a table that is reused, and the entries of one partition. Not thread-safe.
struct PartitionEncoder {
  /// What is known of a row as part of a halo.
  private struct HaloPlace {
    /// The partition (plus one) that last had the row in its halo.
    var partition: UInt32 = 0
    var code: UInt32 = 0
  }

  private let graph: Graph
  private let order: NodeOrder
  private let places: FlatArray<HaloPlace>
  private let memory = Buffer<UInt32>()
  private var partition = 0
  /// The partition's lists, end to end, as rows of the store.
  private var rows: [UInt32] = []
  /// Halo rows of the partition at hand, ascending.
  private(set) var halo: [UInt32] = []

  init(_ graph: Graph, _ order: NodeOrder) {
    self.graph = graph
    self.order = order
    places = FlatArray(repeating: HaloPlace(), count: graph.nodeCount)
  }

  private var own: Range<Int> { order.range(of: partition) }

  /// Collects lists and halo of a partition, for `encode`.
  mutating func begin(_ partition: Int) {
    self.partition = partition
    let own = UInt32(own.lowerBound)..<UInt32(own.upperBound)
    let mark = UInt32(partition + 1)
    rows.removeAll(keepingCapacity: true)
    halo.removeAll(keepingCapacity: true)
    for row in own {
      for entry in graph.entries(of: Int(order.nodes[Int(row)])) {
        let neighbour = order.rows[Int(graph.neighbours[entry])]
        rows.append(neighbour)
        if !own.contains(neighbour) && places[Int(neighbour)].partition != mark {
          places[Int(neighbour)].partition = mark
          halo.append(neighbour)
        }
      }
    }
    halo.sort()
    for (place, row) in halo.enumerated() { places[Int(row)].code = UInt32(own.count + place) }
  }

  /// Calls `body` with the codes of each row's list, ascending, the weights beside them (none if the graph has none), and how
  /// many of the codes stay inside the partition.
  func forEachList(
    _ body: (_ codes: UnsafeBufferPointer<UInt32>, _ weights: [Float], _ innerCount: Int) throws -> Void
  ) rethrows {
    let own = UInt32(own.lowerBound)..<UInt32(own.upperBound)
    var first = 0
    for row in own {
      let entries = graph.entries(of: Int(order.nodes[Int(row)]))
      let list = rows[first..<first + entries.count]
      let codes = memory.resized(to: list.count)
      for (place, row) in zip(codes.indices, list) {
        codes[place] = own.contains(row) ? row - own.lowerBound : places[Int(row)].code
      }
      let weights = sort(codes, entries)
      try body(UnsafeBufferPointer(codes), weights, codes.count { $0 < own.count })
      first += list.count
    }
  }

  /// Puts the codes of a list in ascending order.
  ///
  /// - Returns: the list's weights in that order.
  private func sort(_ codes: UnsafeMutableBufferPointer<UInt32>, _ entries: Range<Int>) -> [Float] {
    guard let all = graph.weights else {
      var codes = codes
      codes.sort()
      return []
    }
    // Codes are distinct, so the weight beside one never decides the order.
    let pairs = zip(codes, all[entries]).map { UInt64($0) << 32 | UInt64($1.bitPattern) }.sorted()
    for (place, pair) in pairs.enumerated() { codes[place] = UInt32(pair >> 32) }
    return pairs.map { Float(bitPattern: UInt32(truncatingIfNeeded: $0)) }
  }
}
