import GasFiles

/// What is asked of a node for its neighbours' sake: its partition, the partitions in which it has a neighbour, and those in which it
/// has two; partitions 48 apart count as one. Together in 16 bytes, so that memory has to answer once.
struct Neighbourhood {
  /// The partitions with a neighbour below, the lower half of the node's own above.
  private var first: UInt64
  /// Those with two below, the upper half above.
  private var second: UInt64

  private static let setBits: UInt64 = 48

  /// A node whose neighbours are not known yet.
  init(in partition: UInt32) {
    first = UInt64(partition & 0xffff) << Self.setBits
    second = UInt64(partition >> 16) << Self.setBits
  }

  fileprivate init(_ first: UInt64, _ second: UInt64) {
    self.first = first
    self.second = second
  }

  fileprivate var words: (UInt64, UInt64) { (first, second) }

  /// The bit that stands for a partition.
  @inline(__always)
  static func bit(_ partition: UInt32) -> UInt64 { 1 << (UInt64(partition) % setBits) }

  @inline(__always)
  var partition: UInt32 {
    UInt32(truncatingIfNeeded: first >> Self.setBits) | UInt32(truncatingIfNeeded: second >> Self.setBits) << 16
  }

  @inline(__always)
  func hasNeighbour(_ bit: UInt64) -> Bool { first & bit != 0 }

  @inline(__always)
  func hasTwo(_ bit: UInt64) -> Bool { second & bit != 0 }

  /// Adds a neighbour in the partition of a bit.
  @inline(__always)
  mutating func insert(_ bit: UInt64) {
    second |= first & bit
    first |= bit
  }

  /// The same neighbours from another partition.
  func moved(to partition: UInt32) -> Neighbourhood {
    let low: UInt64 = 1 << Self.setBits - 1
    let empty = Neighbourhood(in: partition)
    return Neighbourhood(empty.first | first & low, empty.second | second & low)
  }
}

/// A `Neighbourhood` for each node.
struct Neighbourhoods {
  private let words: FlatArray<UInt64>

  /// - Parameter words: two a node.
  init(words: FlatArray<UInt64>) {
    self.words = words
  }

  @inline(__always)
  subscript(node: Int) -> Neighbourhood {
    get { Neighbourhood(words[2 * node], words[2 * node + 1]) }
    nonmutating set { (words[2 * node], words[2 * node + 1]) = newValue.words }
  }

  @inline(__always)
  func prefetch(_ node: Int) { words.prefetch(2 * node) }
}
