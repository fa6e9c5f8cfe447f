import GasBase
import GasFiles
import GasGraph

/// The edges that stand in several relations. Of an edge's rows the first becomes the edge, so that it needs the
/// relations of all others.
///
/// Edges are sorted by their ends, which puts the rows of one side by side, and what was found by the edge, so that it
/// is read as features are written. Memory: that of a sort; disk: 16 bytes an edge.
struct SharedRelations {
  /// The number of an edge and of a relation that one of its later rows is of.
  private struct Addition: SortRecord {
    let key: UInt64

    var edge: Int { Int(key >> 32) }
    var relation: Int { Int(key & 0xffff_ffff) }
  }

  /// The ends of an edge, with its place in the input and its relation.
  private struct Row: SortRecord {
    let key: UInt64
    let edge: UInt32
    let relation: UInt32
  }

  private let additions: GrowingArray<UInt64>
  private var next = 0

  /// Finds the edges.
  ///
  /// - Parameters:
  ///   - edges: all edges, in the order of the input.
  ///   - tables: the relation of each table, and the number of the first edge behind the table.
  ///   - isDirected: whether u → v and v → u are two edges.
  ///   - space: where they are sorted and kept.
  /// - Throws: `GasError` if the disk fails.
  init(
    of edges: EdgeLog<UInt32>, in tables: [(relation: Int, end: Int)], isDirected: Bool, _ space: Workspace
  ) throws {
    additions = try GrowingArray(in: space)
    // More edges cannot have features, which is refused elsewhere.
    guard edges.count < Int(EdgeNumber.none) else { return }
    try Self.checkSpace(edges.count, space)
    let found = try Self.find(edges, tables, isDirected, space)
    let sorter = ExternalSorter<Addition>(keyBits: 64, in: space)
    for place in 0..<found.count { try sorter.append(Addition(key: found[place])) }
    try sorter.forEachSorted { for addition in $0 { try additions.append(addition.key) } }
  }

  /// Refuses edges whose rows the disk has no room for, where they have to go there.
  private static func checkSpace(_ edgeCount: Int, _ space: Workspace) throws {
    let wanted = edgeCount * MemoryLayout<Row>.stride
    let free = try DiskSpace.freeBytes(at: space.scratch.path)
    guard wanted > space.sortBytes / 2, wanted > free else { return }
    throw GasError(
      expected: "\(Units.bytes(wanted)) of free disk to find which of \(edgeCount) edges stand in several relations",
      found: Units.bytes(free), file: space.scratch.path,
      advice: "free some space, or name a folder on another disk with --scratch", status: .refusedBudget)
  }

  private static func find(
    _ edges: EdgeLog<UInt32>, _ tables: [(relation: Int, end: Int)], _ isDirected: Bool, _ space: Workspace
  ) throws -> GrowingArray<UInt64> {
    let sorter = ExternalSorter<Row>(keyBits: 64, in: space)
    var (edge, table) = (0, 0)
    try edges.forEachChunk { chunk in
      for (source, target) in zip(chunk.sources, chunk.targets) {
        while edge == tables[table].end { table += 1 }
        let ends = isDirected || source < target ? (source, target) : (target, source)
        try sorter.append(
          Row(
            key: UInt64(ends.0) << 32 | UInt64(ends.1), edge: UInt32(edge), relation: UInt32(tables[table].relation)))
        edge += 1
      }
    }
    let found = try GrowingArray<UInt64>(in: space)
    var first: Row?
    try sorter.forEachSorted { rows in
      for row in rows {
        guard let kept = first, kept.key == row.key else {
          first = row
          continue
        }
        if kept.relation != row.relation { try found.append(UInt64(kept.edge) << 32 | UInt64(row.relation)) }
      }
    }
    return found
  }

  /// Calls `body` with each further relation of an edge. Edges have to be asked for in the order of the input.
  mutating func forEach(of edge: Int, _ body: (_ relation: Int) -> Void) {
    while next < additions.count {
      let addition = Addition(key: additions[next])
      guard addition.edge == edge else { return }
      body(addition.relation)
      next += 1
    }
  }
}
