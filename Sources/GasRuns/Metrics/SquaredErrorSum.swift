import GasNN

/// Squared errors of real values, and how far the values themselves are from their mean: what R² and the mean squared
/// error are made of. Missing values (NaN) do not count.
public struct SquaredErrorSum: Equatable, Sendable {
  private struct Column: Equatable, Sendable {
    var count = 0
    var error = 0.0
    var mean = 0.0
    /// The sum of squared distances of the values from their mean, by the method of Welford (1962).
    var spread = 0.0

    mutating func add(_ output: Float, _ value: Float) {
      let miss = Double(output) - Double(value)
      error += miss * miss
      count += 1
      let distance = Double(value) - mean
      mean += distance / Double(count)
      spread += distance * (Double(value) - mean)
    }

    /// 1 − error / spread; where all values are equal 1 without an error and 0 with one, as scikit-learn has it.
    var determination: Double { spread > 0 ? 1 - error / spread : error == 0 ? 1 : 0 }
  }

  private var columns: [Column] = []

  /// Sums nothing yet.
  public init() {}

  /// Adds a row.
  ///
  /// - Parameters:
  ///   - outputs: k numbers.
  ///   - values: k values, NaN where one is missing.
  public mutating func add(_ outputs: UnsafePointer<Float>, _ values: UnsafeBufferPointer<Float>) {
    if columns.isEmpty { columns = [Column](repeating: Column(), count: values.count) }
    for column in columns.indices where !values[column].isNaN { columns[column].add(outputs[column], values[column]) }
  }

  /// The mean of R² over the columns that have values; `nil` if none has.
  public var meanDetermination: Double? {
    let known = columns.filter { $0.count > 0 }
    return known.isEmpty ? nil : known.reduce(0) { $0 + $1.determination } / Double(known.count)
  }

  /// The mean squared error over all values, in their own units; `nil` if there are none.
  public var mean: Double? {
    let count = columns.reduce(0) { $0 + $1.count }
    return count > 0 ? columns.reduce(0) { $0 + $1.error } / Double(count) : nil
  }
}
