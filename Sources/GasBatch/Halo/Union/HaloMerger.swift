import GasBase
import GasStore

/// Joins the halo lists of a group of partitions to the one halo of their batch, without hashing.
///
/// Halo lists are sorted, so the rows that one partition owns form a run in each list. Run by run, a bitmap as long as
/// the owner's rows marks what is wanted; counting bits gives every row its place. Cost: O(Σ list lengths + rows of the
/// owners / 64). Rows that the batch's own partitions own are not halo: they become batch rows.
final class HaloMerger {
  private let partitions: PartitionTable
  private let marks = Buffer<UInt64>()
  private let ranks = Buffer<UInt32>()
  private var cursors: [Int] = []

  init(_ partitions: PartitionTable) {
    self.partitions = partitions
  }

  /// Joins the lists.
  ///
  /// - Parameters:
  ///   - rows: the lists end to end, each ascending. Each entry is replaced by its column of the batch.
  ///   - lists: where each list stands in `rows`.
  ///   - degrees: the degree of each entry of `rows`.
  ///   - segments: the batch's partitions; their rows become columns 0 ..< rowCount.
  ///   - rowCount: how many rows the batch has of its own.
  ///   - halo: gets the joined rows, ascending; it must be as long as `rows`.
  ///   - haloDegrees: gets the degrees of the joined rows; it must be as long as `rows`.
  /// - Returns: how many rows the joined halo has; row k is column rowCount + k.
  func merge(
    _ rows: UnsafeMutableBufferPointer<UInt32>, lists: [Range<Int>], degrees: UnsafeMutableBufferPointer<Float>,
    segments: [Batch.Segment], rowCount: Int, halo: UnsafeMutableBufferPointer<UInt32>,
    haloDegrees: UnsafeMutableBufferPointer<Float>
  ) -> Int {
    cursors = lists.map(\.lowerBound)
    var haloCount = 0
    while let first = nextRow(rows, lists) {
      let owner = partitions.owner(of: first)
      let owned = partitions.nodes(owner)
      let runs = takeRuns(rows, lists, below: owned.upperBound)
      if let segment = segments.first(where: { $0.partition == owner }) {
        for run in runs {
          for place in run { rows[place] = UInt32(segment.start + Int(rows[place]) - owned.lowerBound) }
        }
      } else {
        let wanted = mark(rows, runs, owned)
        for run in runs {
          for place in run {
            let rank = haloCount + wanted.rows.rank(of: Int(rows[place]) - owned.lowerBound)
            halo[rank] = rows[place]
            haloDegrees[rank] = degrees[place]
            rows[place] = UInt32(rowCount + rank)
          }
        }
        haloCount += wanted.count
      }
    }
    return haloCount
  }

  /// The smallest row that a cursor has not passed yet.
  private func nextRow(_ rows: UnsafeMutableBufferPointer<UInt32>, _ lists: [Range<Int>]) -> Int? {
    var next: Int?
    for (list, cursor) in zip(lists, cursors) where cursor < list.upperBound {
      next = min(next ?? Int.max, Int(rows[cursor]))
    }
    return next
  }

  /// Moves every cursor past the owner's rows, and returns where each list has such rows.
  private func takeRuns(
    _ rows: UnsafeMutableBufferPointer<UInt32>, _ lists: [Range<Int>], below end: Int
  ) -> [Range<Int>] {
    lists.indices.map { index in
      let start = cursors[index]
      var cursor = start
      while cursor < lists[index].upperBound && Int(rows[cursor]) < end { cursor += 1 }
      cursors[index] = cursor
      return start..<cursor
    }
  }

  /// The rows of an owner that are wanted, by their places among its own.
  private func mark(
    _ rows: UnsafeMutableBufferPointer<UInt32>, _ runs: [Range<Int>], _ owned: Range<Int>
  ) -> (rows: RankBitmap, count: Int) {
    let wordCount = RankBitmap.wordCount(limit: owned.count)
    let words = marks.resized(to: wordCount)
    words.update(repeating: 0)
    let wanted = RankBitmap(words: words, ranks: ranks.resized(to: wordCount))
    for run in runs { for place in run { wanted.insert(Int(rows[place]) - owned.lowerBound) } }
    return (wanted, wanted.seal())
  }
}
