import CGasKernels
import GasBase

extension Variable {
  /// Y[e, h] = exp X[e, h] / Σ_{e′ in e's row} exp X[e′, h]: values of the entries of `adjacency`, normalised over each
  /// of its rows.
  ///
  /// X, Y: entries × H, a row for each entry in its order; each column by itself, the row's maximum taken off first.
  /// Backward: dX[e] = Y[e] ⊙ (dY[e] − Σ_{e′ in e's row} Y[e′] ⊙ dY[e′]).
  public func softmax(over adjacency: SparseMatrix) -> Variable {
    precondition(adjacency.offsets[0] == 0 && rows == adjacency.entryCount, "a softmax has a row for each entry")
    let y = tape.arena.matrix(rows: rows, columns: columns)
    Elementwise(tape.parallel).copy(value, into: y)
    let softmax = RowSoftmax(adjacency, width: columns)
    softmax.forward(y, tape.parallel)
    return tape.record(y, gradientRows: requiresGradient ? rows : 0) { [self] gradient in
      softmax.backward(y, gradient, tape.parallel)
      contribute(passing: gradient)
    }
  }
}

/// Softmax over the entries of rows, on several threads.
struct RowSoftmax {
  private let offsets: UnsafePointer<Int64>
  private let width: Int
  private let pieces: SparsePieces

  init(_ adjacency: SparseMatrix, width: Int) {
    offsets = adjacency.offsets
    self.width = width
    pieces = SparsePieces(offsets: offsets, rowCount: adjacency.rowCount, width: width)
  }

  /// Replaces x by its softmax.
  func forward(_ x: Matrix, _ parallel: Parallel) {
    parallel.forEach(count: pieces.count) { piece in
      let rows = pieces.rows(of: piece)
      gas_row_softmax(Int64(rows.lowerBound), Int64(rows.upperBound), Int64(width), offsets, x.base)
    }
  }

  /// Turns the gradient of the softmax y into that of its input.
  func backward(_ y: Matrix, _ gradient: Matrix, _ parallel: Parallel) {
    parallel.forEach(count: pieces.count) { piece in
      let rows = pieces.rows(of: piece)
      gas_row_softmax_backward(
        Int64(rows.lowerBound), Int64(rows.upperBound), Int64(width), offsets, y.base, gradient.base)
    }
  }
}
