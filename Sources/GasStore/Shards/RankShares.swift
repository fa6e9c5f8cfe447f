import GasBase

/// Which partitions each of several ranks computes: ranges that follow each other, of about as many entries and nodes.
package enum RankShares {
  /// Refuses more ranks than there are partitions.
  ///
  /// - Throws: `GasError` that says how many there may be.
  package static func checkAllHaveSome(of store: Store, ranks count: Int) throws {
    guard count > store.partitions.count else { return }
    throw GasError(
      "has \(Units.plural(store.partitions.count, "partition")), too few for \(count) ranks: some would have nothing to do",
      file: store.path,
      advice: "pass at most --ranks \(store.partitions.count), or ingest with more --partitions")
  }

  /// Divides the partitions. Each rank has one at least, as long as there are enough.
  ///
  /// - Parameters:
  ///   - table: the partitions of a store.
  ///   - count: how many ranks there are.
  /// - Returns: the partitions of each rank.
  package static func divided(_ table: PartitionTable, among count: Int) -> [Range<Int>] {
    // A row costs products, and an entry a sum: both are work.
    let ends = table.indices.map { table.nodes($0).upperBound + table.edges($0).upperBound }
    let total = ends.last ?? 0
    var starts = [0]
    for rank in 1..<max(1, count) {
      let wanted = total / count * rank + total % count * rank / count
      let above = ends.partitioningIndex { $0 > wanted }
      // The partition in which the border would lie goes where more of it is.
      let before = above > 0 ? ends[above - 1] : 0
      let end = above < ends.count && ends[above] - wanted < wanted - before ? above + 1 : above
      let least = min(starts[rank - 1] + 1, table.count)
      starts.append(max(least, min(end, table.count - (count - rank))))
    }
    return zip(starts, starts.dropFirst() + [table.count]).map { $0..<$1 }
  }
}

extension [Int] {
  fileprivate func partitioningIndex(where belongs: (Int) -> Bool) -> Int { firstIndex(where: belongs) ?? count }
}
