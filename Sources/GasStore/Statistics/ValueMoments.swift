/// Count, mean, deviation, least and greatest of each column of real values, of which some may be missing (NaN). One
/// pass, in double, by the method of Welford (1962), which loses nothing where values are far from zero.
public struct ValueMoments: Codable, Equatable, Sendable {
  /// What is known of one column.
  public struct Column: Codable, Equatable, Sendable {
    /// How many values there are.
    public var count = 0
    /// How many rows have no value.
    public var missing = 0
    /// The mean of the values; 0 if there are none.
    public var mean = 0.0
    /// The least value; absent if there are none.
    public var min: Float?
    /// The greatest value; absent if there are none.
    public var max: Float?
    /// The sum of squared distances from the mean.
    private var squares = 0.0

    private enum CodingKeys: String, CodingKey {
      case count, missing, mean, min, max
    }

    /// The deviation √(Σ (x − mean)² / n); 0 if there are no values.
    public var deviation: Double { (squares / Double(Swift.max(1, count))).squareRoot() }

    /// Count, range and mean, for people.
    public var text: String {
      guard let min, let max else { return "no values" }
      return "\(count) from \(min) to \(max), mean \(Float(mean))" + (missing > 0 ? ", \(missing) missing" : "")
    }

    mutating func add(_ value: Float) {
      guard !value.isNaN else {
        missing += 1
        return
      }
      count += 1
      let distance = Double(value) - mean
      mean += distance / Double(count)
      squares += distance * (Double(value) - mean)
      min = Swift.min(min ?? value, value)
      max = Swift.max(max ?? value, value)
    }
  }

  /// The columns, in their order.
  public private(set) var columns: [Column]
  /// How many rows have no value in any column.
  public private(set) var emptyRowCount = 0

  /// Nothing yet, of rows of so many values.
  public init(width: Int) {
    columns = [Column](repeating: Column(), count: width)
  }

  /// Adds a row.
  ///
  /// - Parameter row: a value for each column, NaN where it is missing.
  public mutating func add(_ row: UnsafeBufferPointer<Float>) {
    var isEmpty = true
    for column in columns.indices {
      columns[column].add(row[column])
      if !row[column].isNaN { isEmpty = false }
    }
    if isEmpty { emptyRowCount += 1 }
  }

  /// The columns; `nil` if the list is too long to be shown.
  public var reportedColumns: [Column]? { columns.count > Self.longestList ? nil : columns }
  static let longestList = 1 << 10
}
