import GasFiles
import GasGraph
import GasStore

/// Puts what is known of each node into the order of the rows, on disk: nodes are passed over once, as the input has them, and columns
/// written front to back (`RowBuckets`).
struct RowArranger {
  let order: NodeOrder
  let scratch: ScratchFolder
  /// How much is held in memory to be put in order.
  let bucketBytes: Int

  var rowCount: Int { order.rows.count }

  @inline(__always)
  func row(of node: Int) -> Int { Int(order.rows[node]) }

  func buckets(_ sizes: RowSizes) throws -> RowBuckets {
    try RowBuckets(rowCount: rowCount, sizes, scratch: scratch, bucketBytes: bucketBytes)
  }

  /// Appends a column's rows, each of the same number of bytes.
  ///
  /// - Parameter produce: calls its argument once with each node and the bytes of its row, in any order.
  func write(
    bytesPerRow: Int, to column: ColumnWriter,
    _ produce: (_ put: (_ node: Int, UnsafeRawBufferPointer) -> Void) throws -> Void
  ) throws {
    let buckets = try buckets(.equal(bytesPerRow))
    try produce { node, bytes in buckets.append(bytes, row: row(of: node)) }
    try buckets.forEachBucket { _, bytes in try column.append(bytes: bytes) }
  }

  /// Where rows of different lengths start, and where the last ends.
  ///
  /// - Parameter produce: calls its argument once with each node and the length of its row, in any order.
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
