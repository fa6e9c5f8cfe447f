import CGasKernels
import GasBase

/// Sparse times dense on several threads; the same bits for any number of them.
struct SparseProduct {
  let offsets: UnsafePointer<Int64>
  let columns: UnsafePointer<UInt32>
  let values: UnsafePointer<Float>?

  init(_ matrix: SparseMatrix) {
    offsets = matrix.offsets
    columns = matrix.columns
    values = matrix.values
  }

  init(_ transpose: SparseTranspose) {
    offsets = transpose.offsets
    columns = transpose.rows
    values = transpose.values
  }

  /// Y = diag(rowScale) · A · X for the first `y.rows` rows of A, added to Y if `adds`.
  func multiply(
    _ x: Matrix, into y: Matrix, rowScale: UnsafePointer<Float>? = nil, adds: Bool = false, parallel: Parallel
  ) {
    multiply(into: y, rowScale: rowScale, adds: adds, parallel) { first, last, offsets, rowScale, y, adds in
      gas_spmm(first, last, Int64(x.columns), offsets, columns, values, rowScale, x.base, y.base, adds)
    }
  }

  /// The same product for X in two places: its last rows are `appended`.
  func multiply(
    _ x: Matrix, followedBy appended: ScatteredRows, into y: Matrix, rowScale: UnsafePointer<Float>? = nil,
    parallel: Parallel
  ) {
    // The kernel looks at a number even where it does not need one.
    guard appended.rows > 0 else { return multiply(x, into: y, rowScale: rowScale, parallel: parallel) }
    multiply(into: y, rowScale: rowScale, adds: false, parallel) { first, last, offsets, rowScale, y, adds in
      gas_spmm_joined(
        first, last, Int64(x.columns), offsets, columns, values, rowScale, x.base, Int64(x.rows), appended.floats,
        appended.numbers, y.base, adds)
    }
  }

  /// One of the kernels: computes rows `first ..< last`, with the row starts in `offsets`, into `y`.
  private typealias Kernel = (
    _ first: Int64, _ last: Int64, _ offsets: UnsafePointer<Int64>, _ rowScale: UnsafePointer<Float>?, _ y: Matrix,
    _ adds: Bool
  ) -> Void

  private func multiply(
    into y: Matrix, rowScale: UnsafePointer<Float>?, adds: Bool, _ parallel: Parallel, _ kernel: Kernel
  ) {
    forEachPiece(rows: y.rows, width: y.columns, parallel) {
      kernel($0, $1, offsets, rowScale, y, adds)
    } chunk: { chunk, cuts, sums in
      kernel(chunk, chunk + 1, cuts, nil, sums, false)
    } store: { hub, sums in
      HubRows.add(sums, to: y.rowRange(hub..<hub + 1), hub, rowScale, adds)
    }
  }

  /// Calls `body` with ranges of rows, and for the rows of hubs `chunk` and `store` as `HubRows.sum` does.
  private func forEachPiece(
    rows: Int, width: Int, _ parallel: Parallel, _ body: (_ first: Int64, _ last: Int64) -> Void,
    chunk: (_ chunk: Int64, _ cuts: UnsafePointer<Int64>, _ sums: Matrix) -> Void,
    store: (_ hub: Int, _ sums: Matrix) -> Void
  ) {
    let pieces = SparsePieces(offsets: offsets, rowCount: rows, width: width)
    let hubs = HubRows(offsets: offsets, rowCount: rows)
    parallel.forEach(count: pieces.count) { piece in
      hubs.forEachRange(between: pieces.rows(of: piece)) { body(Int64($0.lowerBound), Int64($0.upperBound)) }
    }
    hubs.sum(width: width, parallel: parallel, by: chunk, store: store)
  }
}

extension SparseProduct {
  /// Y = diag(rowScale) · A · X for the first `y.rows` rows of A with X of bfloat16, whose last rows are `appended`,
  /// and float32 sums. Y is float32, which is added to if `adds`, or gets the sums rounded.
  func multiply(
    _ x: BFloatMatrix, followedBy appended: ScatteredRows? = nil, into y: DenseRows,
    rowScale: UnsafePointer<Float>? = nil, adds: Bool = false, parallel: Parallel
  ) {
    // The kernel looks at a number even where it does not need one.
    let appended = appended.flatMap { $0.rows > 0 ? $0 : nil }
    precondition(appended?.precision ?? .bfloat16 == .bfloat16, "appended rows have to be bfloat16")
    func multiply(_ first: Int64, _ last: Int64, _ offsets: UnsafePointer<Int64>, _ y: DenseRows, isChunk: Bool) {
      var target: (wide: UnsafeMutablePointer<Float>?, narrow: UnsafeMutablePointer<UInt16>?)
      switch y {
      case .float32(let y): target.wide = y.base
      case .bfloat16(let y): target.narrow = y.base
      }
      gas_spmm_bf16(
        first, last, Int64(x.columns), offsets, columns, values, isChunk ? nil : rowScale, x.base, Int64(x.rows),
        appended?.bfloats, appended?.numbers, target.wide, target.narrow, adds && !isChunk)
    }
    forEachPiece(rows: y.rows, width: y.columns, parallel) {
      multiply($0, $1, offsets, y, isChunk: false)
    } chunk: { chunk, cuts, sums in
      multiply(chunk, chunk + 1, cuts, .float32(sums), isChunk: true)
    } store: { hub, sums in
      switch y {
      case .float32(let y): HubRows.add(sums, to: y.rowRange(hub..<hub + 1), hub, rowScale, adds)
      case .bfloat16(let y):
        let row = OwnedMatrix(rows: 1, columns: y.columns).matrix
        HubRows.add(sums, to: row, hub, rowScale, false)
        gas_f32_to_bf16(Int64(y.columns), row.base, y.row(hub))
      }
    }
  }
}

extension SparseProduct {
  /// The number of columns that a thread takes at a time. It is not small, because each piece passes over all entries.
  private static let columnChunk = 32

  /// Y = Aᵀ·X for the first `x.rows` rows of A, added to Y if `adds`. The transposed matrix is not formed.
  func multiplyTransposed(_ x: Matrix, into y: Matrix, adds: Bool = false, parallel: Parallel) {
    if !adds { y.fill(with: 0) }
    parallel.forEachRange(of: y.columns, chunk: Self.columnChunk) { range in
      gas_spmm_transposed(
        Int64(x.rows), Int64(y.columns), Int64(range.lowerBound), Int64(range.upperBound), offsets, columns, values,
        x.base, y.base)
    }
  }
}

/// Splits rows into ranges of about equal work, which in a graph with hubs is not equal numbers of rows.
struct SparsePieces {
  private let offsets: UnsafePointer<Int64>
  private let rowCount: Int
  let count: Int

  /// Multiplications in a piece: enough to be worth starting, few enough to balance.
  private static let grain = 1 << 20
  private static let greatestCount = 256

  init(offsets: UnsafePointer<Int64>, rowCount: Int, width: Int) {
    self.offsets = offsets
    self.rowCount = rowCount
    let work = (Int(offsets[rowCount] - offsets[0]) + rowCount) * max(width, 1)
    // A multiple of four, so that few threads have equal shares.
    let wanted = work <= Self.grain ? 1 : roundedUp(work / Self.grain, to: 4)
    count = min(wanted, Self.greatestCount, rowCount)
  }

  func rows(of piece: Int) -> Range<Int> {
    boundary(piece)..<boundary(piece + 1)
  }

  /// The first row before which `piece / count` of the work lies. A row counts as its entries and one more.
  private func boundary(_ piece: Int) -> Int {
    if piece == count { return rowCount }
    let total = Int(offsets[rowCount] - offsets[0]) + rowCount
    let wanted = total / count * piece
    return (0..<rowCount).partitioningIndex { Int(offsets[$0] - offsets[0]) + $0 >= wanted }
  }
}
