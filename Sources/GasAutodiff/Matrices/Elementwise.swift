import CGasKernels
import GasBase

/// Element-wise kernels over whole matrices on several threads. Output and input may be the same memory.
package struct Elementwise {
  private let parallel: Parallel
  /// Elements in a piece of work, which takes some tens of microseconds.
  private static let chunk = 1 << 16

  /// Works on these threads.
  package init(_ parallel: Parallel) {
    self.parallel = parallel
  }

  /// Calls `body` with ranges of elements.
  package func forEach(_ count: Int, _ body: (Range<Int>) -> Void) {
    parallel.forEachRange(of: count, chunk: Self.chunk, body)
  }

  /// Calls `body` with ranges of rows of about as many elements.
  package func forEachRows(_ matrix: Matrix, _ body: (Range<Int>) -> Void) {
    forEachRows(rows: matrix.rows, width: matrix.columns, body)
  }

  func forEachRows(rows: Int, width: Int, _ body: (Range<Int>) -> Void) {
    parallel.forEachRange(of: rows, chunk: Self.rowChunk(width: width), body)
  }

  /// Calls `body` with every row.
  func forEachRow(_ matrix: Matrix, _ body: (Int) -> Void) {
    forEachRows(matrix) { rows in
      for row in rows { body(row) }
    }
  }

  /// The number of rows in a piece. It depends on the width alone, so sums over pieces are the same for any number of
  /// threads.
  static func rowChunk(width: Int) -> Int {
    max(1, chunk / max(width, 1))
  }

  func add(_ a: Matrix, _ b: Matrix, into y: Matrix) {
    forEach(y.count) {
      gas_add(Int64($0.count), a.base + $0.lowerBound, b.base + $0.lowerBound, y.base + $0.lowerBound)
    }
  }

  /// y = a ⊙ b, or y + a ⊙ b if `adds`, for the rows of y.
  func multiply(_ a: Matrix, _ b: Matrix, into y: Matrix, adds: Bool = false) {
    let kernel = adds ? gas_multiply_add : gas_multiply
    forEach(y.count) { kernel(Int64($0.count), a.base + $0.lowerBound, b.base + $0.lowerBound, y.base + $0.lowerBound) }
  }

  func scale(_ x: Matrix, by factor: Float, into y: Matrix) {
    forEach(y.count) { gas_scale(Int64($0.count), factor, x.base + $0.lowerBound, y.base + $0.lowerBound) }
  }

  /// y[r] = factors[r] · x[r].
  func scaleRows(_ x: Matrix, by factors: UnsafePointer<Float>, into y: Matrix) {
    forEachRows(y) { rows in
      let first = rows.lowerBound
      gas_scale_rows(Int64(rows.count), Int64(y.columns), factors + first, x.row(first), y.row(first))
    }
  }

  /// y = alpha · a + beta · b.
  func combine(_ alpha: Float, _ a: Matrix, _ beta: Float, _ b: Matrix, into y: Matrix) {
    forEach(y.count) { range in
      let first = range.lowerBound
      gas_combine(Int64(range.count), alpha, a.base + first, beta, b.base + first, y.base + first)
    }
  }

  func copy(_ x: Matrix, into y: Matrix) {
    forEach(y.count) { (y.base + $0.lowerBound).update(from: x.base + $0.lowerBound, count: $0.count) }
  }

  /// Rounds to bfloat16.
  func narrow(_ x: Matrix, into y: BFloatMatrix) {
    forEach(x.count) { gas_f32_to_bf16(Int64($0.count), x.base + $0.lowerBound, y.base + $0.lowerBound) }
  }

  func widen(_ x: BFloatMatrix, into y: Matrix) {
    forEach(x.count) { gas_bf16_to_f32(Int64($0.count), x.base + $0.lowerBound, y.base + $0.lowerBound) }
  }

  /// Σ over rows: a 1 × columns matrix in `arena`.
  func columnSums(_ x: Matrix, in arena: Arena) -> Matrix {
    let shape = Matrix(rows: 1, columns: x.columns, base: x.base)
    return sumsOverRows(x, rows: x.rows, shapedLike: shape, in: arena) { rows, part in
      gas_column_sums(Int64(rows.count), Int64(x.columns), x.row(rows.lowerBound), part.base)
    }
  }

  /// A matrix of sums over the first `count` rows of x, in `arena`. Ranges of rows are summed first, each by `body`
  /// into a matrix of the sums' shape, then their sums in order.
  func sumsOverRows(
    _ x: Matrix, rows count: Int, shapedLike shape: Matrix, in arena: Arena, _ body: (Range<Int>, Matrix) -> Void
  ) -> Matrix {
    let chunk = Self.rowChunk(width: x.columns)
    let parts = arena.matrix(rows: max(1, dividedUp(count, by: chunk)), columns: shape.count)
    func part(_ index: Int) -> Matrix {
      Matrix(rows: shape.rows, columns: shape.columns, base: parts.row(index), owner: arena)
    }
    let total = part(0)
    total.fill(with: 0)
    parallel.forEachRange(of: count, chunk: chunk) { rows in body(rows, part(rows.lowerBound / chunk)) }
    for index in stride(from: 1, to: parts.rows, by: 1) {
      gas_axpy(Int64(total.count), 1, parts.row(index), total.base)
    }
    return total
  }
}
