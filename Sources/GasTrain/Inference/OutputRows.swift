import GasAutodiff
import GasBase
import GasBatch
import GasStore

/// A model's outputs in original order, float32 [N, width], in a mapped file without a name.
///
/// Rows are written from one thread; then any number of threads may read them.
final class OutputRows {
  private let values: MappedElements
  private let places: OriginalPlaces

  /// Makes rows of zeros.
  ///
  /// - Parameters:
  ///   - store: the store that the rows belong to.
  ///   - width: numbers in a row.
  ///   - folder: the folder whose disk takes them.
  ///   - isReserved: whether disk space is set aside for all rows; it need not be where few are written.
  /// - Throws: `GasError` if the disk is too full.
  init(of store: Store, width: Int, scratchIn folder: String, isReserved: Bool) throws {
    places = OriginalPlaces(store)
    values = try MutableColumn.nameless(
      in: folder, type: .float32, rowCount: store.nodeCount, width: width, isReserved: isReserved
    ).values
  }

  /// Keeps the outputs of a batch, n × width.
  func keep(_ rows: Matrix, of batch: Batch) throws {
    try places.forEachRow(of: batch) { row, place in
      values.mutableRows(place..<place + 1, as: Float.self).baseAddress!.update(
        from: rows.row(row), count: rows.columns)
    }
    values.release()
  }

  /// The outputs of the node at a place.
  subscript(place: Int) -> UnsafeBufferPointer<Float> {
    UnsafeBufferPointer(values.mutableRows(place..<place + 1, as: Float.self))
  }

  /// Takes what was read out of resident memory.
  func release() { values.release() }
}
