import GasBase

/// How many bytes each row has, and so where each starts when they are stored one after the other.
package enum RowSizes {
  /// All rows have the same number of bytes.
  case equal(Int)
  /// Where each row starts, and where the last ends.
  case starts(FlatArray<Int>)

  @inline(__always)
  package func start(of row: Int) -> Int {
    switch self {
    case .equal(let byteCount): row * byteCount
    case .starts(let starts): starts[row]
    }
  }

  @inline(__always)
  package func range(of row: Int) -> Range<Int> { start(of: row)..<start(of: row + 1) }

  /// Divides rows into consecutive ranges of at most `largestBytes` each, but of at least one row. Returns the first
  /// row of each range, and the row count.
  func divide(rowCount: Int, largestBytes: Int) -> [Int] {
    var firsts = [0]
    while let first = firsts.last, first < rowCount {
      // The range ends where one more row would make it too large.
      firsts.append(
        (first + 2..<rowCount + 1).partitioningIndex { start(of: $0) - start(of: first) > largestBytes } - 1)
    }
    return firsts
  }
}
