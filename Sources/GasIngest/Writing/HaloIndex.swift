import GasBase
import GasFiles

/// Which rows the halo of a partition holds, and the place of each: a bit a row, and how many are set before each word.
///
/// Size: an eighth of a byte a row and half as much again; used for one partition after the other. Not thread-safe.
final class HaloIndex {
  private let words: FlatArray<UInt64>
  private let ranks: FlatArray<UInt32>
  private let bitmap: RankBitmap

  init(rowCount: Int, in space: Workspace) throws {
    words = try space.randomAccessZeros(count: RankBitmap.wordCount(limit: rowCount))
    ranks = try space.randomAccessZeros(count: words.count)
    bitmap = RankBitmap(words: words.all, ranks: ranks.all)
  }

  @inline(__always)
  func insert(_ row: UInt32) { bitmap.insert(Int(row)) }

  /// Counts what was inserted. Returns the rows, ascending.
  func sealed() -> [UInt32] {
    var rows: [UInt32] = []
    bitmap.seal { rows.append(UInt32($0)) }
    return rows
  }

  /// The place of an inserted row among all of them.
  @inline(__always)
  func place(of row: UInt32) -> UInt32 { UInt32(bitmap.rank(of: Int(row))) }

  func remove(_ rows: [UInt32]) {
    for row in rows { bitmap.clearWord(of: Int(row)) }
  }
}
