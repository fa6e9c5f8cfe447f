import CGasKernels

extension Variable {
  /// Y[r] = (X[r] − μ_r) / √(σ²_r + ε) ⊙ w + b, μ_r and σ²_r the mean and variance of X's row r.
  ///
  /// X, Y: n × k; w, b: 1 × k. With Z[r] = (X[r] − μ_r) / √(σ²_r + ε) and G = dY ⊙ w, backward: db = Σ_r dY[r],
  /// dw = Σ_r dY[r] ⊙ Z[r], dX[r] = (G[r] − mean(G[r]) − Z[r] · mean(G[r] ⊙ Z[r])) / √(σ²_r + ε); sums are in double.
  package func layerNormalised(weight: Variable, bias: Variable, epsilon: Double) -> Variable {
    let (arena, elementwise) = (tape.arena, Elementwise(tape.parallel))
    let (x, width) = (value, columns)
    let (w, b) = (weight.value, bias.value)
    let y = arena.matrix(rows: rows, columns: width)
    let mean = arena.allocate(Float.self, count: rows)
    let inverse = arena.allocate(Float.self, count: rows)
    elementwise.forEachRows(y) { rows in
      let first = rows.lowerBound
      gas_layer_norm(
        Int64(rows.count), Int64(width), epsilon, x.row(first), w.base, b.base, y.row(first),
        mean + first, inverse + first)
    }
    return tape.record(y, gradientRows: rows) { [self] gradient in
      let means = elementwise.columnMeans(x, count: 2 * width, in: arena) { rows, sums in
        let first = rows.lowerBound
        gas_layer_norm_sums(
          Int64(rows.count), Int64(width), x.row(first), mean + first, inverse + first, gradient.row(first), sums)
      }
      bias.contribute(rows: x.rows, times: means)
      weight.contribute(rows: x.rows, times: means + width)
      guard requiresGradient else { return }
      elementwise.forEachRows(gradient) { rows in
        let (first, dy) = (rows.lowerBound, gradient.row(rows.lowerBound))
        gas_layer_norm_backward(
          Int64(rows.count), Int64(width), x.row(first), mean + first, inverse + first, w.base, dy, dy)
      }
      contribute(passing: gradient)
    }
  }
}
