import CGasKernels

extension Variable {
  /// Y[r] = X[r] / ‖X[r]‖₂, the norm taken as at least 10⁻¹².
  ///
  /// Backward: dX[r] = (dY[r] − Y[r] (Y[r]·dY[r])) / ‖X[r]‖₂.
  public func normalisedRows() -> Variable {
    let (x, width) = (value, Int64(columns))
    let elementwise = Elementwise(tape.parallel)
    let y = tape.arena.matrix(rows: rows, columns: columns)
    let norms = tape.arena.allocate(Float.self, count: rows)
    elementwise.forEachRows(y) { rows in
      let first = rows.lowerBound
      gas_normalise_rows(Int64(rows.count), width, x.row(first), y.row(first), norms + first)
    }
    return tape.record(y, gradientRows: gradientRows) { [self] gradient in
      elementwise.forEachRows(gradient) { rows in
        let (first, dy) = (rows.lowerBound, gradient.row(rows.lowerBound))
        gas_normalise_rows_backward(Int64(rows.count), width, y.row(first), norms + first, dy, dy)
      }
      contribute(passing: gradient)
    }
  }
}
