import CGasKernels

extension Variable {
  /// Y = (X − μ) / √(σ² + ε) ⊙ w + b, μ and σ² the mean and variance of X's own columns.
  ///
  /// X, Y: n × k; w, b: 1 × k. With Z = (X − μ) / √(σ² + ε), backward: db = Σ_r dY[r], dw = Σ_r dY[r] ⊙ Z[r],
  /// dX = w / √(σ² + ε) ⊙ (dY − db / n − Z ⊙ dw / n); the sums are in double.
  ///
  /// `statistics` are those of this value's columns.
  package func batchNormalised(
    by statistics: ColumnStatistics, weight: Variable, bias: Variable, epsilon: Double
  ) -> Variable {
    let (arena, elementwise) = (tape.arena, Elementwise(tape.parallel))
    let (x, mean, width) = (value, statistics.mean, columns)
    let inverse = statistics.inverseDeviations(epsilon, in: arena)
    let y = normalisedColumns(mean, inverse, weight.value, bias.value)
    return tape.record(y, gradientRows: rows) { [self] gradient in
      let means = elementwise.columnMeans(x, count: 2 * width, in: arena) { rows, sums in
        let first = rows.lowerBound
        gas_batch_norm_sums(
          Int64(rows.count), Int64(width), x.row(first), mean.base, inverse.base, gradient.row(first), sums)
      }
      let (dyMean, productMean) = (arena.matrix(means, columns: width), arena.matrix(means + width, columns: width))
      bias.contribute(rows: x.rows, times: means)
      weight.contribute(rows: x.rows, times: means + width)
      guard requiresGradient else { return }
      let scale = arena.matrix(rows: 1, columns: width)
      gas_multiply(Int64(width), weight.value.base, inverse.base, scale.base)
      elementwise.forEachRows(gradient) { rows in
        let (first, dy) = (rows.lowerBound, gradient.row(rows.lowerBound))
        gas_batch_norm_backward(
          Int64(rows.count), Int64(width), x.row(first), mean.base, inverse.base, scale.base, dyMean.base,
          productMean.base, dy, dy)
      }
      contribute(passing: gradient)
    }
  }

  /// Normalises with statistics from elsewhere, for inference. The result is a constant.
  package func normalised(by statistics: ColumnStatistics, weight: Matrix, bias: Matrix, epsilon: Double) -> Variable {
    let inverse = statistics.inverseDeviations(epsilon, in: tape.arena)
    return tape.constant(normalisedColumns(statistics.mean, inverse, weight, bias))
  }

  /// (X − mean) ⊙ inverse ⊙ weight + bias.
  private func normalisedColumns(_ mean: Matrix, _ inverse: Matrix, _ weight: Matrix, _ bias: Matrix) -> Matrix {
    let (x, width) = (value, Int64(columns))
    let scale = tape.arena.matrix(rows: 1, columns: columns)
    gas_multiply(width, weight.base, inverse.base, scale.base)
    let y = tape.arena.matrix(rows: rows, columns: columns)
    Elementwise(tape.parallel).forEachRows(y) { rows in
      let first = rows.lowerBound
      gas_normalise_columns(
        Int64(rows.count), width, mean.base, scale.base, bias.base, x.row(first), y.row(first))
    }
    return y
  }

  /// Adds sums over `rows` rows, given as means, to the gradient of a 1 × k value.
  func contribute(rows: Int, times means: UnsafePointer<Double>) {
    contribute { target, adds in
      for column in 0..<target.columns {
        target[0, column] = (adds ? target[0, column] : 0) + Float(means[column] * Double(rows))
      }
    }
  }
}
