import CGasKernels
import GasBase

extension Variable {
  /// Y[v] = Σ_{e = (v, u)} α_e X[u], head by head, with α_e = softmax over v's entries of leaky
  /// relu(target[v] + source[u] + edge[e]): the aggregation of graph attention networks (Veličković et al., ICLR 2018).
  ///
  /// The adjacency's values take no part; a row without entries gets 0. Memory holds entries × H numbers, never
  /// entries × (H·C): the backward pass forms the products again. It gives
  ///
  ///     dX[u] = Σ_{e = (v, u)} α_e dY[v]                    dα_e = X[u]·dY[v], head by head
  ///     ds_e = α_e (dα_e − Σ_{e′ of v} α_e′ dα_e′) · leaky relu′
  ///     dtarget[v] = Σ_{e of v} ds_e,    dsource[u] = Σ_{e = (·, u)} ds_e,    dedge[e] = ds_e
  ///
  /// - Parameters:
  ///   - adjacency: n × (n + h); X (self): (n + h) × (H·C).
  ///   - source: (n + h) × H.
  ///   - target: n × H.
  ///   - edge: a row of H numbers for each entry, in the adjacency's order.
  ///   - slope: the slope of the leaky relu below 0, ≥ 0.
  ///   - dropout: the probability, 0 ≤ p < 1, that an α_e drops out in training; the others are divided by 1 − p.
  /// - Returns: Y, n × (H·C).
  public func attended(
    over adjacency: SparseMatrix, source: Variable, target: Variable, edge: Variable? = nil, slope: Float = 0.2,
    dropout: Double = 0
  ) -> Variable {
    for other in [source, target] + (edge.map { [$0] } ?? []) { requireSameTape(other) }
    let attention = Attention(adjacency, x: value, source, target, edge, slope: slope, dropout, tape)
    let y = attention.forward()
    let requires = [self, source, target].contains(where: \.requiresGradient) || edge?.requiresGradient ?? false
    return tape.record(y, gradientRows: requires ? adjacency.rowCount : 0) { [self] dy in
      contribute { dx, adds in attention.inputGradient(dy, into: dx, adds: adds, tape) }
      if source.requiresGradient || target.requiresGradient || edge?.requiresGradient ?? false {
        attention.scoreGradients(dy, tape)
      }
    }
  }
}

/// One call of `attended`: what its forward pass leaves for the backward pass.
private struct Attention {
  let adjacency: SparseMatrix
  let x: Matrix
  let source, target: Variable
  let edge: Variable?
  /// The values of these, read before threads share the work.
  let (sourceScores, targetScores): (Matrix, Matrix)
  let edgeScores: Matrix?
  let slope: Float
  let dropout: Double
  let key: UInt64
  let (heads, width): (Int, Int)
  let pieces: SparsePieces
  /// The coefficients, and what dropout left of them: entries × H each, the same matrix where nothing drops out.
  let (alpha, dropped): (Matrix, Matrix)
  let parallel: Parallel
  let y: Matrix

  init(
    _ adjacency: SparseMatrix, x: Matrix, _ source: Variable, _ target: Variable, _ edge: Variable?, slope: Float,
    _ dropout: Double, _ tape: Tape
  ) {
    let heads = source.columns
    precondition(heads > 0 && x.columns % heads == 0, "\(x.columns) columns do not divide into \(heads) heads")
    precondition(x.rows == adjacency.columnCount && source.rows == x.rows, "x and source have a row for each column")
    precondition(target.rows == adjacency.rowCount && target.columns == heads, "target has H numbers for each row")
    precondition(adjacency.offsets[0] == 0, "the adjacency counts its entries from 0")
    precondition(edge.map { $0.rows == adjacency.entryCount && $0.columns == heads } ?? true, "edge: entries × H")
    precondition(slope >= 0 && dropout >= 0 && dropout < 1, "a slope is ≥ 0, a dropout probability in 0 ..< 1")
    self.heads = heads
    // The transposed form is that of the structure alone.
    self.adjacency = adjacency.withoutValues
    (self.x, self.source, self.target, self.edge, self.slope) = (x, source, target, edge, slope)
    (sourceScores, targetScores, edgeScores) = (source.value, target.value, edge?.value)
    self.dropout = tape.isTraining ? dropout : 0
    key = self.dropout > 0 ? tape.drawKey() : 0
    width = x.columns / heads
    pieces = SparsePieces(offsets: adjacency.offsets, rowCount: adjacency.rowCount, width: x.columns)
    alpha = tape.arena.matrix(rows: adjacency.entryCount, columns: heads)
    dropped = self.dropout > 0 ? tape.arena.matrix(rows: alpha.rows, columns: heads) : alpha
    y = tape.arena.matrix(rows: adjacency.rowCount, columns: x.columns)
    parallel = tape.parallel
  }

  func forward() -> Matrix {
    forEachPiece { first, last, entries in
      gas_edge_scores(
        first, last, Int64(heads), adjacency.offsets, adjacency.columns, slope, sourceScores.base, targetScores.base,
        edgeScores?.base, alpha.base)
      gas_row_softmax(first, last, Int64(heads), adjacency.offsets, alpha.base)
      drop(entries, of: alpha, into: dropped)
      gas_spmm_heads(
        first, last, Int64(heads), Int64(width), adjacency.offsets, adjacency.columns, nil, dropped.base, x.base,
        y.base, false)
    }
    return y
  }

  func inputGradient(_ dy: Matrix, into dx: Matrix, adds: Bool, _ tape: Tape) {
    let transpose = tape.transposed(adjacency, columnCount: dx.rows, numbered: true)
    let pieces = SparsePieces(offsets: transpose.offsets, rowCount: dx.rows, width: dx.columns)
    parallel.forEach(count: pieces.count) { piece in
      let rows = pieces.rows(of: piece)
      gas_spmm_heads(
        Int64(rows.lowerBound), Int64(rows.upperBound), Int64(heads), Int64(width), transpose.offsets, transpose.rows,
        transpose.entries!, dropped.base, dy.base, dx.base, adds)
    }
  }

  /// Contributes to the gradients of source, target and edge.
  func scoreGradients(_ dy: Matrix, _ tape: Tape) {
    let scores = tape.arena.matrix(rows: alpha.rows, columns: heads)
    let targets = tape.arena.matrix(rows: adjacency.rowCount, columns: heads)
    forEachPiece { first, last, entries in
      gas_edge_dots(
        first, last, Int64(heads), Int64(width), adjacency.offsets, adjacency.columns, x.base, dy.base, scores.base)
      drop(entries, of: scores, into: scores)
      gas_row_softmax_backward(first, last, Int64(heads), adjacency.offsets, alpha.base, scores.base)
      gas_edge_scores_backward(
        first, last, Int64(heads), adjacency.offsets, adjacency.columns, slope, sourceScores.base, targetScores.base,
        edgeScores?.base, scores.base, targets.base)
    }
    source.contribute { gradient, adds in
      let transpose = tape.transposed(adjacency, columnCount: gradient.rows, numbered: true)
      let sums = SparseMatrix(
        rowCount: gradient.rows, columnCount: scores.rows, offsets: transpose.offsets, columns: transpose.entries!)
      SparseProduct(sums).multiply(scores, into: gradient, adds: adds, parallel: parallel)
    }
    target.contribute(passing: targets)
    edge?.contribute(passing: scores)
  }

  /// Dropout is its own derivative. It depends on an entry's place alone, so the pieces do not change it.
  private func drop(_ entries: Range<Int>, of a: Matrix, into b: Matrix) {
    guard dropout > 0 else { return }
    gas_dropout(
      Int64(entries.lowerBound * heads), Int64(entries.upperBound * heads), key, dropout, a.base, b.base)
  }

  private func forEachPiece(_ body: (_ first: Int64, _ last: Int64, _ entries: Range<Int>) -> Void) {
    parallel.forEach(count: pieces.count) { piece in
      let rows = pieces.rows(of: piece)
      let entries = Int(adjacency.offsets[rows.lowerBound])..<Int(adjacency.offsets[rows.upperBound])
      body(Int64(rows.lowerBound), Int64(rows.upperBound), entries)
    }
  }
}
