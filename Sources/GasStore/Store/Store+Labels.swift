import GasBase

/// Labels, splits and sample weights, which others compute with unchecked: read in place, and checked against what the
/// manifest says.
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

  /// Returns the labels of rows, whatever their kind.
  ///
  /// - Parameter rows: row numbers.
  /// - Returns: the labels, in place.
  /// - Throws: `GasError` that names the offset of a damaged block, or of what is no label of the store's.
  public func labels(of rows: Range<Int>) throws -> NodeLabels {
    guard let labels = manifest.labels else { return .none }
    switch labels.kind {
    case .single: return .single(try classes(of: rows))
    case .multi: return .multi(try targets(of: rows), classCount: labels.classCount)
    case .values: return .values(try values(of: rows), width: labels.classCount)
    }
  }

  /// Returns a byte for each label of each row: 0, 1, or `NodeLabels.missing` where the manifest says that some are.
  ///
  /// - Parameter rows: row numbers.
  /// - Returns: `classCount` bytes for each row, in place.
  /// - Throws: `GasError` that names the offset of a damaged block, or of a byte that is no label.
  public func targets(of rows: Range<Int>) throws -> UnsafeBufferPointer<UInt8> {
    guard manifest.labels?.missing == true else { return try bytes(.labels, of: rows, atMost: 1) }
    let elements = column(.labels).values
    let values = try elements.rows(rows, as: UInt8.self)
    // Adding 1 makes the mark the smallest byte; many are compared at a time.
    guard values.reduce(0 as UInt8, { max($0, $1 &+ 1) }) > 2 else { return values }
    let place = values.firstIndex { $0 > 1 && $0 != NodeLabels.missing }!
    throw outOfRange(
      .labels, element: rows.lowerBound * elements.width + place, "0, 1 or \(NodeLabels.missing)", "\(values[place])")
  }

  /// Returns the real values of each row, NaN where one is missing.
  ///
  /// - Parameter rows: row numbers.
  /// - Returns: `classCount` numbers for each row, in place.
  /// - Throws: `GasError` that names the offset of a damaged block, or of an infinite value.
  public func values(of rows: Range<Int>) throws -> UnsafeBufferPointer<Float> {
    try numbers(.labels, of: rows, "a finite value, or NaN for a missing one") { !$0.isInfinite }
  }

  /// Returns the weight that each row has in the loss. The store must be `sampleWeighted`.
  ///
  /// - Parameter rows: row numbers.
  /// - Returns: a weight for each row, in place.
  /// - Throws: `GasError` that names the offset of a damaged block, or of what is no weight.
  public func sampleWeights(of rows: Range<Int>) throws -> UnsafeBufferPointer<Float> {
    try numbers(.sampleWeights, of: rows, "a finite weight of at least 0") { $0 >= 0 && $0.isFinite }
  }

  private func numbers(
    _ name: ColumnName, of rows: Range<Int>, _ expected: String, _ isAllowed: (Float) -> Bool
  ) throws -> UnsafeBufferPointer<Float> {
    let elements = column(name).values
    let values = try elements.rows(rows, as: Float.self)
    guard let place = values.firstIndex(where: { !isAllowed($0) }) else { return values }
    throw outOfRange(name, element: rows.lowerBound * elements.width + place, expected, "\(values[place])")
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
    for name in [ColumnName.labels, .splits, .sampleWeights] where has(name) { column(name).values.release(rows: rows) }
  }

  private func outOfRange(_ name: ColumnName, element: Int, _ expected: String, _ found: String) -> GasError {
    let column = column(name)
    return GasError(
      expected: expected, found: found, file: column.path,
      at: .offset(column.byteRange(element..<element + 1).lowerBound), advice: "gas-stat verify says more")
  }
}
