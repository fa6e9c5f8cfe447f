import CGasKernels
import GasBase

/// Dense products of bfloat16 operands with float32 sums, the same bits for any number of threads.
///
/// The work is split as in `DenseProduct`, by shapes alone. An element's terms are added in one order, whatever the
/// split; only C = Aᵀ·B is summed in parts.
enum BFloatProduct {
  /// Rows of A that a thread takes at a time.
  static let panelRows = 240
  private static let partRows = 2048
  private static let greatestPartCount = 16

  /// B, packed for products.
  struct Packed {
    fileprivate let matrix: BFloatMatrix
    fileprivate let depth: Int
    let width: Int
  }

  /// Rounds W and packs it, or its transpose, in `arena`, which can take it back (`recycle`).
  static func pack(_ w: Matrix, transposed: Bool = false, in arena: Arena, parallel: Parallel) -> Packed {
    let narrow = arena.bfloatMatrix(rows: w.rows, columns: w.columns)
    Elementwise(parallel).narrow(w, into: narrow)
    let (depth, width) = transposed ? (w.columns, w.rows) : (w.rows, w.columns)
    let count = Int(gas_bf16_packed_count(Int64(depth), Int64(width)))
    let packed = arena.bfloatMatrix(rows: 1, columns: count)
    let pack = transposed ? gas_bf16_pack_transposed : gas_bf16_pack
    pack(Int64(depth), Int64(width), narrow.base, packed.base)
    arena.recycle(narrow)
    return Packed(matrix: packed, depth: depth, width: width)
  }

  static func recycle(_ packed: Packed, in arena: Arena) { arena.recycle(packed.matrix) }

  /// C = A·B, added to C if `adds`. A: m × k, B: k × n, C: m × n.
  static func multiply(_ a: BFloatMatrix, _ b: Packed, into c: Matrix, adds: Bool, parallel: Parallel) {
    precondition(c.rows == a.rows, "shapes do not fit")
    parallel.forEachRange(of: c.rows, chunk: panelRows) { rows in
      multiply(a.rowRange(rows), b, into: c.rowRange(rows), adds: adds)
    }
  }

  /// The same on the caller's thread.
  static func multiply(_ a: BFloatMatrix, _ b: Packed, into c: Matrix, adds: Bool) {
    precondition(a.columns == b.depth && c.rows == a.rows && c.columns == b.width, "shapes do not fit")
    if a.columns == 0 && !adds { c.fill(with: 0) }
    gas_bf16_multiply(Int64(c.rows), Int64(b.depth), Int64(b.width), a.base, b.matrix.base, c.base, adds)
  }

  /// C = Aᵀ·B, added to C if `adds`. A: k × m, B: k × n, C: m × n. Partial products are kept in `arena`.
  static func multiply(
    transposed a: BFloatMatrix, _ b: BFloatMatrix, into c: Matrix, adds: Bool, arena: Arena, parallel: Parallel
  ) {
    precondition(a.rows == b.rows && c.rows == a.columns && c.columns == b.columns, "shapes do not fit")
    guard a.rows > 0 else {
      if !adds { c.fill(with: 0) }
      return
    }
    let partCount = self.partCount(rows: a.rows)
    let chunk = dividedUp(a.rows, by: partCount)
    let parts = (0..<partCount).map { $0 == 0 ? c : arena.matrix(rows: c.rows, columns: c.columns) }
    let scratchCount = Int(gas_bf16_scratch_count(Int64(c.rows), Int64(c.columns)))
    let scratch = (0..<partCount).map { _ in arena.bfloatMatrix(rows: 1, columns: scratchCount) }
    parallel.forEach(count: partCount) { part in
      let rows = min(a.rows, part * chunk)..<min(a.rows, (part + 1) * chunk)
      if rows.isEmpty { return parts[part].fill(with: 0) }
      gas_bf16_multiply_transposed(
        Int64(rows.count), Int64(c.rows), Int64(c.columns), a.row(rows.lowerBound), b.row(rows.lowerBound),
        parts[part].base, adds && part == 0, scratch[part].base)
    }
    for part in parts.dropFirst() {
      Elementwise(parallel).add(c, part, into: c)
      arena.recycle(part)
    }
    for memory in scratch { arena.recycle(memory) }
  }

  /// A multiple of four parts of about `partRows`, so that few threads have equal shares.
  private static func partCount(rows: Int) -> Int {
    if rows <= partRows { return 1 }
    return min(greatestPartCount, roundedUp(dividedUp(rows, by: partRows), to: 4))
  }
}
