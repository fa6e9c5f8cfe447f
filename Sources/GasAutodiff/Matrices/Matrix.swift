/// A row-major float32 matrix in memory that something else owns: an `Arena`, an `OwnedMatrix`, a mapped file.
///
/// It is a handle of four words; copying it does not copy the numbers. It keeps the owner alive that it was given. It
/// is as thread-safe as its users make it: two threads may write different rows.
public struct Matrix {
  /// The number of rows.
  public let rows: Int
  /// The number of columns.
  public let columns: Int
  /// The first number of the first row; row r starts at `base + r · columns`.
  public let base: UnsafeMutablePointer<Float>
  private let owner: AnyObject?

  /// Makes a handle to numbers that lie in memory already.
  ///
  /// - Parameters:
  ///   - rows: how many rows.
  ///   - columns: how many numbers each has.
  ///   - base: `rows × columns` numbers, row after row without gaps.
  ///   - owner: the object that frees them; without one, they must be valid for as long as the handle is used.
  public init(rows: Int, columns: Int, base: UnsafeMutablePointer<Float>, owner: AnyObject? = nil) {
    precondition(rows >= 0 && columns >= 0, "a matrix cannot have \(rows) × \(columns) elements")
    self.rows = rows
    self.columns = columns
    self.base = base
    self.owner = owner
  }

  /// The number of elements, `rows × columns`.
  public var count: Int { rows * columns }

  func isOwned(by owner: AnyObject) -> Bool { self.owner === owner }

  /// Whether two matrices share memory.
  func overlaps(_ other: Matrix) -> Bool { base < other.base + other.count && other.base < base + count }

  /// All elements, row after row. Valid as long as the matrix's memory is.
  public var elements: UnsafeMutableBufferPointer<Float> { UnsafeMutableBufferPointer(start: base, count: count) }

  /// The element in a row and a column. Bounds are checked in debug builds only.
  public subscript(row: Int, column: Int) -> Float {
    get {
      assert(row >= 0 && row < rows && column >= 0 && column < columns, "(\(row), \(column)) is outside the matrix")
      return base[row * columns + column]
    }
    nonmutating set {
      assert(row >= 0 && row < rows && column >= 0 && column < columns, "(\(row), \(column)) is outside the matrix")
      base[row * columns + column] = newValue
    }
  }

  /// Where row `row` starts; `row == rows` gives the end.
  public func row(_ row: Int) -> UnsafeMutablePointer<Float> {
    assert(row >= 0 && row <= rows, "row \(row) is outside the matrix")
    return base + row * columns
  }

  /// The same memory, these rows only.
  public func rowRange(_ range: Range<Int>) -> Matrix {
    precondition(range.lowerBound >= 0 && range.upperBound <= rows, "rows \(range) are outside the matrix")
    return Matrix(rows: range.count, columns: columns, base: base + range.lowerBound * columns, owner: owner)
  }

  /// Sets every element to `value`.
  public func fill(with value: Float) {
    elements.update(repeating: value)
  }

  /// Copies all elements of a matrix of the same shape.
  public func copy(from other: Matrix) {
    precondition(rows == other.rows && columns == other.columns, "shapes differ")
    base.update(from: other.base, count: count)
  }
}
