import GasFiles
import GasGraph
import GasStore

/// Puts attributes of nodes into the order of the rows, on disk: nodes are read once in the order of the input, and
/// columns are written front to back (`RowBuckets`).
struct RowArranger {
  let order: NodeOrder
  let scratch: ScratchFolder
  /// How many bytes are held in memory to be put in order.
  let bucketBytes: Int

  var rowCount: Int { order.rows.count }

  @inline(__always)
  func row(of node: Int) -> Int { Int(order.rows[node]) }

  func buckets(_ sizes: RowSizes) throws -> RowBuckets {
    try RowBuckets(rowCount: rowCount, sizes, scratch: scratch, bucketBytes: bucketBytes)
  }

  /// Appends a column's rows, each of the same number of bytes.
  ///
  /// - Parameters:
  ///   - bytesPerRow: bytes of a row.
  ///   - column: gets the rows.
  ///   - produce: calls its argument once with each node and the bytes of its row, in any order.
  /// - Throws: `GasError` if the disk fails; what `produce` throws.
  func write(
    bytesPerRow: Int, to column: ColumnWriter,
    _ produce: (_ put: (_ node: Int, UnsafeRawBufferPointer) -> Void) throws -> Void
  ) throws {
    let buckets = try buckets(.equal(bytesPerRow))
    try produce { node, bytes in buckets.append(bytes, row: row(of: node)) }
    try buckets.forEachBucket { _, bytes in try column.append(bytes: bytes) }
  }

  /// Computes where rows of different lengths start, and where the last ends.
  ///
  /// - Parameter produce: calls its argument once with each node and the length of its row, in any order.
  /// - Returns: a start for each row, and the end of the last.
  /// - Throws: `GasError` if the disk fails; what `produce` throws.
  func starts(_ produce: (_ put: (_ node: Int, _ length: Int) -> Void) throws -> Void) throws -> FlatArray<Int> {
    let buckets = try buckets(.equal(MemoryLayout<Int>.size))
    try produce { node, length in withUnsafeBytes(of: length) { buckets.append($0, row: row(of: node)) } }
    let starts = try scratch.zeros(count: rowCount + 1, of: Int.self)
    try buckets.forEachBucket { rows, bytes in
      for (row, length) in zip(rows, bytes.assumingMemoryBound(to: Int.self)) { starts[row + 1] = starts[row] + length }
    }
    return starts
  }
}
