extension Tape {
  /// The identity, size × size, in the tape's arena.
  package func identity(size: Int) -> Matrix {
    let matrix = arena.matrix(rows: size, columns: size)
    matrix.fill(with: 0)
    for index in 0..<size { matrix[index, index] = 1 }
    return matrix
  }
}
