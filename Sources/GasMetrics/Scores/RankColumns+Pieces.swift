import GasBase
import GasFiles

/// Pieces of rows, column by column.
extension RankColumns {
  /// The same keys column by column, in each column those of its nodes first, which are counted. Eight columns at a
  /// time share the cache lines of the rows.
  func turned(_ rows: [RankKey]) -> [RankKey] {
    let (columnCount, rowCount) = (columnCount, rows.count / max(1, columnCount))
    return [RankKey](unsafeUninitializedCapacity: rows.count) { target, count in
      positives.withUnsafeMutableBufferPointer { positives in
        let memory = Unchecked((target, positives))
        rows.withUnsafeBufferPointer { rows in
          let rows = Unchecked(rows)
          parallel.forEachRange(of: columnCount, chunk: 8) { columns in
            Self.turn(columns, of: rows.value, columnCount, rowCount, into: memory.value.0, counting: memory.value.1)
          }
        }
      }
      count = rows.count
    }
  }

  private static func turn(
    _ columns: Range<Int>, of rows: UnsafeBufferPointer<RankKey>, _ columnCount: Int, _ rowCount: Int,
    into target: UnsafeMutableBufferPointer<RankKey>, counting positives: UnsafeMutableBufferPointer<Int>
  ) {
    withUnsafeTemporaryAllocation(of: Int.self, capacity: 2 * columns.count) { places in
      let (fronts, backs) = (places.baseAddress!, places.baseAddress! + columns.count)
      for (place, column) in columns.enumerated() {
        (fronts[place], backs[place]) = (column * rowCount, (column + 1) * rowCount)
      }
      for row in 0..<rowCount {
        for (place, column) in columns.enumerated() {
          let key = rows[row * columnCount + column]
          if key.isPositive {
            target[fronts[place]] = key
            fronts[place] += 1
          } else {
            backs[place] -= 1
            target[backs[place]] = key
          }
        }
      }
      for (place, column) in columns.enumerated() { positives[column] += fronts[place] - column * rowCount }
    }
  }

  /// Puts the rows in memory column by column. Where that was done, nothing is written: several threads may ask.
  func turn() {
    guard !isTurned else { return }
    rows = turned(rows)
    isTurned = true
  }

  func forEachPiece(
    of column: Int, at desk: RankDesk, _ body: (UnsafeBufferPointer<RankKey>) throws -> Void
  ) throws {
    turn()
    if let file {
      let keys = desk.piece.resized(to: rowsInPiece)
      for piece in 0..<pieceCount {
        let first = (piece * columnCount + column) * rowsInPiece
        try file.read(at: first * MemoryLayout<RankKey>.stride, into: UnsafeMutableRawBufferPointer(keys))
        try body(UnsafeBufferPointer(keys))
      }
    }
    let count = rows.count / max(1, columnCount)
    try rows.withUnsafeBufferPointer { keys in
      try body(UnsafeBufferPointer(rebasing: keys[column * count..<(column + 1) * count]))
    }
  }

  /// The keys of a piece that are looked at first for those of a column's nodes.
  private static let firstLook = 512

  /// Shows the keys of a column's nodes. They are the first of each piece, of which little else is read.
  func forEachPositive(of column: Int, at desk: RankDesk, _ body: (RankKey) -> Void) throws {
    turn()
    if let file {
      let keys = desk.piece.resized(to: rowsInPiece)
      for piece in 0..<pieceCount {
        var (read, isDone) = (0, false)
        while read < rowsInPiece && !isDone {
          let part = UnsafeMutableBufferPointer(
            rebasing: keys[read..<min(rowsInPiece, max(Self.firstLook, 2 * read))])
          let first = (piece * columnCount + column) * rowsInPiece + read
          try file.read(at: first * MemoryLayout<RankKey>.stride, into: UnsafeMutableRawBufferPointer(part))
          let positives = part.prefix { $0.isPositive }
          positives.forEach(body)
          isDone = positives.count < part.count
          read += part.count
        }
      }
    }
    let count = rows.count / max(1, columnCount)
    rows[column * count..<(column + 1) * count].prefix { $0.isPositive }.forEach(body)
  }
}
