import CGasKernels

extension Variable {
  /// Y = X + B, shapes equal. Backward: dX = dB = dY.
  public func adding(_ other: Variable) -> Variable {
    requireSameShape(other)
    let elementwise = Elementwise(tape.parallel)
    let y = tape.arena.matrix(rows: rows, columns: columns)
    elementwise.add(value, other.value, into: y)
    let wanted = max(gradientRows, other.gradientRows)
    return tape.record(y, gradientRows: wanted, isOverwritable: true) { [self] gradient in
      other.contribute { target, adds in
        let wanted = gradient.rowRange(0..<target.rows)
        if adds { elementwise.add(target, wanted, into: target) } else { elementwise.copy(wanted, into: target) }
      }
      contribute(passing: gradient)
    }
  }

  /// Y = X − B, shapes equal. Backward: dX = dY, dB = −dY.
  public func subtracting(_ other: Variable) -> Variable {
    combined(1, with: other, -1)
  }

  /// Y = factor · X. Backward: dX = factor · dY.
  public func scaled(by factor: Float) -> Variable {
    let elementwise = Elementwise(tape.parallel)
    let y = tape.arena.matrix(rows: rows, columns: columns)
    elementwise.scale(value, by: factor, into: y)
    return tape.record(y, gradientRows: gradientRows, isOverwritable: true) { [self] gradient in
      elementwise.scale(gradient, by: factor, into: gradient)
      contribute(passing: gradient)
    }
  }

  /// Y = factor · X + otherFactor · B, shapes equal. Backward: dX = factor · dY, dB = otherFactor · dY.
  public func combined(_ factor: Float, with other: Variable, _ otherFactor: Float) -> Variable {
    requireSameShape(other)
    let elementwise = Elementwise(tape.parallel)
    let y = tape.arena.matrix(rows: rows, columns: columns)
    elementwise.combine(factor, value, otherFactor, other.value, into: y)
    let wanted = max(gradientRows, other.gradientRows)
    return tape.record(y, gradientRows: wanted, isOverwritable: true) { [self] gradient in
      other.contribute { target, adds in
        let wanted = gradient.rowRange(0..<target.rows)
        if adds {
          elementwise.combine(otherFactor, wanted, 1, target, into: target)
        } else {
          elementwise.scale(wanted, by: otherFactor, into: target)
        }
      }
      if factor != 1 { elementwise.scale(gradient, by: factor, into: gradient) }
      contribute(passing: gradient)
    }
  }

  /// Y = X ⊙ B (Hadamard product), shapes equal. Backward: dX = dY ⊙ B, dB = dY ⊙ X.
  public func multiplied(by other: Variable) -> Variable {
    requireSameShape(other)
    let elementwise = Elementwise(tape.parallel)
    let y = tape.arena.matrix(rows: rows, columns: columns)
    elementwise.multiply(value, other.value, into: y)
    return tape.record(y, gradientRows: max(gradientRows, other.gradientRows)) { [self] gradient in
      contribute { target, adds in
        elementwise.multiply(gradient, other.value, into: target, adds: adds)
      }
      other.contribute { target, adds in
        elementwise.multiply(gradient, value, into: target, adds: adds)
      }
    }
  }

  /// Y = X ⊙ X. Backward: dX = 2 · dY ⊙ X.
  public func squared() -> Variable {
    multiplied(by: self)
  }

  /// Y[r] = X[r] + b for b: 1 × columns. Backward: dX = dY, db = Σ_r dY[r].
  public func addingBias(_ bias: Variable) -> Variable {
    addingBias(bias, inPlace: false)
  }

  /// `addingBias`, which takes X's place if `inPlace` is set. That is for an X that no other operation reads
  /// (`isOverwritable`).
  package func addingBias(_ bias: Variable, inPlace: Bool) -> Variable {
    requireSameTape(bias)
    precondition(!inPlace || isOverwritable, "the value is still needed")
    precondition(bias.rows == 1 && bias.columns == columns, "a bias for \(columns) columns has that many numbers")
    let (elementwise, b) = (Elementwise(tape.parallel), bias.value)
    let wanted = bias.requiresGradient ? rows : gradientRows
    let product = inPlace ? takePending(adding: b) : nil
    func backward(_ gradient: Matrix) {
      bias.contribute { target, adds in
        let sums = product?.biasGradient(gradient, on: tape) ?? elementwise.columnSums(gradient, in: tape.arena)
        if adds { elementwise.add(target, sums, into: target) } else { target.copy(from: sums) }
      }
      contribute(passing: gradient)
    }
    if let product { return tape.record(product, gradientRows: wanted, backward: backward) }
    let x = value
    let y = inPlace ? x : tape.arena.matrix(rows: rows, columns: columns)
    elementwise.forEachRows(y) { rows in
      gas_add_bias(Int64(rows.count), Int64(y.columns), x.row(rows.lowerBound), b.base, y.row(rows.lowerBound))
    }
    return tape.record(y, gradientRows: wanted, isOverwritable: true, backward: backward)
  }

  private func requireSameShape(_ other: Variable) {
    requireSameTape(other)
    precondition(
      rows == other.rows && columns == other.columns,
      "shapes differ: \(rows) × \(columns) and \(other.rows) × \(other.columns)")
  }
}
