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
