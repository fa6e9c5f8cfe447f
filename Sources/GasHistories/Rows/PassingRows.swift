import GasBase

/// Reads rows that are read once and decoded, past the page cache: while a piece is decoded, the next one is read. To
/// be used from one thread at a time.
package final class PassingRows {
  /// How many bytes a piece has. Two are in memory.
  private let pieceBytes: Int
  private let readers = [PieceReader(), PieceReader()]

  /// Takes no memory and starts no thread yet.
  package init(pieceBytes: Int = 4 << 20) { self.pieceBytes = pieceBytes }

  /// Returns when the threads have let go of the columns that they read.
  package func drain() { readers.forEach { $0.drain() } }

  /// Shows a range of rows as they are stored, piece by piece.
  ///
  /// - Parameters:
  ///   - rows: which rows.
  ///   - source: the column.
  ///   - body: gets the rows of a piece, and their bytes.
  /// - Throws: `GasError` if the disk fails.
  func forEachPiece(
    of rows: Range<Int>, of source: EncodedRows, _ body: (Range<Int>, UnsafeRawBufferPointer) -> Void
  ) throws {
    let rowsAtOnce = max(1, pieceBytes / source.rowBytes)
    func start(_ first: Int, with reader: PieceReader) {
      guard first < rows.upperBound else { return }
      reader.start(first..<min(rows.upperBound, first + rowsAtOnce), of: [source], once: true)
    }
    start(rows.lowerBound, with: readers[0])
    for (index, first) in stride(from: rows.lowerBound, to: rows.upperBound, by: rowsAtOnce).enumerated() {
      start(first + rowsAtOnce, with: readers[(index + 1) % 2])
      body(first..<min(rows.upperBound, first + rowsAtOnce), try readers[index % 2].result()[0])
    }
  }
}
