import CGasKernels
import GasBase

/// The greatest or least messages of a sparse matrix's rows on several threads; the same bits for any number of them.
struct SparseExtremum {
  private let matrix: SparseMatrix

  init(_ matrix: SparseMatrix) {
    self.matrix = matrix
  }

  /// Y[r] = the extremum of a_rc · X[c] over the entries of row r; 0 for an empty row. `winners` is as large as Y and
  /// gets the number of the first entry that attains it.
  func take(
    _ x: Matrix, least: Bool, into y: Matrix, winners: UnsafeMutablePointer<UInt32>?, parallel: Parallel
  ) {
    let end = matrix.offsets[matrix.rowCount]
    precondition(winners == nil || end < UInt32.max, "a batch of \(end) entries is too large to tell which one won")
    let pieces = SparsePieces(offsets: matrix.offsets, rowCount: y.rows, width: y.columns)
    parallel.forEach(count: pieces.count) { piece in
      let rows = pieces.rows(of: piece)
      gas_extremum(
        Int64(rows.lowerBound), Int64(rows.upperBound), Int64(x.columns), matrix.offsets, matrix.columns,
        matrix.values, least, x.base, y.base, winners)
    }
  }
}

extension SparseTranspose {
  /// dX[c] = Σ over the entries (r, c) of a_rc · dY[r] in the columns where the entry won, for the first `dx.rows`
  /// columns of the source, added to dX if `adds`. The entries are numbered.
  func giveBack(
    _ dy: Matrix, toWinners winners: UnsafePointer<UInt32>, into dx: Matrix, adds: Bool, parallel: Parallel
  ) {
    let pieces = SparsePieces(offsets: offsets, rowCount: dx.rows, width: dx.columns)
    parallel.forEach(count: pieces.count) { piece in
      let columns = pieces.rows(of: piece)
      gas_extremum_backward(
        Int64(columns.lowerBound), Int64(columns.upperBound), Int64(dx.columns), offsets, rows, entries!, values,
        winners, dy.base, dx.base, adds)
    }
  }
}
