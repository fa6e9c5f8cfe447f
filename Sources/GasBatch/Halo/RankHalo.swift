import GasBase

/// Halo rows where they lie, of which other ranks write some: those that are their own.
package final class RankHalo: HaloSupply {
  private let direct: DirectHalo
  /// The partitions that other ranks push in each step of the epoch, whose rows are there when the step is done.
  package var pushedElsewhere: [[Int]] = []

  /// - Parameter readsInPlace: as `DirectHalo` has it.
  package init(readsInPlace: Bool) { direct = DirectHalo(readsInPlace: readsInPlace) }

  package func begin(_ groups: [[Int]], following: [[Int]]?, sources: [EncodedRows]) {
    direct.begin(groups, following: following, sources: sources)
  }
  package func rows(for position: Int) -> any HaloRows { direct.rows(for: position) }
  package var showsLastPush: Bool { true }
  package func pushedElsewhere(at position: Int) -> [Int] {
    pushedElsewhere.indices.contains(position) ? pushedElsewhere[position] : []
  }
}
