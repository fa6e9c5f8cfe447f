import CGasKernels

extension Variable {
  /// The mean of ‖X[r]‖₂ over the rows, a 1 × 1 value; 0 if there are none.
  ///
  /// Backward: dX[r] = dY · X[r] / (n · ‖X[r]‖₂), 0 where the norm is 0.
  public func meanRowNorm() -> Variable {
    let x = value
    let norms = tape.arena.allocate(Float.self, count: rows)
    let total = sumOverRows { range in
      gas_row_norms(Int64(range.count), Int64(x.columns), x.row(range.lowerBound), norms + range.lowerBound)
      return range.reduce(0) { $0 + Double(norms[$1]) }
    }
    let count = Double(max(1, rows))
    return tape.record(tape.scalar(total / count), gradientRows: requiresGradient ? 1 : 0) { [self] gradient in
      let factor = Double(gradient[0, 0]) / count
      // The norms are not needed any more.
      for row in 0..<gradientRows { norms[row] = norms[row] > 0 ? Float(factor / Double(norms[row])) : 0 }
      let part = tape.arena.matrix(rows: gradientRows, columns: columns)
      Elementwise(tape.parallel).scaleRows(x, by: norms, into: part)
      contribute(passing: part)
    }
  }
}
