import GasFiles

/// What neighbours need to know of a node: its partition, the partitions in which it has a neighbour, and those in
/// which it has two. Partitions 48 apart count as one. It takes 16 bytes, so that one access to memory finds all of it.
struct Neighbourhood {
  /// Low bits: the partitions with a neighbour. High bits: the lower half of the node's own partition.
  private var first: UInt64
  /// Low bits: the partitions with two neighbours. High bits: the upper half of the node's own partition.
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

  /// The bit of a partition.
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

  /// Adds a neighbour in the partition that has this bit.
  @inline(__always)
  mutating func insert(_ bit: UInt64) {
    second |= first & bit
    first |= bit
  }

  /// Adds some neighbours, at least one, in the partition that has this bit.
  @inline(__always)
  mutating func insert(_ bit: UInt64, _ count: UInt32) {
    second |= count > 1 ? bit : first & bit
    first |= bit
  }

  /// The same neighbours, seen from another partition.
  func moved(to partition: UInt32) -> Neighbourhood {
    let low: UInt64 = 1 << Self.setBits - 1
    let empty = Neighbourhood(in: partition)
    return Neighbourhood(empty.first | first & low, empty.second | second & low)
  }
}

/// A `Neighbourhood` for each node.
struct Neighbourhoods {
  private let words: FlatArray<UInt64>

  /// Views an array of two words a node.
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
