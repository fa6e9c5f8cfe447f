/// A product whose result is known exactly: a library that fails it (an interface with integers of another size,
/// kernels that are wrong on this processor) is not used.
///
/// All elements are small integers, so that every sum is exact in float32 in whatever order it is taken. With C = A·B,
/// C·v must be A·(B·v), for a vector v of small integers: a wrong element of C escapes only where its faults cancel
/// (Freivalds 1979).
enum BLASCheck {
  private static let (m, n, k) = (131, 70, 301)

  /// Whether all three products that `DenseProduct` asks for are right.
  static func isRight(multiply: BLAS.Multiply) -> Bool {
    let a = numbers(m * k, seed: 1)
    let b = numbers(k * n, seed: 2)
    let v = numbers(n, seed: 3)
    let expected = times(a, m, k, times(b, k, n, v))
    return [(false, false), (false, true), (true, false)].allSatisfy { transposesA, transposesB in
      var c = [Float](repeating: .nan, count: m * n)
      multiply(
        BLAS.rowMajor, transposesA ? BLAS.transposed : BLAS.plain, transposesB ? BLAS.transposed : BLAS.plain,
        Int32(m), Int32(n), Int32(k), 1, transposesA ? transpose(a, m, k) : a, Int32(transposesA ? m : k),
        transposesB ? transpose(b, k, n) : b, Int32(transposesB ? k : n), 0, &c, Int32(n))
      return times(c, m, n, v) == expected
    }
  }

  /// Integers from -8 to 8, in no order that a fault would keep.
  private static func numbers(_ count: Int, seed: Int) -> [Float] {
    (0..<count).map { Float(($0 * $0 % 1009 + $0 * 31 * seed) % 17 - 8) }
  }

  private static func times(_ matrix: [Float], _ rows: Int, _ columns: Int, _ vector: [Float]) -> [Float] {
    (0..<rows).map { row in
      (0..<columns).reduce(0) { $0 + matrix[row * columns + $1] * vector[$1] }
    }
  }

  private static func transpose(_ matrix: [Float], _ rows: Int, _ columns: Int) -> [Float] {
    (0..<rows * columns).map { matrix[$0 % rows * columns + $0 / rows] }
  }
}
