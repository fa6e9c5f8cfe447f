import CGasKernels
import GasAutodiff
import GasBase

/// Buffers for the transposed form of a batch's sparse matrix. They grow to the largest one and are reused.
final class TransposeMemory {
  private let offsets = Buffer<Int64>()
  private let rows = Buffer<UInt32>()
  private let entries = Buffer<UInt32>()
  private let values = Buffer<Float>()

  var byteCount: Int { offsets.byteCount + rows.byteCount + entries.byteCount + values.byteCount }

  /// Transposes the first `columnCount` columns, with the numbers of their entries if they are `numbered`; the result
  /// is valid until the next call.
  func transposed(_ matrix: SparseMatrix, columnCount: Int, numbered: Bool) -> SparseTranspose {
    let count = max(1, matrix.entryCount)
    let offsets = offsets.resized(to: columnCount + 2).baseAddress!
    let rows = rows.resized(to: count).baseAddress!
    let entries = numbered ? self.entries.resized(to: count).baseAddress : nil
    let values = matrix.values == nil ? nil : self.values.resized(to: count).baseAddress
    gas_transpose(
      Int64(matrix.rowCount), Int64(columnCount), matrix.offsets, matrix.columns, matrix.values, offsets, rows,
      values, entries)
    return SparseTranspose(
      rowCount: columnCount, offsets: UnsafePointer(offsets), rows: UnsafePointer(rows),
      entries: UnsafePointer(entries), values: UnsafePointer(values))
  }
}
