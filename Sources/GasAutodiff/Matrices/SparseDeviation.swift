import CGasKernels
import GasBase

/// The standard deviations of the messages of a sparse matrix's rows on several threads; the same bits for any number
/// of them.
struct SparseDeviation {
  private let matrix: SparseMatrix
  /// A variance up to this counts as 0, since the root's slope would grow without bounds.
  private static let leastVariance: Float = 1e-5

  init(_ matrix: SparseMatrix) {
    self.matrix = matrix
  }

  /// Y[r] = the deviation of a_rc · X[c] over the entries of row r, and their means; 0 for an empty row.
  func take(_ x: Matrix, into y: Matrix, means: Matrix, parallel: Parallel) {
    let pieces = SparsePieces(offsets: matrix.offsets, rowCount: y.rows, width: y.columns)
    parallel.forEach(count: pieces.count) { piece in
      let rows = pieces.rows(of: piece)
      gas_deviation(
        Int64(rows.lowerBound), Int64(rows.upperBound), Int64(x.columns), matrix.offsets, matrix.columns,
        matrix.values, Self.leastVariance, x.base, y.base, means.base)
    }
  }

  /// Writes dY[r] / (entries of row r · Y[r]), 0 where Y is 0. `slopes` may be the memory of dY.
  func slopes(of y: Matrix, from dy: Matrix, into slopes: Matrix, parallel: Parallel) {
    Elementwise(parallel).forEachRows(y) { rows in
      gas_deviation_slopes(
        Int64(rows.lowerBound), Int64(rows.upperBound), Int64(y.columns), matrix.offsets, y.base, dy.base, slopes.base)
    }
  }
}

extension SparseTranspose {
  /// dX[c] = Σ over the entries (r, c) of a_rc · (a_rc · X[c] − means[r]) ⊙ slopes[r], for the first `dx.rows` columns
  /// of the source, added to dX if `adds`.
  func giveBack(slopes: Matrix, around means: Matrix, of x: Matrix, into dx: Matrix, adds: Bool, parallel: Parallel) {
    let pieces = SparsePieces(offsets: offsets, rowCount: dx.rows, width: dx.columns)
    parallel.forEach(count: pieces.count) { piece in
      let columns = pieces.rows(of: piece)
      gas_deviation_backward(
        Int64(columns.lowerBound), Int64(columns.upperBound), Int64(dx.columns), offsets, rows, values, x.base,
        means.base, slopes.base, dx.base, adds)
    }
  }
}
