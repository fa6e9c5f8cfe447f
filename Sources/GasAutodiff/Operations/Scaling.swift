import CGasKernels

extension Variable {
  /// Y[r] = f_r · X[r]. Backward: dX[r] = f_r · dY[r].
  ///
  /// - Parameter factors: constants, one for each row. They must not change until the backward pass is over; the tape's
  ///   arena is a place for them.
  /// - Returns: a value of the same shape.
  public func scaledRows(by factors: UnsafePointer<Float>) -> Variable {
    let elementwise = Elementwise(tape.parallel)
    let y = tape.arena.matrix(rows: rows, columns: columns)
    elementwise.scaleRows(value, by: factors, into: y)
    return tape.record(y, gradientRows: gradientRows) { [self] gradient in
      elementwise.scaleRows(gradient, by: factors, into: gradient)
      contribute(passing: gradient)
    }
  }

  /// Y[r] = f ⊙ X[r] + t. Backward: dX[r] = f ⊙ dY[r].
  ///
  /// - Parameters:
  ///   - factors: f, 1 × columns. A constant that must not change until the backward pass is over.
  ///   - shifts: t, 1 × columns, a constant.
  /// - Returns: a value of the same shape.
  public func scaledColumns(by factors: Matrix, plus shifts: Matrix) -> Variable {
    precondition(factors.count == columns && shifts.count == columns, "a factor and a shift for each column")
    let (x, width) = (value, Int64(columns))
    let zeros = tape.arena.matrix(rows: 1, columns: columns)
    zeros.fill(with: 0)
    let elementwise = Elementwise(tape.parallel)
    let y = tape.arena.matrix(rows: rows, columns: columns)
    elementwise.forEachRows(y) { rows in
      let first = rows.lowerBound
      gas_normalise_columns(
        Int64(rows.count), width, zeros.base, factors.base, shifts.base, x.row(first), y.row(first))
    }
    return tape.record(y, gradientRows: gradientRows) { [self] gradient in
      elementwise.forEachRows(gradient) { rows in
        let dy = gradient.row(rows.lowerBound)
        gas_normalise_columns(Int64(rows.count), width, zeros.base, factors.base, zeros.base, dy, dy)
      }
      contribute(passing: gradient)
    }
  }

  /// Y = s · X for a scalar s, a 1 × 1 value. Backward: dX = s · dY, ds = Σ dY ⊙ X over all elements, summed in double.
  public func scaled(by factor: Variable) -> Variable {
    requireSameTape(factor)
    let elementwise = Elementwise(tape.parallel)
    let (x, s) = (value, factor.scalar)
    let y = tape.arena.matrix(rows: rows, columns: columns)
    elementwise.scale(x, by: s, into: y)
    return tape.record(y, gradientRows: factor.requiresGradient ? rows : gradientRows) { [self] gradient in
      factor.contribute { target, adds in
        let sum = sumOverRows { rows in
          gas_dot(Int64(rows.count * x.columns), gradient.row(rows.lowerBound), x.row(rows.lowerBound))
        }
        target[0, 0] = (adds ? target[0, 0] : 0) + Float(sum)
      }
      elementwise.scale(gradient, by: s, into: gradient)
      contribute(passing: gradient)
    }
  }
}
