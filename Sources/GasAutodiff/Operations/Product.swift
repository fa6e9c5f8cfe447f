import GasBase

extension Variable {
  /// Y = X·W for X: n × k, dense or sparse, and W: k × m.
  ///
  /// Backward: dX = dY·Wᵀ for the rows that want it, dW = Xᵀ·dY over all rows: pulled halo rows, though constants, take
  /// part in the weights' gradient. For sparse X there is no dX.
  public func product(_ weight: Variable) -> Variable {
    product(weight, addedTo: nil)
  }

  /// Y = B + X·W, which takes B's place: for a B that no other operation reads (`isOverwritable`). Backward besides:
  /// dB = dY. With `isLastUse` no other operation reads X, so dX may take its place.
  package func product(_ weight: Variable, addedTo sum: Variable?, isLastUse: Bool = false) -> Variable {
    requireSameTape(weight)
    precondition(sum?.isOverwritable ?? true, "the sum is still needed")
    precondition(columns == weight.rows, "cannot multiply \(rows) × \(columns) by \(weight.rows) × \(weight.columns)")
    switch storage {
    case .dense where tape.multipliesNarrow, .narrow where tape.multipliesNarrow:
      return narrowProduct([operand()], weight, sum)
    case .joined(let parts) where tape.multipliesNarrow: return narrowProduct(parts.operands(on: tape), weight, sum)
    case .dense(let matrix):
      return denseProduct([matrix], weight, sum, takesPlace: isLastUse && isOverwritable && requiresGradient)
    case .narrow(let rows): return denseProduct([rows.value(on: tape)], weight, sum)
    case .joined(let parts):
      return denseProduct([parts.ownValue(on: tape), parts.appendedValue(on: tape)], weight, sum)
    case .sparse(let matrix): return sparseProduct(matrix, weight, sum)
    case .aggregate: preconditionFailure(KnownAggregate.otherUse)
    }
  }

  /// The product of a dense X, which is `parts` one below the other. If `takesPlace` is set, dX takes the place of X.
  private func denseProduct(
    _ parts: [Matrix], _ weight: Variable, _ sum: Variable?, takesPlace: Bool = false
  ) -> Variable {
    let (arena, parallel) = (tape.arena, tape.parallel)
    let y = sum?.value ?? arena.matrix(rows: rows, columns: weight.columns)
    Self.forEach(of: parts) { x, rows in
      DenseProduct.multiply(x, weight.value, into: y.rowRange(rows), adds: sum != nil, parallel: parallel)
    }
    let wanted = max(weight.requiresGradient ? rows : gradientRows, sum?.gradientRows ?? 0)
    return tape.record(y, gradientRows: wanted, isOverwritable: true) { [self] gradient in
      weight.contribute { dw, adds in
        Self.forEach(of: parts) { x, rows in
          DenseProduct.multiply(
            transposed: x, gradient.rowRange(rows), into: dw, adds: adds || rows.lowerBound > 0, arena: arena,
            parallel: parallel)
        }
      }
      // This comes after the weight's gradient, for which X is read.
      contribute(inPlaceOfValue: takesPlace) { dx, adds in
        let wanted = gradient.rowRange(0..<dx.rows)
        DenseProduct.multiply(wanted, transposed: weight.value, into: dx, adds: adds, parallel: parallel)
      }
      sum?.contribute(passing: gradient)
    }
  }

  /// The product of a dense X whose `parts` are operands of bfloat16. The weights and the gradient are rounded to
  /// operands, too; all sums are float32.
  private func narrowProduct(_ parts: [BFloatMatrix], _ weight: Variable, _ sum: Variable?) -> Variable {
    let (arena, parallel) = (tape.arena, tape.parallel)
    let packed = BFloatProduct.pack(weight.value, in: arena, parallel: parallel)
    let y = PendingProduct(parts, packed, addedTo: sum?.value)
    let wanted = max(weight.requiresGradient ? rows : gradientRows, sum?.gradientRows ?? 0)
    return tape.record(y, gradientRows: wanted) { [self] gradient in
      let dy = y.narrowed(gradient, on: tape)
      weight.contribute { dw, adds in
        Self.forEach(of: parts.map(\.rows)) { part, rows in
          BFloatProduct.multiply(
            transposed: parts[part], dy.rowRange(rows), into: dw, adds: adds || rows.lowerBound > 0, arena: arena,
            parallel: parallel)
        }
      }
      contribute { dx, adds in
        let packed = BFloatProduct.pack(weight.value, transposed: true, in: arena, parallel: parallel)
        BFloatProduct.multiply(dy.rowRange(0..<dx.rows), packed, into: dx, adds: adds, parallel: parallel)
        BFloatProduct.recycle(packed, in: arena)
      }
      arena.recycle(dy)
      sum?.contribute(passing: gradient)
    }
  }

  private static func forEach(of rowCounts: [Int], _ body: (_ part: Int, Range<Int>) -> Void) {
    var start = 0
    for (part, count) in rowCounts.enumerated() {
      body(part, start..<start + count)
      start += count
    }
  }

  private static func forEach(of parts: [Matrix], _ body: (Matrix, Range<Int>) -> Void) {
    var start = 0
    for part in parts {
      body(part, start..<start + part.rows)
      start += part.rows
    }
  }

  private func sparseProduct(_ x: SparseMatrix, _ weight: Variable, _ sum: Variable?) -> Variable {
    let parallel = tape.parallel
    let y = sum?.value ?? tape.arena.matrix(rows: rows, columns: weight.columns)
    SparseProduct(x).multiply(weight.value, into: y, adds: sum != nil, parallel: parallel)
    let wanted = max(weight.requiresGradient ? rows : 0, sum?.gradientRows ?? 0)
    return tape.record(y, gradientRows: wanted, isOverwritable: true) { gradient in
      weight.contribute { dw, adds in
        SparseProduct(x).multiplyTransposed(gradient, into: dw, adds: adds, parallel: parallel)
      }
      sum?.contribute(passing: gradient)
    }
  }
}
