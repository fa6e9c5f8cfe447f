import CGasKernels

/// Rows of several heads side by side, as attention has them: X: rows × (H·C), head h owns the columns
/// h·C ..< (h + 1)·C.
extension Variable {
  /// Y[r, h] = Σ_c X[r, h·C + c] · a[h, c], each head's product with its own vector.
  ///
  /// X: rows × (H·C), attention: H × C, Y: rows × H. Backward: dX[r, h·C + c] = dY[r, h] · a[h, c] for the rows that
  /// want it, da[h, c] = Σ_r dY[r, h] · X[r, h·C + c] over all rows.
  public func headProducts(_ attention: Variable) -> Variable {
    requireSameTape(attention)
    let (heads, width) = (attention.rows, attention.columns)
    precondition(columns == heads * width, "\(heads) heads of \(width) columns are not \(columns)")
    let (x, a, elementwise) = (value, attention.value, Elementwise(tape.parallel))
    let y = tape.arena.matrix(rows: rows, columns: heads)
    elementwise.forEachRows(x) { rows in
      let first = rows.lowerBound
      gas_head_products(Int64(rows.count), Int64(heads), Int64(width), x.row(first), a.base, y.row(first))
    }
    return tape.record(y, gradientRows: attention.requiresGradient ? rows : gradientRows) { [self] dy in
      contribute { dx, adds in
        elementwise.forEachRows(dx) { rows in
          let first = rows.lowerBound
          gas_head_products_backward(
            Int64(rows.count), Int64(heads), Int64(width), a.base, dy.row(first), dx.row(first), adds)
        }
      }
      attention.contribute { da, adds in
        let sums = elementwise.sumsOverRows(x, rows: dy.rows, shapedLike: da, in: tape.arena) { rows, part in
          let first = rows.lowerBound
          gas_head_product_sums(
            Int64(rows.count), Int64(heads), Int64(width), x.row(first), dy.row(first), part.base)
        }
        if adds { elementwise.add(da, sums, into: da) } else { da.copy(from: sums) }
      }
    }
  }

  /// Y[r, h·C + c] = s[r, h] · X[r, h·C + c]: each head's columns times the head's weight in this row.
  ///
  /// X: rows × (H·C), weights: rows × H, such as attention coefficients of edges; H = 1 scales whole rows. Backward: dX
  /// as Y with dY for X, ds[r, h] = Σ_c dY[r, h·C + c] · X[r, h·C + c].
  public func scaledHeads(by weights: Variable) -> Variable {
    requireSameTape(weights)
    let heads = weights.columns
    precondition(rows == weights.rows, "\(weights.rows) rows of weights for \(rows) rows")
    precondition(heads > 0 && columns % heads == 0, "\(columns) columns do not divide into \(heads) heads")
    let (x, s, elementwise) = (value, weights.value, Elementwise(tape.parallel))
    let width = columns / heads
    func scale(_ x: Matrix, into y: Matrix, adds: Bool) {
      elementwise.forEachRows(y) { rows in
        let first = rows.lowerBound
        gas_scale_heads(
          Int64(rows.count), Int64(heads), Int64(width), s.row(first), x.row(first), y.row(first), adds)
      }
    }
    let y = tape.arena.matrix(rows: rows, columns: columns)
    scale(x, into: y, adds: false)
    return tape.record(y, gradientRows: max(gradientRows, weights.gradientRows)) { [self] dy in
      weights.contribute { ds, adds in
        elementwise.forEachRows(dy.rowRange(0..<ds.rows)) { rows in
          let first = rows.lowerBound
          gas_head_dots(
            Int64(rows.count), Int64(heads), Int64(width), x.row(first), dy.row(first), ds.row(first), adds)
        }
      }
      contribute { dx, adds in scale(dy, into: dx, adds: adds) }
    }
  }

  /// Y[r, c] = 1/H · Σ_h X[r, h·C + c], the mean over `count` heads. Backward: dX[r, h·C + c] = dY[r, c] / H.
  public func meanOfHeads(_ count: Int) -> Variable {
    precondition(count > 0 && columns % count == 0, "\(columns) columns do not divide into \(count) heads")
    if count == 1 { return self }
    let (x, elementwise) = (value, Elementwise(tape.parallel))
    let y = tape.arena.matrix(rows: rows, columns: columns / count)
    elementwise.forEachRows(x) { rows in
      let first = rows.lowerBound
      gas_mean_of_heads(Int64(rows.count), Int64(count), Int64(y.columns), x.row(first), y.row(first))
    }
    return tape.record(y, gradientRows: gradientRows) { [self] dy in
      contribute { dx, adds in
        elementwise.forEachRows(dx) { rows in
          let first = rows.lowerBound
          gas_mean_of_heads_backward(
            Int64(rows.count), Int64(count), Int64(dy.columns), dy.row(first), dx.row(first), adds)
        }
      }
    }
  }
}
