import GasBase

extension Variable {
  /// Y = X·W for X: n × k, dense or sparse, and W: k × m.
  ///
  /// Backward: dX = dY·Wᵀ for the rows that want it, dW = Xᵀ·dY over all rows: pulled halo rows, though constants, take part
  /// in the weights' gradient. For sparse X there is no dX.
  public func product(_ weight: Variable) -> Variable {
    requireSameTape(weight)
    precondition(columns == weight.rows, "cannot multiply \(rows) × \(columns) by \(weight.rows) × \(weight.columns)")
    switch storage {
    case .dense(let matrix): return denseProduct(matrix, weight)
    case .sparse(let matrix): return sparseProduct(matrix, weight)
    case .aggregate: preconditionFailure(KnownAggregate.otherUse)
    }
  }

  private func denseProduct(_ x: Matrix, _ weight: Variable) -> Variable {
    let (arena, parallel) = (tape.arena, tape.parallel)
    let y = arena.matrix(rows: rows, columns: weight.columns)
    DenseProduct.multiply(x, weight.value, into: y, parallel: parallel)
    return tape.record(y, gradientRows: weight.requiresGradient ? rows : gradientRows) { [self] gradient in
      contribute { dx, adds in
        let wanted = gradient.rowRange(0..<dx.rows)
        DenseProduct.multiply(wanted, transposed: weight.value, into: dx, adds: adds, parallel: parallel)
      }
      weight.contribute { dw, adds in
        DenseProduct.multiply(transposed: x, gradient, into: dw, adds: adds, arena: arena, parallel: parallel)
      }
    }
  }

  private func sparseProduct(_ x: SparseMatrix, _ weight: Variable) -> Variable {
    let parallel = tape.parallel
    let y = tape.arena.matrix(rows: rows, columns: weight.columns)
    SparseProduct(x).multiply(weight.value, into: y, parallel: parallel)
    return tape.record(y, gradientRows: weight.requiresGradient ? rows : 0) { gradient in
      weight.contribute { dw, adds in
        SparseProduct(x).multiplyTransposed(gradient, into: dw, adds: adds, parallel: parallel)
      }
    }
  }
}
