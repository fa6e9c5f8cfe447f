import CGasKernels

extension Tape {
  /// Y[r] = X₁[r], X₂[r], … side by side; all have the same number of rows. Backward: each gets its columns of dY.
  public func concatenateColumns(_ parts: [Variable]) -> Variable {
    precondition(!parts.isEmpty, "nothing to concatenate")
    precondition(parts.allSatisfy { $0.rows == parts[0].rows }, "parts side by side have equally many rows")
    for part in parts { precondition(part.tape === self, Tape.foreignValue) }
    let y = arena.matrix(rows: parts[0].rows, columns: parts.reduce(0) { $0 + $1.columns })
    let starts = parts.indices.map { index in parts[..<index].reduce(0) { $0 + $1.columns } }
    let elementwise = Elementwise(parallel)
    for (part, start) in zip(parts, starts) {
      let x = part.value
      elementwise.forEachRow(y) { row in (y.row(row) + start).update(from: x.row(row), count: x.columns) }
    }
    return record(y, gradientRows: parts.reduce(0) { max($0, $1.gradientRows) }) { gradient in
      for (part, start) in zip(parts, starts) {
        part.contribute { target, adds in
          if !adds { target.fill(with: 0) }
          elementwise.forEachRow(target) { row in
            gas_axpy(Int64(target.columns), 1, gradient.row(row) + start, target.row(row))
          }
        }
      }
    }
  }
}

extension Variable {
  /// The sparse value as a dense one; entries at the same place are summed. It is a constant, as sparse values are.
  public func densified() -> Variable {
    guard case .sparse(let matrix) = storage else { return self }
    let y = tape.arena.matrix(rows: rows, columns: columns)
    Elementwise(tape.parallel).forEachRow(y) { row in
      let place = y.row(row)
      place.update(repeating: 0, count: y.columns)
      for entry in matrix.entries(of: row) { place[Int(matrix.columns[entry])] += matrix.values?[entry] ?? 1 }
    }
    return tape.constant(y)
  }
}
