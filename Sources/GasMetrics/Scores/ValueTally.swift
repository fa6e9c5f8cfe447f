/// Sums up how far outputs are from values. A value that is missing (not a number) counts nowhere.
///
/// The scores are scikit-learn's with its uniform average over columns: `root_mean_squared_error`,
/// `mean_absolute_error`, `mean_squared_error`, `r2_score`. Where all values of a column are equal, its R² is 1 without
/// an error and 0 with one, as there.
package struct ValueTally: Equatable, Sendable {
  private struct Column: Equatable, Sendable {
    var count = 0
    var mean = 0.0
    /// Σ (y − mean)², kept by Welford's recurrence: differences of large sums would cancel.
    var deviation = 0.0
    var squares = 0.0
    var distances = 0.0

    mutating func add(_ output: Double, _ value: Double) {
      count += 1
      let step = value - mean
      mean += step / Double(count)
      deviation += step * (value - mean)
      squares += (output - value) * (output - value)
      distances += abs(output - value)
    }
  }

  private var columns: [Column]

  /// Sums up nothing yet.
  package init(width: Int) {
    columns = [Column](repeating: Column(), count: width)
  }

  /// Adds a node.
  ///
  /// - Parameters:
  ///   - outputs: one for each column.
  ///   - values: one for each column; not a number where it is missing.
  package mutating func add(_ outputs: UnsafeBufferPointer<Float>, values: UnsafeBufferPointer<Float>) {
    precondition(outputs.count == columns.count && values.count == columns.count, "a value for each output")
    for place in columns.indices where !values[place].isNaN {
      columns[place].add(Double(outputs[place]), Double(values[place]))
    }
  }

  /// The mean over columns of the root of the mean squared error; `nil` without values.
  package var rmse: Double? { mean { ($0.squares / Double($0.count)).squareRoot() } }

  /// The mean over columns of the mean squared error; `nil` without values.
  package var mse: Double? { mean { $0.squares / Double($0.count) } }

  /// The mean over columns of the mean absolute error; `nil` without values.
  package var mae: Double? { mean { $0.distances / Double($0.count) } }

  /// The mean over columns of R² = 1 − Σ (output − y)² / Σ (y − mean)²; `nil` without values.
  package var r2: Double? {
    mean { $0.deviation > 0 ? 1 - $0.squares / $0.deviation : $0.squares == 0 ? 1 : 0 }
  }

  private func mean(_ value: (Column) -> Double) -> Double? {
    let values = columns.filter { $0.count > 0 }.map(value)
    return values.isEmpty ? nil : values.reduce(0, +) / Double(values.count)
  }
}
