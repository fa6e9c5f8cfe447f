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
  let base: UnsafePointer<Float>
  /// Row i is row `numbers[i]` of what `base` points at, or row i where there are none.
  let numbers: UnsafePointer<UInt32>?

  /// The rows `numbers` of the row-major matrix at `base`, in this order. Neither is copied.
  public init(_ numbers: UnsafeBufferPointer<UInt32>, of base: UnsafePointer<Float>, columns: Int) {
    self.init(rows: numbers.count, columns: columns, base: base, numbers: numbers.baseAddress)
  }

  /// All rows of a matrix, one after the other, in the same memory.
  public init(_ matrix: Matrix) {
    self.init(rows: matrix.rows, columns: matrix.columns, base: matrix.base, numbers: nil)
  }

  private init(rows: Int, columns: Int, base: UnsafePointer<Float>, numbers: UnsafePointer<UInt32>?) {
    (self.rows, self.columns, self.base, self.numbers) = (rows, columns, base, numbers)
  }

  /// The same memory, if the rows lie one after the other.
  public var matrix: Matrix? {
    numbers == nil ? Matrix(rows: rows, columns: columns, base: UnsafeMutablePointer(mutating: base)) : nil
  }

  /// Copies the rows, one after the other.
  func copy(into target: Matrix, _ elementwise: Elementwise) {
    precondition(target.rows == rows && target.columns == columns, "shapes differ")
    elementwise.forEachRows(target) { range in
      let out = target.row(range.lowerBound)
      guard let numbers else {
        return out.update(from: base + range.lowerBound * columns, count: range.count * columns)
      }
      gas_gather_f32(Int64(range.count), numbers + range.lowerBound, Int64(columns), base, out)
    }
  }
}
