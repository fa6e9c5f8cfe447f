import GasFiles

/// Which rows the halo of a partition holds, and the place of each: a bit a row, and how many are set before each word.
///
/// Size: an eighth of a byte a row and half as much again; used for one partition after the other. Not thread-safe.
final class HaloIndex {
  private let words: FlatArray<UInt64>
  private let ranks: FlatArray<UInt32>

  init(rowCount: Int, in space: Workspace) throws {
    words = try space.randomAccessZeros(count: (rowCount + 63) / 64)
    ranks = try space.randomAccessZeros(count: words.count)
  }

  @inline(__always)
  func insert(_ row: UInt32) { words[Int(row >> 6)] |= 1 << UInt64(row & 63) }

  /// Counts what was inserted.
  ///
  /// - Returns: the rows, ascending.
  func sealed() -> [UInt32] {
    var rows: [UInt32] = []
    for index in 0..<words.count {
      var word = words[index]
      guard word != 0 else { continue }
      ranks[index] = UInt32(rows.count)
      while word != 0 {
        rows.append(UInt32(index * 64 + word.trailingZeroBitCount))
        word &= word - 1
      }
    }
    return rows
  }

  /// The place among all rows of one that was inserted.
  @inline(__always)
  func place(of row: UInt32) -> UInt32 {
    let index = Int(row >> 6)
    return ranks[index] + UInt32((words[index] & (1 << UInt64(row & 63) - 1)).nonzeroBitCount)
  }

  func remove(_ rows: [UInt32]) {
    for row in rows { words[Int(row >> 6)] = 0 }
  }
}
