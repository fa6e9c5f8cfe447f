import CGasKernels

extension Tape {
  /// A constant of independent normal numbers with mean 0. They depend on seed, step, the order of operations and the
  /// element's place only.
  public func normalNoise(rows: Int, columns: Int, deviation: Float = 1) -> Variable {
    let (key, noise) = (drawKey(), arena.matrix(rows: rows, columns: columns))
    Elementwise(parallel).forEach(noise.count) { range in
      gas_normal(Int64(range.lowerBound), Int64(range.upperBound), key, deviation, noise.base)
    }
    return constant(noise)
  }
}
