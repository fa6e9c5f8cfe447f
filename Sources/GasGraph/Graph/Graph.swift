import GasBase
import GasFiles

/// In-neighbour lists of all nodes, one after the other: row v has the entries `starts[v] ..< starts[v+1]`, strictly
/// ascending.
package final class Graph: Sendable {
  /// The number of nodes.
  package let nodeCount: Int
  /// `nodeCount + 1` numbers.
  package let starts: FlatArray<Int>
  /// The neighbours in all lists.
  package let neighbours: FlatArray<UInt32>
  /// A weight for each entry; nil if the graph has no weights.
  package let weights: FlatArray<Float>?
  /// The edge of the input that each entry came from; only where edge features need it.
  package let origins: FlatArray<EdgeNumber>?
  /// Whether an edge is in one list only.
  package let isDirected: Bool

  init(
    starts: FlatArray<Int>, neighbours: FlatArray<UInt32>, weights: FlatArray<Float>?,
    origins: FlatArray<EdgeNumber>? = nil, isDirected: Bool
  ) {
    nodeCount = starts.count - 1
    self.starts = starts
    self.neighbours = neighbours
    self.weights = weights
    self.origins = origins
    self.isDirected = isDirected
  }

  /// The number of entries in all lists.
  package var entryCount: Int { starts[nodeCount] }

  /// The entries of a node's list.
  @inline(__always)
  package func entries(of node: Int) -> Range<Int> { starts[node]..<starts[node + 1] }

  /// How many entries a node's list has.
  @inline(__always)
  package func degree(_ node: Int) -> Int { starts[node + 1] - starts[node] }

  /// Calls `body` with the neighbour that comes some entries later in the lists, so that its values can be prefetched
  /// now.
  @inline(__always)
  func lookAhead(from entry: Int, _ body: (_ neighbour: Int) -> Void) {
    body(Int(neighbours[min(entry + Self.entriesAhead, neighbours.count - 1)]))
  }

  /// About as many entries as are processed during one access to memory.
  private static let entriesAhead = 32

  /// The sum of the weights of a node's list, in the order of the list.
  package func weightedDegree(_ node: Int) -> Float {
    guard let weights else { return Float(degree(node)) }
    // Added up in double precision, so that long lists lose nothing.
    return Float(entries(of: node).reduce(0.0) { $0 + Double(weights[$1]) })
  }

  /// Whether a node is in its own list, by bisection.
  package func hasSelfLoop(_ node: Int) -> Bool {
    let entry = firstEntry(of: entries(of: node), from: UInt32(node))
    return entry < starts[node + 1] && neighbours[entry] == UInt32(node)
  }

  /// Finds the first entry of a part of a list whose neighbour is at least the given one.
  package func firstEntry(of entries: Range<Int>, from neighbour: UInt32) -> Int {
    entries.partitioningIndex { neighbours[$0] >= neighbour }
  }

  /// Calls `body` with consecutive ranges of nodes, of about `entriesPerBlock` entries each (one node may have more),
  /// and gives their memory back: for passes over all lists of a graph in scratch files.
  package func forEachBlock(_ body: (Range<Int>) throws -> Void) rethrows {
    var first = 0
    while first < nodeCount {
      var last = first + 1
      while last < nodeCount && starts[last + 1] - starts[first] <= Self.entriesPerBlock { last += 1 }
      try body(first..<last)
      release(first..<last)
      first = last
    }
  }

  private static let entriesPerBlock = 1 << 20

  /// Gives back the memory of the nodes' lists.
  package func release(_ nodes: Range<Int>) {
    let entries = starts[nodes.lowerBound]..<starts[nodes.upperBound]
    starts.release(nodes)
    neighbours.release(entries)
    weights?.release(entries)
    origins?.release(entries)
  }
}
