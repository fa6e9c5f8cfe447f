import GasAutodiff
import GasBase
import GasBatch
import GasFiles
import GasStore

/// A model's outputs in original order, or those of a list's distinct nodes, float32 [N, width], in a mapped file
/// without a name.
///
/// Rows are written from one thread; then, when they are arranged, any number of threads may read them.
final class OutputRows {
  private let values: FlatArray<Float>
  private let rows: OrderedRows<Float>
  private let width: Int
  private let places: OriginalPlaces

  /// Makes rows of zeros.
  ///
  /// - Parameters:
  ///   - places: where rows belong.
  ///   - width: numbers in a row.
  ///   - folder: the folder whose disk takes them.
  ///   - bucketBytes: how many bytes are put in order in memory at a time.
  /// - Throws: `GasError` if the disk is too full.
  init(_ places: OriginalPlaces, width: Int, scratchIn folder: String, bucketBytes: Int) throws {
    (self.places, self.width) = (places, width)
    values = try ScratchFolder(at: folder).zeros(count: places.count * width)
    rows = try OrderedRows(
      in: values.bytes, width: width, scratchIn: folder, bucketBytes: bucketBytes, from: places.path)
  }

  /// Keeps the outputs of a batch, n × width.
  func keep(_ outputs: Matrix, of batch: Batch) throws {
    try places.forEachRow(of: batch) { row, place in
      try rows.row(at: place).baseAddress!.update(from: outputs.row(row), count: width)
    }
    rows.release()
  }

  /// Puts the rows in their places, once all have come.
  ///
  /// - Throws: `GasError` if the disk fails.
  func arrange() throws { try rows.arrange() }

  /// The outputs of the node at a place.
  subscript(place: Int) -> UnsafeBufferPointer<Float> {
    UnsafeBufferPointer(values[place * width..<(place + 1) * width])
  }

  /// Takes what was read out of resident memory.
  func release() { values.release(0..<values.count) }
}
