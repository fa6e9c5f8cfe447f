extension Variable {
  /// The first `count` rows, which are the batch's where the halo's follow. No copy is made.
  ///
  /// Backward: dX = dY in these rows, 0 below.
  public func prefixRows(_ count: Int) -> Variable {
    precondition(count >= 0 && count <= rows, "there are \(rows) rows, not \(count)")
    switch storage {
    case .aggregate(let known):
      guard let own = known.own, own.rows == count else { preconditionFailure(KnownAggregate.otherUse) }
      return tape.constant(own)
    case _ where count == rows: return self
    case .sparse(let matrix): return tape.constant(matrix.prefixRows(count))
    case .joined(let parts) where count <= parts.own.rows: return prefix(of: parts.own, count)
    case .dense, .narrow, .joined: return prefix(of: dense, count)
    }
  }

  private func prefix(of rows: DenseRows, _ count: Int) -> Variable {
    tape.record(Storage(rows.rowRange(0..<count)), gradientRows: min(count, gradientRows)) { [self] gradient in
      contribute(passing: gradient)
    }
  }

  /// These rows followed by constant ones: the batch's rows, then the halo rows pulled from the history.
  ///
  /// Y = [X; H] for X: n × k, H: h × k, which stay where they are. Backward: dX = the first n rows of dY; nothing flows
  /// into H, and nothing is computed for it.
  public func appendingRows(_ constantRows: Matrix) -> Variable {
    appendingRows(ScatteredRows(constantRows))
  }

  /// These rows followed by constant ones that lie anywhere.
  public func appendingRows(_ constantRows: ScatteredRows) -> Variable {
    precondition(columns == constantRows.columns, "rows of \(constantRows.columns) cannot follow rows of \(columns)")
    if constantRows.rows == 0 { return self }
    return tape.record(.joined(JoinedRows(dense, constantRows)), gradientRows: gradientRows) { [self] gradient in
      contribute(passing: gradient)
    }
  }
}

extension Variable.Storage {
  init(_ rows: DenseRows) {
    switch rows {
    case .float32(let matrix): self = .dense(matrix)
    case .bfloat16(let matrix): self = .narrow(NarrowRows(matrix))
    }
  }
}
