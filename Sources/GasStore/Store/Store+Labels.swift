import GasBase

/// Labels and splits, which others use as indices: read in place, and checked against what the manifest says.
extension Store {
  /// Returns the class of each row, −1 for none.
  ///
  /// - Parameter rows: row numbers.
  /// - Returns: a class for each row, in place.
  /// - Throws: `GasError` that names the offset of a damaged block, or of a number that is no class of the store's.
  public func classes(of rows: Range<Int>) throws -> UnsafeBufferPointer<Int32> {
    let values = try column(.labels).values.rows(rows, as: Int32.self)
    let limit = UInt32(manifest.labels?.classCount ?? 0)
    // Adding 1 makes −1 the smallest number without a sign; many are compared at a time.
    let largest = values.reduce(0 as UInt32) { max($0, UInt32(bitPattern: $1 &+ 1)) }
    guard largest > limit else { return values }
    let place = values.firstIndex { UInt32(bitPattern: $0 &+ 1) > limit }!
    throw outOfRange(
      .labels, element: rows.lowerBound + place, "a class from -1 to \(Int(limit) - 1)", "\(values[place])")
  }

  /// Returns a byte for each label of each row, 0 or 1.
  ///
  /// - Parameter rows: row numbers.
  /// - Returns: `classCount` bytes for each row, in place.
  /// - Throws: `GasError` that names the offset of a damaged block, or of a byte that is neither 0 nor 1.
  public func targets(of rows: Range<Int>) throws -> UnsafeBufferPointer<UInt8> {
    try bytes(.labels, of: rows, atMost: 1)
  }

  /// Returns the part (`SplitPart`) that each row belongs to in each split, or 0 for none.
  ///
  /// - Parameter rows: row numbers.
  /// - Returns: `splitCount` bytes for each row, in place.
  /// - Throws: `GasError` that names the offset of a damaged block, or of a byte that is no part.
  public func splits(of rows: Range<Int>) throws -> UnsafeBufferPointer<UInt8> {
    try bytes(.splits, of: rows, atMost: SplitPart.test.rawValue)
  }

  private func bytes(
    _ name: ColumnName, of rows: Range<Int>, atMost limit: UInt8
  ) throws -> UnsafeBufferPointer<UInt8> {
    let elements = column(name).values
    let values = try elements.rows(rows, as: UInt8.self)
    guard values.reduce(0 as UInt8, { max($0, $1) }) > limit else { return values }
    let place = values.firstIndex { $0 > limit }!
    throw outOfRange(
      name, element: rows.lowerBound * elements.width + place, "a value from 0 to \(limit)", "\(values[place])")
  }

  /// Takes labels and splits of rows out of resident memory.
  public func releaseLabels(of rows: Range<Int>) {
    for name in [ColumnName.labels, .splits] where has(name) { column(name).values.release(rows: rows) }
  }

  private func outOfRange(_ name: ColumnName, element: Int, _ expected: String, _ found: String) -> GasError {
    let column = column(name)
    return GasError(
      expected: expected, found: found, file: column.path,
      at: .offset(column.byteRange(element..<element + 1).lowerBound), advice: "gas-stat verify says more")
  }
}
