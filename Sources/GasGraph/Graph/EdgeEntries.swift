import GasBase
import GasFiles

/// The adjacency entries of a chunk of edges, numbered in the order of the edges. An edge u → v makes one entry of
/// row v and neighbour u; without directions, one of row u and neighbour v comes before it. A self-loop makes one
/// entry, or none where loops are dropped.
struct EdgeEntries {
  let count: Int
  let loopCount: Int
  private let chunk: EdgeChunk<UInt32>
  private let isDirected: Bool
  private let dropsLoops: Bool
  private let parallel: Parallel
  /// The number of each piece's first entry, and the number of all entries.
  private let starts: FlatArray<Int>

  private static let edgesPerPiece = 1 << 12

  init(_ chunk: EdgeChunk<UInt32>, isDirected: Bool, dropsLoops: Bool, _ parallel: Parallel) {
    self.chunk = chunk
    self.isDirected = isDirected
    self.dropsLoops = dropsLoops
    self.parallel = parallel
    let pieceCount = dividedUp(chunk.count, by: Self.edgesPerPiece)
    let loops = FlatArray<Int>(repeating: 0, count: pieceCount)
    parallel.forEachRange(of: chunk.count, chunk: Self.edgesPerPiece) { edges in
      loops[edges.lowerBound / Self.edgesPerPiece] = edges.count { chunk.sources[$0] == chunk.targets[$0] }
    }
    loopCount = loops.all.reduce(0, +)
    starts = FlatArray(count: pieceCount + 1) { piece in
      guard piece < pieceCount else { return 0 }
      let edgeCount = min(Self.edgesPerPiece, chunk.count - piece * Self.edgesPerPiece)
      return (edgeCount - loops[piece]) * (isDirected ? 1 : 2) + (dropsLoops ? 0 : loops[piece])
    }
    count = starts.accumulate()
  }

  /// Calls `body` for the entries of a range, on several threads.
  func forEach(in range: Range<Int>, _ body: (_ entry: Int, _ edge: Int, _ row: UInt32, _ neighbour: UInt32) -> Void) {
    parallel.forEachRange(of: chunk.count, chunk: Self.edgesPerPiece) { edges in
      var entry = starts[edges.lowerBound / Self.edgesPerPiece]
      func give(_ edge: Int, _ row: UInt32, _ neighbour: UInt32) {
        if range.contains(entry) { body(entry, edge, row, neighbour) }
        entry += 1
      }
      for edge in edges {
        let (source, target) = (chunk.sources[edge], chunk.targets[edge])
        if source == target {
          if !dropsLoops { give(edge, target, source) }
          continue
        }
        if !isDirected { give(edge, source, target) }
        give(edge, target, source)
      }
    }
  }
}

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
