/// Rows of float32 or bfloat16 numbers in memory, one after the other.
public enum DenseRows {
  /// float32 numbers.
  case float32(Matrix)
  /// bfloat16 numbers.
  case bfloat16(BFloatMatrix)

  /// Makes a handle to rows that lie in memory already.
  ///
  /// - Parameters:
  ///   - precision: what their numbers are.
  ///   - rows: how many rows.
  ///   - columns: how many numbers each has.
  ///   - base: where they are; they must stay valid for as long as the handle is used.
  public init(_ precision: Precision, rows: Int, columns: Int, base: UnsafeMutableRawPointer) {
    switch precision {
    case .float32: self = .float32(Matrix(rows: rows, columns: columns, base: base.assumingMemoryBound(to: Float.self)))
    case .bfloat16:
      self = .bfloat16(BFloatMatrix(rows: rows, columns: columns, base: base.assumingMemoryBound(to: UInt16.self)))
    }
  }

  /// What the numbers are.
  public var precision: Precision {
    switch self {
    case .float32: .float32
    case .bfloat16: .bfloat16
    }
  }

  /// The number of rows.
  public var rows: Int {
    switch self {
    case .float32(let matrix): matrix.rows
    case .bfloat16(let matrix): matrix.rows
    }
  }

  /// The number of columns.
  public var columns: Int {
    switch self {
    case .float32(let matrix): matrix.columns
    case .bfloat16(let matrix): matrix.columns
    }
  }

  /// Bytes of a row.
  public var rowBytes: Int { columns * precision.byteCount }

  /// Where row `row` starts; `row == rows` gives the end.
  public func row(_ row: Int) -> UnsafeMutableRawPointer {
    switch self {
    case .float32(let matrix): UnsafeMutableRawPointer(matrix.row(row))
    case .bfloat16(let matrix): UnsafeMutableRawPointer(matrix.row(row))
    }
  }

  /// The same memory, these rows only.
  public func rowRange(_ range: Range<Int>) -> DenseRows {
    switch self {
    case .float32(let matrix): .float32(matrix.rowRange(range))
    case .bfloat16(let matrix): .bfloat16(matrix.rowRange(range))
    }
  }
}
