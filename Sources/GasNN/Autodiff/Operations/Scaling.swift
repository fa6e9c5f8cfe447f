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
