/// A row-major matrix of bfloat16 numbers, as bit patterns, in memory that something else owns.
///
/// It is a handle as `Matrix` is, with the same rules for owners and threads.
public struct BFloatMatrix {
  /// The number of rows.
  public let rows: Int
  /// The number of columns.
  public let columns: Int
  /// The first number of the first row; row r starts at `base + r · columns`.
  public let base: UnsafeMutablePointer<UInt16>
  private let owner: AnyObject?

  /// Makes a handle to `rows × columns` numbers that lie in memory already, row after row without gaps. Without an
  /// owner that frees them, they must be valid for as long as the handle is used.
  public init(rows: Int, columns: Int, base: UnsafeMutablePointer<UInt16>, owner: AnyObject? = nil) {
    precondition(rows >= 0 && columns >= 0, "a matrix cannot have \(rows) × \(columns) elements")
    self.rows = rows
    self.columns = columns
    self.base = base
    self.owner = owner
  }

  /// The number of elements, `rows × columns`.
  public var count: Int { rows * columns }

  func isOwned(by owner: AnyObject) -> Bool { self.owner === owner }

  /// Where row `row` starts; `row == rows` gives the end.
  public func row(_ row: Int) -> UnsafeMutablePointer<UInt16> {
    assert(row >= 0 && row <= rows, "row \(row) is outside the matrix")
    return base + row * columns
  }

  /// The same memory, these rows only.
  public func rowRange(_ range: Range<Int>) -> BFloatMatrix {
    precondition(range.lowerBound >= 0 && range.upperBound <= rows, "rows \(range) are outside the matrix")
    return BFloatMatrix(rows: range.count, columns: columns, base: base + range.lowerBound * columns, owner: owner)
  }
}
