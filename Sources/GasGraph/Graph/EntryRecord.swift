/// An adjacency entry while it is sorted: the row and the neighbour as a key, and what the graph keeps for each entry.
protocol EntryRecord: SortRecord {
  init(key: UInt64, weight: Float, origin: EdgeNumber)
  var weight: Float { get }
  var origin: EdgeNumber { get }
}

/// An entry of a graph that has nothing but its lists.
package struct BareEntry: EntryRecord {
  /// Row and neighbour (`EntryKey`).
  package let key: UInt64
  var weight: Float { 1 }
  var origin: EdgeNumber { .none }

  init(key: UInt64) { self.key = key }
  init(key: UInt64, weight: Float, origin: EdgeNumber) { self.key = key }
}

/// An entry with a weight, the edge that it came from, or both.
package struct LabelledEntry: EntryRecord {
  /// Row and neighbour (`EntryKey`).
  package let key: UInt64
  let weight: Float
  let origin: EdgeNumber
}

/// Row and neighbour in one number that ascends by row, then by neighbour: row · 2ᵇ + neighbour, where node numbers
/// have b bits.
struct EntryKey: Sendable {
  private let nodeBits: UInt64

  init(nodeCount: Int) {
    nodeBits = UInt64(Int.bitWidth - max(0, nodeCount - 1).leadingZeroBitCount)
  }

  var bits: Int { Int(2 * nodeBits) }

  @inline(__always)
  func pack(_ row: UInt32, _ neighbour: UInt32) -> UInt64 { UInt64(row) << nodeBits | UInt64(neighbour) }
  @inline(__always)
  func row(_ key: UInt64) -> Int { Int(key >> nodeBits) }
  @inline(__always)
  func neighbour(_ key: UInt64) -> UInt32 { UInt32(truncatingIfNeeded: key & (1 << nodeBits - 1)) }
}
