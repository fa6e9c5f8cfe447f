import CGasKernels
import GasBase

/// Mean and variance of a matrix's columns, 1 × columns each.
package struct ColumnStatistics {
  /// The means.
  package let mean: Matrix
  /// The mean of (x − mean)²: biased.
  package let variance: Matrix

  /// Puts both together.
  package init(mean: Matrix, variance: Matrix) {
    self.mean = mean
    self.variance = variance
  }

  /// 1 / √(variance + ε) for each column.
  func inverseDeviations(_ epsilon: Double, in arena: Arena) -> Matrix {
    let inverse = arena.matrix(rows: 1, columns: variance.columns)
    for column in 0..<inverse.columns {
      inverse[0, column] = Float(1 / (Double(variance[0, column]) + epsilon).squareRoot())
    }
    return inverse
  }
}

extension Elementwise {
  /// Computes means, then deviations from them, in two passes; sums are double.
  package func columnStatistics(_ x: Matrix, in arena: Arena) -> ColumnStatistics {
    let width = Int64(x.columns)
    let mean = columnMeans(x, count: x.columns, in: arena) { rows, sums in
      gas_column_sums_f64(Int64(rows.count), width, x.row(rows.lowerBound), sums)
    }
    let variance = columnMeans(x, count: x.columns, in: arena) { rows, sums in
      gas_column_deviations_f64(Int64(rows.count), width, x.row(rows.lowerBound), mean, sums)
    }
    return ColumnStatistics(
      mean: arena.matrix(mean, columns: x.columns), variance: arena.matrix(variance, columns: x.columns))
  }

  /// The means over the rows of x of `count` quantities, in `arena`. `body` writes the sums of a range of rows; then
  /// the ranges' sums are added in order.
  func columnMeans(
    _ x: Matrix, count: Int, in arena: Arena, _ body: (_ rows: Range<Int>, _ sums: UnsafeMutablePointer<Double>) -> Void
  ) -> UnsafeMutablePointer<Double> {
    let chunk = Self.rowChunk(width: x.columns)
    let parts = dividedUp(x.rows, by: chunk)
    let sums = arena.allocate(Double.self, count: max(1, parts) * count)
    sums.update(repeating: 0, count: count)
    forEachRows(x) { rows in body(rows, sums + rows.lowerBound / chunk * count) }
    for column in 0..<count {
      let total = (0..<parts).reduce(0) { $0 + sums[$1 * count + column] }
      sums[column] = total / Double(max(1, x.rows))
    }
    return sums
  }
}

extension Arena {
  /// A row of numbers, rounded to float32.
  func matrix(_ numbers: UnsafePointer<Double>, columns: Int) -> Matrix {
    let row = matrix(rows: 1, columns: columns)
    for column in 0..<columns { row[0, column] = Float(numbers[column]) }
    return row
  }
}
