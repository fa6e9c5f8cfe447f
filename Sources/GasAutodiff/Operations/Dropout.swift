import CGasKernels

extension Variable {
  /// Y = X ⊙ M / (1 − p), M independently 0 with probability p, else 1; X itself when not training.
  ///
  /// On a sparse value the stored values drop out, which is the same in distribution: zeros stay zero. Backward:
  /// dX = dY ⊙ M / (1 − p), with M computed again from its key instead of being kept. M depends on seed, step, the
  /// order of operations and the element's place only.
  ///
  /// - Parameter p: the probability that an element drops out, 0 ≤ p < 1.
  /// - Returns: a value of the same shape.
  public func dropout(_ p: Double) -> Variable {
    precondition(p >= 0 && p < 1, "a dropout probability lies in 0 ..< 1, not at \(p)")
    guard tape.isTraining && p > 0 else { return self }
    switch storage {
    case .dense where tape.isNarrow, .narrow: return narrowDropout([dense], p, key: tape.drawKey())
    case .joined(let parts) where tape.isNarrow:
      return narrowDropout([parts.own, .bfloat16(parts.appendedOperand(on: tape))], p, key: tape.drawKey())
    case .dense(let matrix): return denseDropout(matrix, p, key: tape.drawKey())
    case .joined(let parts): return joinedDropout(parts, p, key: tape.drawKey())
    case .sparse(let matrix): return tape.constant(sparseDropout(matrix, p, key: tape.drawKey()))
    case .aggregate: preconditionFailure(KnownAggregate.otherUse)
    }
  }

  private func denseDropout(_ x: Matrix, _ p: Double, key: UInt64) -> Variable {
    let elementwise = Elementwise(tape.parallel)
    let y = tape.arena.matrix(rows: rows, columns: columns)
    elementwise.dropout(x, p, key: key, into: y)
    return tape.record(y, gradientRows: gradientRows) { [self] gradient in
      elementwise.dropout(gradient, p, key: key, into: gradient)
      contribute(passing: gradient)
    }
  }

  /// Drops elements of rows one below the other into one matrix of bfloat16.
  private func narrowDropout(_ parts: [DenseRows], _ p: Double, key: UInt64) -> Variable {
    let elementwise = Elementwise(tape.parallel)
    let y = tape.arena.bfloatMatrix(rows: rows, columns: columns)
    var start = 0
    for part in parts {
      elementwise.dropout(part, p, key: key, from: start * columns, into: y.row(start))
      start += part.rows
    }
    return tape.record(.narrow(NarrowRows(y)), gradientRows: gradientRows) { [self] gradient in
      elementwise.dropout(gradient, p, key: key, into: gradient)
      contribute(passing: gradient)
    }
  }

  /// Drops elements of both parts into one matrix. Each element's fate is that of its place in the joined rows.
  private func joinedDropout(_ parts: JoinedRows, _ p: Double, key: UInt64) -> Variable {
    let elementwise = Elementwise(tape.parallel)
    let y = tape.arena.matrix(rows: rows, columns: columns)
    let own = parts.own.rows
    elementwise.dropout(parts.ownValue(on: tape), p, key: key, into: y.rowRange(0..<own))
    let (appended, target) = (parts.appended.matrix, y.rowRange(own..<rows))
    if appended == nil { parts.appended.copy(into: target, elementwise) }
    elementwise.dropout(appended ?? target, p, key: key, from: own * columns, into: target)
    return tape.record(y, gradientRows: gradientRows) { [self] gradient in
      elementwise.dropout(gradient, p, key: key, into: gradient)
      contribute(passing: gradient)
    }
  }

  private func sparseDropout(_ x: SparseMatrix, _ p: Double, key: UInt64) -> SparseMatrix {
    let first = Int(x.offsets[0])
    let values = tape.arena.matrix(rows: 1, columns: first + x.entryCount)
    if let source = x.values {
      values.base.update(from: source, count: values.count)
    } else {
      values.fill(with: 1)
    }
    Elementwise(tape.parallel).dropout(values, p, key: key, into: values)
    return SparseMatrix(
      rowCount: x.rowCount, columnCount: x.columnCount, offsets: x.offsets, columns: x.columns,
      values: UnsafePointer(values.base))
  }
}

extension Elementwise {
  /// Y = X ⊙ M / (1 − p). `first` is the place of X's first element among all, from which the kernel counts.
  fileprivate func dropout(_ x: Matrix, _ p: Double, key: UInt64, from first: Int = 0, into y: Matrix) {
    forEach(y.count) { range in
      gas_dropout(
        Int64(first + range.lowerBound), Int64(first + range.upperBound), key, p, x.base - first, y.base - first)
    }
  }

  /// The same into bfloat16 numbers.
  fileprivate func dropout(
    _ x: DenseRows, _ p: Double, key: UInt64, from first: Int, into y: UnsafeMutablePointer<UInt16>
  ) {
    forEach(x.rows * x.columns) { range in
      let (start, end) = (Int64(first + range.lowerBound), Int64(first + range.upperBound))
      switch x {
      case .float32(let x): gas_dropout_to_bf16(start, end, key, p, x.base - first, y - first)
      case .bfloat16(let x): gas_dropout_bf16(start, end, key, p, x.base - first, y - first)
      }
    }
  }
}
