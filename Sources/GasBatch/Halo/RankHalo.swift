import GasBase

/// Halo rows where they lie, of which other ranks write some: those that are their own.
package final class RankHalo: HaloSupply {
  private let direct: DirectHalo
  /// The partitions of other ranks whose rows are written to the histories at the end of each step of the epoch.
  package var writtenAtEnd: [[Int]] = []

  /// - Parameter readsInPlace: as `DirectHalo` has it.
  package init(readsInPlace: Bool) { direct = DirectHalo(readsInPlace: readsInPlace) }

  package func begin(_ groups: [[Int]], following: [[Int]]?, sources: [EncodedRows]) {
    direct.begin(groups, following: following, sources: sources)
  }
  package func rows(for position: Int) -> any HaloRows { direct.rows(for: position) }
  package var showsLastPush: Bool { true }
  package func writtenElsewhere(at position: Int) -> [Int] {
    writtenAtEnd.indices.contains(position) ? writtenAtEnd[position] : []
  }
}
