import CGasKernels

/// How the messages of a node's neighbours become one.
public enum Aggregator: Sendable {
  /// Σ over the row's entries.
  case sum
  /// Σ divided by the number of the row's entries; 0 for a row without any.
  case mean
}

extension Variable {
  /// Y[v] = Σ_{u ∈ N(v)} a_vu · X[u], for the mean divided by |N(v)|.
  ///
  /// X: (n + h) × k, adjacency: n × (n + h) with the values a (1 where it has none), Y: n × k. Backward: dX = Aᵀ·dY for the rows
  /// of X that want it, with dY[v] divided by |N(v)| first for the mean. The adjacency's values are constants.
  public func aggregated(over adjacency: SparseMatrix, by aggregator: Aggregator = .sum) -> Variable {
    precondition(
      rows == adjacency.columnCount, "the adjacency joins \(adjacency.columnCount) nodes, there are \(rows) rows")
    let (parallel, width) = (tape.parallel, columns)
    let scale = aggregator == .mean ? inverseCounts(adjacency) : nil
    let y = tape.arena.matrix(rows: adjacency.rowCount, columns: width)
    SparseProduct(adjacency).multiply(value, into: y, rowScale: scale, parallel: parallel)
    return tape.record(y, gradientRows: requiresGradient ? adjacency.rowCount : 0) { [self] gradient in
      if let scale {
        Elementwise(parallel).forEachRows(gradient) { rows in
          let first = gradient.row(rows.lowerBound)
          gas_scale_rows(Int64(rows.count), Int64(width), scale + rows.lowerBound, first, first)
        }
      }
      contribute { dx, adds in
        SparseProduct(tape.transposed(adjacency)).multiply(gradient, into: dx, adds: adds, parallel: parallel)
      }
    }
  }

  private func inverseCounts(_ adjacency: SparseMatrix) -> UnsafePointer<Float> {
    let scale = tape.arena.allocate(Float.self, count: adjacency.rowCount)
    gas_inverse_row_counts(0, Int64(adjacency.rowCount), adjacency.offsets, scale)
    return UnsafePointer(scale)
  }
}
