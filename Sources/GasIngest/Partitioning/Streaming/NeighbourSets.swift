/// The partitions in which a node has a neighbour, and those in which it has two; those 64 apart count as one.
struct NeighbourSet {
  var once: UInt64 = 0
  var twice: UInt64 = 0

  @inline(__always)
  static func bit(_ partition: UInt32) -> UInt64 { 1 << UInt64(partition & 63) }

  /// Adds a neighbour.
  @inline(__always)
  mutating func insert(_ partition: UInt32) {
    twice |= once & Self.bit(partition)
    once |= Self.bit(partition)
  }
}

/// A `NeighbourSet` for each node, 16 bytes.
struct NeighbourSets {
  private let words: FlatArray<UInt64>

  /// - Parameter words: two zeros a node.
  init(words: FlatArray<UInt64>) {
    self.words = words
  }

  @inline(__always)
  subscript(node: Int) -> NeighbourSet {
    get { NeighbourSet(once: words[2 * node], twice: words[2 * node + 1]) }
    nonmutating set {
      words[2 * node] = newValue.once
      words[2 * node + 1] = newValue.twice
    }
  }

  @inline(__always)
  func prefetch(_ node: Int) { words.prefetch(2 * node) }
}
