import GasBase
import GasFiles
import GasRanks
import GasStore

/// The part of the work on a store that one of several ranks has: partitions of its own, and the rows of others that
/// its batches read, its *ghosts*.
///
/// Which rows these are follows from the halo lists. The ranks tell each other once; afterwards both ends of a message
/// know which rows it holds, in which order, and no row numbers travel. Memory: some numbers for each partition. The
/// lists are in mapped files.
package final class RankPart {
  /// The ranks.
  package let group: RankGroup
  /// The partitions of each rank.
  package let shares: [Range<Int>]
  /// The ghosts, by partition.
  let ghosts: RowLists
  /// For each rank the rows of own partitions that are its ghosts, by partition.
  let wanted: [RowLists]
  /// The most ghosts that any rank has, or rows that it sends, at once.
  let mostRows: Int

  /// The partitions of this rank.
  package var own: Range<Int> { shares[group.rank] }
  /// How many rows of other ranks this one reads.
  package var ghostCount: Int { ghosts.rows.count }
  /// How many rows this rank sends where each row that others read is sent to each of them once.
  package var sentCount: Int { wanted.reduce(0) { $0 + $1.rows.count } }

  /// Reads the halo lists of the rank's partitions. All ranks make theirs at the same time.
  ///
  /// - Parameters:
  ///   - store: the store; of its rows the rank reads its own and the ghosts alone.
  ///   - group: the ranks.
  ///   - folder: the folder whose disk takes the lists.
  /// - Throws: `GasError` if the store is damaged, or a message cannot be sent.
  package init(_ store: Store, _ group: RankGroup, scratchIn folder: String) throws {
    let (table, scratch) = (store.partitions, try ScratchFolder(at: folder))
    let shares = RankShares.divided(table, among: group.count)
    let own = shares[group.rank]
    (self.group, self.shares) = (group, shares)
    let ghosts = try RowLists(of: table, marked: RowMarks(of: own, in: store, scratch), in: scratch)
    let counts = try Self.exchangedCounts(ghosts, shares, group)
    wanted = try counts.map { try RowLists(of: own, counts: $0, in: scratch) }
    try group.exchange(
      shares.map { UnsafeRawBufferPointer(ghosts.rows[ghosts.places($0)]) },
      wanted.map { UnsafeMutableRawBufferPointer($0.rows.all) })
    self.ghosts = ghosts
    let most = max(ghosts.rows.count, wanted.reduce(0) { $0 + $1.rows.count })
    mostRows = try group.gatheredSizes(most).reduce(0, max)
    release()
  }

  /// How many rows of each own partition each rank wants.
  private static func exchangedCounts(
    _ ghosts: RowLists, _ shares: [Range<Int>], _ group: RankGroup
  ) throws -> [[Int]] {
    let own = shares[group.rank]
    let sent = shares.map { share in share.map { ghosts.count(of: $0) } }
    let memory = UnsafeMutableBufferPointer<Int>.allocate(capacity: max(1, own.count * group.count))
    defer { memory.deallocate() }
    let flat = UnsafeMutableBufferPointer<Int>.allocate(capacity: max(1, shares.reduce(0) { $0 + $1.count }))
    defer { flat.deallocate() }
    _ = flat.update(fromContentsOf: sent.joined())
    try group.exchange(
      shares.map { UnsafeRawBufferPointer(UnsafeMutableBufferPointer(rebasing: flat[$0])) },
      group.ranks.map {
        UnsafeMutableRawBufferPointer(
          UnsafeMutableBufferPointer(rebasing: memory[$0 * own.count..<($0 + 1) * own.count]))
      })
    return group.ranks.map { Array(memory[$0 * own.count..<($0 + 1) * own.count]) }
  }

  /// The rows that the rank's batches touch, as ranges: its own, and in each other partition those from the first ghost
  /// to the last, if a quarter of them at least are ghosts.
  package func touchedRows(of table: PartitionTable) -> [Range<Int>] {
    table.indices.compactMap { partition in
      if own.contains(partition) { return table.nodes(partition) }
      let rows = ghosts[partition]
      guard let first = rows.first, let last = rows.last, 4 * rows.count > Int(last - first) else { return nil }
      return Int(first)..<Int(last) + 1
    }
  }

  /// Takes the lists out of resident memory; nothing is lost.
  package func release() {
    ghosts.release()
    for lists in wanted { lists.release() }
  }
}
