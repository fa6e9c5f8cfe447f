import GasBase
import GasFiles

/// Which rows are in memory.
extension MappedElements {
  /// Whether the file is so small that it stays resident.
  public var isSmall: Bool { file.isSmall }

  /// Tells the operating system how the bytes of a range of rows will be used.
  public func advise(_ advice: MappedFile.Advice, rows: Range<Int>) {
    file.advise(advice, byteRange(rows.lowerBound * width..<rows.upperBound * width))
  }

  /// Whether the page on which a row begins is in the page cache.
  public func isCached(row: Int) -> Bool { file.isCached(byteRange(row * width..<(row + 1) * width).lowerBound) }

  /// Whether a row begins in a hole of the file (`MappedFile.isHole`).
  public func isHole(row: Int) -> Bool { file.isHole(byteRange(row * width..<(row + 1) * width).lowerBound) }

  /// Takes the pages of a range of rows out of resident memory.
  public func release(rows: Range<Int>) {
    file.release(byteRange(rows.lowerBound * width..<rows.upperBound * width))
  }

  /// Takes the whole file out of resident memory. What was written is not lost.
  public func release() {
    file.release(0..<file.byteCount)
  }

  /// Takes the pages of a range of rows out of the page cache, except changed ones.
  public func drop(rows: Range<Int>) {
    file.drop(byteRange(rows.lowerBound * width..<rows.upperBound * width))
  }

  /// Starts to write changed pages of a range of rows to the disk.
  ///
  /// - Parameters:
  ///   - rows: which rows of the column.
  ///   - waits: whether to return only when the pages are on the disk.
  /// - Throws: `GasError` if writing fails.
  public func writeBack(rows: Range<Int>, waits: Bool) throws {
    try file.writeBack(byteRange(rows.lowerBound * width..<rows.upperBound * width), waits: waits)
  }

  /// Returns when all that was written is on the disk.
  ///
  /// - Throws: `GasError` if writing fails.
  public func sync() throws { try file.sync(0..<file.byteCount) }
}
