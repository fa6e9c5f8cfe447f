import GasBase
import GasFiles

/// How many bytes there are of each row, and so where each starts when they stand end to end.
enum RowSizes {
  /// The same of every row.
  case equal(Int)
  /// Where each row starts, and where the last ends.
  case starts(FlatArray<Int>)

  @inline(__always)
  func start(of row: Int) -> Int {
    switch self {
    case .equal(let byteCount): row * byteCount
    case .starts(let starts): starts[row]
    }
  }

  @inline(__always)
  func range(of row: Int) -> Range<Int> { start(of: row)..<start(of: row + 1) }

  /// Divides rows into consecutive ranges of at most so many bytes each, but of at least one row.
  ///
  /// - Returns: the first row of each range, and the row count.
  func divide(rowCount: Int, largestBytes: Int) -> [Int] {
    var firsts = [0]
    while let first = firsts.last, first < rowCount {
      // The last row that the range can end before.
      firsts.append(
        (first + 2..<rowCount + 1).partitioningIndex { start(of: $0) - start(of: first) > largestBytes } - 1)
    }
    return firsts
  }
}
