import GasBase

/// Dense products through a BLAS, the same bits for any number of threads.
///
/// The BLAS has one thread (`BLAS`), and the work is split here, by shapes alone: C = A·B and C = A·Bᵀ by
/// panels of C's rows. C = Aᵀ·B, a small result of long sums, is split by ranges of the rows of A and B, whose partial
/// products are added in order; where the result is too large to be kept several times, by panels of its rows.
enum DenseProduct {
  /// The least number of rows in a panel: B is packed again for each panel, which has to cost little.
  private static let panelRows = 512
  /// The greatest number of panels, where that many rows make more: enough for threads to have equal shares.
  private static let panelCount = 8
  private static let greatestPartCount = 16
  private static let partRows = 1024
  private static let greatestPartElements = 1 << 18

  /// C = A·B, added to C if `adds`. A: m × k, B: k × n, C: m × n.
  static func multiply(_ a: Matrix, _ b: Matrix, into c: Matrix, adds: Bool = false, parallel: Parallel) {
    precondition(a.columns == b.rows && c.rows == a.rows && c.columns == b.columns, "shapes do not fit")
    parallel.forEachRange(of: c.rows, chunk: panelRows(of: c)) { rows in
      product(a.rowRange(rows), b, transposingB: false, into: c.rowRange(rows), adds: adds)
    }
  }

  /// C = A·Bᵀ, added to C if `adds`. A: m × k, B: n × k, C: m × n.
  static func multiply(_ a: Matrix, transposed b: Matrix, into c: Matrix, adds: Bool = false, parallel: Parallel) {
    precondition(a.columns == b.columns && c.rows == a.rows && c.columns == b.rows, "shapes do not fit")
    parallel.forEachRange(of: c.rows, chunk: panelRows(of: c)) { rows in
      product(a.rowRange(rows), b, transposingB: true, into: c.rowRange(rows), adds: adds)
    }
  }

  /// C = Aᵀ·B, added to C if `adds`. A: k × m, B: k × n, C: m × n. Partial products are kept in `arena`.
  static func multiply(
    transposed a: Matrix, _ b: Matrix, into c: Matrix, adds: Bool = false, arena: Arena, parallel: Parallel
  ) {
    precondition(a.rows == b.rows && c.rows == a.columns && c.columns == b.columns, "shapes do not fit")
    if c.count > greatestPartElements {
      parallel.forEachRange(of: c.rows, chunk: panelRows / 2) { rows in
        transposedProduct(a, columns: rows, b, into: c.rowRange(rows), adds: adds)
      }
      return
    }
    let partCount = self.partCount(rows: a.rows)
    let chunk = dividedUp(a.rows, by: partCount)
    let parts = (0..<partCount).map { $0 == 0 ? c : arena.matrix(rows: c.rows, columns: c.columns) }
    parallel.forEach(count: partCount) { part in
      let rows = min(a.rows, part * chunk)..<min(a.rows, (part + 1) * chunk)
      transposedProduct(
        a.rowRange(rows), columns: 0..<a.columns, b.rowRange(rows), into: parts[part], adds: adds && part == 0)
    }
    for part in parts.dropFirst() {
      Elementwise(parallel).add(c, part, into: c)
      arena.recycle(part)
    }
  }

  private static func panelRows(of c: Matrix) -> Int {
    max(panelRows, dividedUp(c.rows, by: panelCount))
  }

  /// The number of equal parts of about `partRows`, a multiple of four of them, so that few threads have equal shares.
  private static func partCount(rows: Int) -> Int {
    if rows <= partRows { return 1 }
    return min(greatestPartCount, roundedUp(dividedUp(rows, by: partRows), to: 4))
  }

  private static func product(_ a: Matrix, _ b: Matrix, transposingB: Bool, into c: Matrix, adds: Bool) {
    guard isWorthwhile(c, terms: a.columns, adds: adds) else { return }
    LoadedKernels.blas.multiply(
      BLAS.rowMajor, BLAS.plain, transposingB ? BLAS.transposed : BLAS.plain, Int32(c.rows), Int32(c.columns),
      Int32(a.columns), 1, a.base, Int32(a.columns), b.base, Int32(b.columns), adds ? 1 : 0, c.base, Int32(c.columns))
  }

  private static func transposedProduct(
    _ a: Matrix, columns: Range<Int>, _ b: Matrix, into c: Matrix, adds: Bool
  ) {
    guard isWorthwhile(c, terms: a.rows, adds: adds) else { return }
    LoadedKernels.blas.multiply(
      BLAS.rowMajor, BLAS.transposed, BLAS.plain, Int32(c.rows), Int32(c.columns), Int32(a.rows), 1,
      a.base + columns.lowerBound, Int32(a.columns), b.base, Int32(b.columns), adds ? 1 : 0, c.base, Int32(c.columns))
  }

  /// Empty shapes never reach BLAS, which complains of leading dimensions of 0; a sum of no terms is 0.
  private static func isWorthwhile(_ c: Matrix, terms: Int, adds: Bool) -> Bool {
    if c.count > 0 && terms > 0 { return true }
    if !adds { c.fill(with: 0) }
    return false
  }
}
