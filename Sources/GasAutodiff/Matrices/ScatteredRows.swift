import CGasKernels

/// Constant rows that lie anywhere in a larger row-major matrix, such as a batch's halo in a mapped history, or one
/// after the other.
///
/// It is a handle: the owner of the memory keeps it valid and unchanged for as long as the handle is used. Several
/// threads may read it.
public struct ScatteredRows {
  /// The number of rows.
  public let rows: Int
  /// The number of columns.
  public let columns: Int
  /// What the numbers are.
  public let precision: Precision
  let base: UnsafeRawPointer
  /// Row i is row `numbers[i]` of what `base` points at, or row i where there are none.
  let numbers: UnsafePointer<UInt32>?

  /// The rows `numbers` of the row-major matrix at `base`, in this order. Neither is copied.
  public init(
    _ numbers: UnsafeBufferPointer<UInt32>, of base: UnsafeRawPointer, columns: Int, _ precision: Precision = .float32
  ) {
    self.init(rows: numbers.count, columns: columns, base: base, numbers: numbers.baseAddress, precision)
  }

  /// All rows of a matrix, one after the other, in the same memory.
  public init(_ matrix: Matrix) {
    self.init(.float32(matrix))
  }

  /// Rows that lie one after the other, in the same memory.
  public init(_ rows: DenseRows) {
    self.init(rows: rows.rows, columns: rows.columns, base: rows.row(0), numbers: nil, rows.precision)
  }

  private init(
    rows: Int, columns: Int, base: UnsafeRawPointer, numbers: UnsafePointer<UInt32>?, _ precision: Precision
  ) {
    (self.rows, self.columns, self.base, self.numbers) = (rows, columns, base, numbers)
    self.precision = precision
  }

  /// The same memory, if the rows lie one after the other.
  public var dense: DenseRows? {
    numbers == nil
      ? DenseRows(precision, rows: rows, columns: columns, base: UnsafeMutableRawPointer(mutating: base)) : nil
  }

  /// The same memory, if the rows lie one after the other and are float32.
  public var matrix: Matrix? {
    if case .float32(let matrix) = dense { matrix } else { nil }
  }

  /// The rows as float32 numbers, one after the other: in the same memory if they are so there, else in `arena`.
  public func widened(in arena: Arena) -> Matrix {
    if let matrix { return matrix }
    let target = arena.matrix(rows: rows, columns: columns)
    copy(into: target, Elementwise(.serial))
    return target
  }

  /// Copies the rows, one after the other, as float32 numbers.
  func copy(into target: Matrix, _ elementwise: Elementwise) {
    precondition(target.rows == rows && target.columns == columns, "shapes differ")
    elementwise.forEachRows(target) { range in
      let (out, first) = (target.row(range.lowerBound), range.lowerBound * columns)
      let (count, width) = (Int64(range.count), Int64(columns))
      switch (precision, numbers) {
      case (.float32, nil): out.update(from: floats + first, count: range.count * columns)
      case (.float32, let numbers?): gas_gather_f32(count, numbers + range.lowerBound, width, floats, out)
      case (.bfloat16, nil): gas_bf16_to_f32(count * width, bfloats + first, out)
      case (.bfloat16, let numbers?): gas_gather_bf16(count, numbers + range.lowerBound, width, bfloats, out)
      }
    }
  }

  /// Copies the rows, one after the other, as bfloat16 numbers.
  func copy(into target: BFloatMatrix, _ elementwise: Elementwise) {
    precondition(target.rows == rows && target.columns == columns, "shapes differ")
    elementwise.forEachRows(rows: rows, width: columns) { range in
      let (out, first) = (target.row(range.lowerBound), range.lowerBound * columns)
      let (count, width) = (Int64(range.count), Int64(columns))
      switch (precision, numbers) {
      case (.bfloat16, nil): out.update(from: bfloats + first, count: range.count * columns)
      case (.bfloat16, let numbers?):
        UnsafeMutableRawPointer(out).withMemoryRebound(to: UInt8.self, capacity: range.count * columns * 2) { bytes in
          gas_gather_bytes(
            count, numbers + range.lowerBound, 0, width * 2, base.assumingMemoryBound(to: UInt8.self), bytes)
        }
      case (.float32, nil): gas_f32_to_bf16(count * width, floats + first, out)
      case (.float32, let numbers?): gas_gather_f32_to_bf16(count, numbers + range.lowerBound, width, floats, out)
      }
    }
  }

  var floats: UnsafePointer<Float> { base.assumingMemoryBound(to: Float.self) }
  var bfloats: UnsafePointer<UInt16> { base.assumingMemoryBound(to: UInt16.self) }
}
