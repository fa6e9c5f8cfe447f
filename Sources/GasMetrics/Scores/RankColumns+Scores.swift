import GasBase
import GasFiles

extension RankColumns {
  /// ROC-AUC and average precision of each column, in order; `nil` for a column that has no nodes of both kinds.
  ///
  /// As many columns are worked on at a time as have room in the memory of one large one.
  ///
  /// - Throws: `GasError` if the disk fails.
  package func scores() throws -> [RankScores?] {
    turn()
    // Threads would wait for each other longer than they work.
    let threadCount = rowCount * columnCount < Self.fewestForThreads ? 1 : parallel.threadCount
    var scores = [RankScores?](repeating: nil, count: columnCount)
    let sharing = Dictionary(grouping: 0..<columnCount) { min(threadCount, capacity / max(1, positives[$0])) }
    for (sharers, columns) in sharing.sorted(by: { $0.key < $1.key }) {
      let desks = (0..<max(1, sharers)).map { _ in RankDesk() }
      let found = Results<RankScores?>(count: columns.count)
      Parallel(threadCount: desks.count, trace: parallel.trace).forEach(count: columns.count) { place, worker in
        found.set(place) { try self.scores(of: columns[place], at: desks[worker]) }
      }
      for (column, own) in zip(columns, try found.get()) { scores[column] = own }
    }
    return scores
  }

  private static let fewestForThreads = 1 << 17

  /// ROC-AUC and average precision of a column.
  ///
  /// - Parameter column: the class or label.
  /// - Returns: what the column's curve says; `nil` unless there are nodes of both kinds.
  /// - Throws: `GasError` if the disk fails.
  package func scores(of column: Int) throws -> RankScores? {
    turn()
    return try scores(of: column, at: desk)
  }

  private func scores(of column: Int, at desk: RankDesk) throws -> RankScores? {
    guard positives[column] > 0 else { return nil }
    guard positives[column] <= capacity else {
      let curve = try curve(of: column)
      guard let area = curve.rocAuc, let precision = curve.averagePrecision else { return nil }
      return RankScores(rocAuc: area, averagePrecision: precision)
    }
    let buffers = desk.sortBuffers(for: positives[column])
    var count = 0
    try forEachPositive(of: column, at: desk) { key in
      buffers.records[count] = key
      count += 1
    }
    var pairs = RankPairs(sorted(buffers, count), in: desk.room)
    try forEachPiece(of: column, at: desk) { pairs.add($0) }
    return pairs.scores
  }
}

/// ROC-AUC and average precision of a class or label.
package struct RankScores: Equatable, Sendable {
  /// The share of pairs of nodes of both kinds that are in the right order.
  package let rocAuc: Double
  /// The mean over the nodes of the class of the precision there.
  package let averagePrecision: Double
}

/// Memory that a thread works on one column after the other in.
final class RankDesk: @unchecked Sendable {
  let room = RankPairs.Room()
  let piece = Buffer<RankKey>()
  private var sorting: SortBuffers<RankKey>?

  func sortBuffers(for count: Int) -> SortBuffers<RankKey> {
    if let sorting, sorting.records.count >= count { return sorting }
    // The old memory goes first.
    sorting = nil
    let buffers = SortBuffers<RankKey>(capacity: count)
    sorting = buffers
    return buffers
  }
}
