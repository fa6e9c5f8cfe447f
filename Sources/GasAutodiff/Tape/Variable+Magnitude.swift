extension Variable {
  /// The greatest |x| of the value, or of the aggregation where that alone is known; infinite if one is not a number.
  /// It goes number by number on one thread, which is fast enough for error messages.
  public var greatestMagnitude: Float {
    switch storage {
    case .dense(let matrix): matrix.greatestMagnitude
    case .narrow, .joined: value.greatestMagnitude
    case .aggregate(let known):
      max(
        tape.constant(known.aggregate).greatestMagnitude, known.own.map { tape.constant($0).greatestMagnitude } ?? 0)
    case .sparse(let matrix):
      matrix.values.map { values in
        let first = UnsafeMutablePointer(mutating: values + Int(matrix.offsets[0]))
        return Matrix(rows: 1, columns: matrix.entryCount, base: first).greatestMagnitude
      } ?? 1
    }
  }
}

extension Matrix {
  /// The greatest |x|; infinite if one is not a number. It goes number by number on one thread, which is fast enough
  /// for error messages.
  public var greatestMagnitude: Float {
    elements.reduce(0) { $1.isNaN ? .infinity : max($0, abs($1)) }
  }
}
