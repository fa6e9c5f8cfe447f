import CGasKernels

/// A sparse matrix in compressed rows, in memory that something else owns.
///
/// Row r has the entries `offsets[r] ..< offsets[r+1]`; entry e stands in column `columns[e]` with the value
/// `values[e]`, or 1 where there are no values. It is a batch's adjacency (rows: the n in-batch nodes; columns:
/// in-batch nodes, then halo nodes, n + h in all; entry (v, u): v receives from u), or bag-of-words features (rows:
/// nodes; columns: words).
public struct SparseMatrix {
  /// The number of rows.
  public let rowCount: Int
  /// The number of columns, empty ones included.
  public let columnCount: Int
  /// `rowCount + 1` ascending numbers.
  public let offsets: UnsafePointer<Int64>
  /// For each entry its column, below `columnCount`.
  public let columns: UnsafePointer<UInt32>
  /// For each entry its value; `nil` where all are 1.
  public let values: UnsafePointer<Float>?
  /// The backward pass needs the transposed matrix. A data-loading thread may prepare it; otherwise the tape does.
  public var transposed: SparseTranspose?

  /// Makes a handle to arrays that stay valid and unchanged while it is used.
  public init(
    rowCount: Int, columnCount: Int, offsets: UnsafePointer<Int64>, columns: UnsafePointer<UInt32>,
    values: UnsafePointer<Float>? = nil, transposed: SparseTranspose? = nil
  ) {
    precondition(rowCount >= 0 && columnCount >= 0, "a matrix cannot have \(rowCount) × \(columnCount) elements")
    self.rowCount = rowCount
    self.columnCount = columnCount
    self.offsets = offsets
    self.columns = columns
    self.values = values
    self.transposed = transposed
  }

  /// The number of entries.
  public var entryCount: Int { Int(offsets[rowCount] - offsets[0]) }

  /// The numbers of a row's entries. Bounds are checked in debug builds only.
  public func entries(of row: Int) -> Range<Int> {
    assert(row >= 0 && row < rowCount, "row \(row) is outside the matrix")
    return Int(offsets[row])..<Int(offsets[row + 1])
  }

  /// The same entries, each of value 1, in the same memory.
  var withoutValues: SparseMatrix {
    SparseMatrix(
      rowCount: rowCount, columnCount: columnCount, offsets: offsets, columns: columns, transposed: transposed)
  }

  /// The first `count` rows of the same memory. The transposed matrix is not part of the view.
  public func prefixRows(_ count: Int) -> SparseMatrix {
    precondition(count >= 0 && count <= rowCount, "there are \(rowCount) rows, not \(count)")
    if count == rowCount { return self }
    return SparseMatrix(rowCount: count, columnCount: columnCount, offsets: offsets, columns: columns, values: values)
  }
}

/// The transposed form of a `SparseMatrix`: row c lists the entries of column c in the order of their rows.
public struct SparseTranspose {
  /// The number of the source's columns that are listed, from its first one on.
  public let rowCount: Int
  /// `rowCount + 1` ascending numbers, counted from the source's first entry.
  public let offsets: UnsafePointer<Int64>
  /// For each entry the source row it comes from.
  public let rows: UnsafePointer<UInt32>
  /// For each entry its number in the source, by which data that belong to entries, such as attention, are found. Sums
  /// need none. Where numbers are needed and this is nil, the tape transposes the matrix again.
  public let entries: UnsafePointer<UInt32>?
  /// The source's values in the transposed order. Where the source has values and this is nil, the tape transposes the
  /// matrix again.
  public let values: UnsafePointer<Float>?

  /// Makes a handle to arrays that stay valid and unchanged while it is used.
  public init(
    rowCount: Int, offsets: UnsafePointer<Int64>, rows: UnsafePointer<UInt32>, entries: UnsafePointer<UInt32>?,
    values: UnsafePointer<Float>?
  ) {
    self.rowCount = rowCount
    self.offsets = offsets
    self.rows = rows
    self.entries = entries
    self.values = values
  }

  /// Transposes the first `columnCount` columns of `source` by counting sort, in memory of `arena`; the cost is two
  /// passes over the entries. It has `entries` if they are `numbered`.
  public init(of source: SparseMatrix, columnCount: Int, numbered: Bool = true, in arena: Arena) {
    let count = source.entryCount
    precondition(count <= Int(UInt32.max), "a batch of \(count) entries is too large to transpose")
    let offsets = arena.allocate(Int64.self, count: columnCount + 2)
    let rows = arena.allocate(UInt32.self, count: count)
    let entries = numbered ? arena.allocate(UInt32.self, count: count) : nil
    let values = source.values.map { _ in arena.allocate(Float.self, count: count) }
    gas_transpose(
      Int64(source.rowCount), Int64(columnCount), source.offsets, source.columns, source.values, offsets, rows,
      values, entries)
    self.init(
      rowCount: columnCount, offsets: UnsafePointer(offsets), rows: UnsafePointer(rows),
      entries: entries.map { UnsafePointer($0) }, values: values.map { UnsafePointer($0) })
  }
}
