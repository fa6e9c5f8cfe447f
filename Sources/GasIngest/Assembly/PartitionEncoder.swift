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
  private let pairs = Buffer<UInt64>()
  private let entries = Buffer<Int>()
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

  /// A row's list as the store holds it.
  struct List {
    /// Ascending.
    let codes: UnsafeBufferPointer<UInt32>
    /// The graph's entry that each code stands for; empty if the graph has nothing beside its entries.
    let entries: UnsafeBufferPointer<Int>
    /// How many of the codes stay inside the partition.
    let innerCount: Int
  }

  /// Calls `body` with the list of each row of the partition, valid until it returns.
  func forEachList(_ body: (List) throws -> Void) rethrows {
    let own = UInt32(own.lowerBound)..<UInt32(own.upperBound)
    var first = 0
    for row in own {
      let entries = graph.entries(of: Int(order.nodes[Int(row)]))
      let list = rows[first..<first + entries.count]
      try body(sorted(list.lazy.map { own.contains($0) ? $0 - own.lowerBound : places[Int($0)].code }, entries))
      first += list.count
    }
  }

  /// Puts codes in ascending order, and beside each the entry that it came with.
  private func sorted(_ unsorted: some Sequence<UInt32>, _ range: Range<Int>) -> List {
    var codes = memory.resized(to: range.count)
    guard graph.weights != nil || graph.origins != nil else {
      _ = codes.update(from: unsorted)
      codes.sort()
      return list(codes, entries.resized(to: 0))
    }
    var pairs = pairs.resized(to: range.count)
    // Codes are distinct, so the place beside one never decides the order.
    for (place, code) in unsorted.enumerated() { pairs[place] = UInt64(code) << 32 | UInt64(place) }
    pairs.sort()
    let entries = entries.resized(to: range.count)
    for (place, pair) in pairs.enumerated() {
      codes[place] = UInt32(pair >> 32)
      entries[place] = range.lowerBound + Int(UInt32(truncatingIfNeeded: pair))
    }
    return list(codes, entries)
  }

  private func list(_ codes: UnsafeMutableBufferPointer<UInt32>, _ entries: UnsafeMutableBufferPointer<Int>) -> List {
    List(
      codes: UnsafeBufferPointer(codes), entries: UnsafeBufferPointer(entries),
      innerCount: codes.count { $0 < own.count })
  }
}
