import CGasKernels

extension Variable {
  /// Y[v] = aggregate over u ∈ N(v) of the messages a_vu · X[u].
  ///
  /// X: (n + h) × k, adjacency: n × (n + h) with the values a (1 where it has none), Y: n × k. The adjacency's values
  /// are constants. Backward, for the rows of X that want it:
  ///
  /// - sum: dX = Aᵀ·dY; mean: the same with dY[v] divided by |N(v)| first.
  /// - max, min: each column of dY[v] goes wholly to the first entry of row v that attains the extremum. Where several
  ///   attain it that is one subgradient among others: torch_scatter takes one of them too, PyTorch's scatter_reduce
  ///   shares equally.
  /// - std: with m a message to v, dm = (m − mean) / (|N(v)| · Y[v]) ⊙ dY[v], 0 where Y is 0, and
  ///   dX[u] = Σ_v a_vu · dm. As torch_geometric.nn.aggr.StdAggregation, whose mean(m²) − mean(m)² is the same but
  ///   cancels in float32.
  /// - softmax: through messages and shares, in chunks of edges (`Tape.passMessages`). As SoftmaxAggregation there,
  ///   t = 1.
  public func aggregated(over adjacency: SparseMatrix, by aggregator: Aggregator = .sum) -> Variable {
    aggregated(over: adjacency, by: aggregator, asOperand: false)
  }

  /// The aggregation, which products alone will read if `asOperand` is set: it then is kept as they read it.
  package func aggregated(over adjacency: SparseMatrix, by aggregator: Aggregator, asOperand: Bool) -> Variable {
    precondition(
      rows == adjacency.columnCount, "the adjacency joins \(adjacency.columnCount) nodes, there are \(rows) rows")
    if case .aggregate(let known) = storage {
      precondition(known.aggregator == aggregator, KnownAggregate.otherUse)
      return tape.constant(known.aggregate)
    }
    return switch aggregator {
    case .sum: summed(over: adjacency, scale: nil, asOperand: asOperand)
    case .mean: summed(over: adjacency, scale: inverseCounts(adjacency), asOperand: asOperand)
    case .max: extremum(over: adjacency, least: false)
    case .min: extremum(over: adjacency, least: true)
    case .std: deviation(over: adjacency)
    case .softmax: softmaxWeighted(over: adjacency)
    }
  }

  /// Y = diag(scale)·A·X.
  private func summed(over adjacency: SparseMatrix, scale: UnsafePointer<Float>?, asOperand: Bool) -> Variable {
    if tape.isNarrow { return narrowSummed(over: adjacency, scale: scale, asOperand: asOperand) }
    let parallel = tape.parallel
    let y = tape.arena.matrix(rows: adjacency.rowCount, columns: columns)
    let product = SparseProduct(adjacency)
    if case .joined(let parts) = storage {
      product.multiply(
        parts.ownValue(on: tape), followedBy: parts.appended, into: y, rowScale: scale, parallel: parallel)
    } else {
      product.multiply(value, into: y, rowScale: scale, parallel: parallel)
    }
    let wanted = requiresGradient ? adjacency.rowCount : 0
    return tape.record(y, gradientRows: wanted, isOverwritable: true) { [self] gradient in
      if let scale { Elementwise(parallel).scaleRows(gradient, by: scale, into: gradient) }
      contribute { dx, adds in
        let transpose = tape.transposed(adjacency, columnCount: dx.rows)
        SparseProduct(transpose).multiply(gradient, into: dx, adds: adds, parallel: parallel)
      }
    }
  }

  /// Y = diag(scale)·A·X of bfloat16 rows, with float32 sums. Backward the gradient's rows are rounded, as X's are.
  private func narrowSummed(
    over adjacency: SparseMatrix, scale: UnsafePointer<Float>?, asOperand: Bool
  ) -> Variable {
    let (arena, parallel) = (tape.arena, tape.parallel)
    let y =
      asOperand
      ? DenseRows.bfloat16(arena.bfloatMatrix(rows: adjacency.rowCount, columns: columns))
      : .float32(arena.matrix(rows: adjacency.rowCount, columns: columns))
    let product = SparseProduct(adjacency)
    if case .joined(let parts) = storage {
      product.multiply(
        parts.ownOperand(on: tape), followedBy: parts.narrowAppended(on: tape), into: y, rowScale: scale,
        parallel: parallel)
    } else {
      let x = operand()
      product.multiply(x, into: y, rowScale: scale, parallel: parallel)
      if case .dense = storage { arena.recycle(x) }
    }
    let wanted = requiresGradient ? adjacency.rowCount : 0
    return tape.record(Storage(y), gradientRows: wanted, isOverwritable: !asOperand) { [self] gradient in
      if let scale { Elementwise(parallel).scaleRows(gradient, by: scale, into: gradient) }
      let narrow = tape.narrowed(gradient)
      contribute { dx, adds in
        let transpose = tape.transposed(adjacency, columnCount: dx.rows)
        SparseProduct(transpose).multiply(narrow, into: .float32(dx), adds: adds, parallel: parallel)
      }
      arena.recycle(narrow)
    }
  }

  private func extremum(over adjacency: SparseMatrix, least: Bool) -> Variable {
    let parallel = tape.parallel
    let y = tape.arena.matrix(rows: adjacency.rowCount, columns: columns)
    let isRecorded = tape.isTraining && requiresGradient
    let winners = isRecorded ? tape.arena.allocate(UInt32.self, count: y.count) : nil
    SparseExtremum(adjacency).take(value, least: least, into: y, winners: winners, parallel: parallel)
    return tape.record(y, gradientRows: isRecorded ? adjacency.rowCount : 0) { [self] gradient in
      guard let winners else { return }
      contribute { dx, adds in
        let transpose = tape.transposed(adjacency, columnCount: dx.rows, numbered: true)
        transpose.giveBack(gradient, toWinners: winners, into: dx, adds: adds, parallel: parallel)
      }
    }
  }

  private func deviation(over adjacency: SparseMatrix) -> Variable {
    let (x, parallel) = (value, tape.parallel)
    let y = tape.arena.matrix(rows: adjacency.rowCount, columns: columns)
    let means = tape.arena.matrix(rows: adjacency.rowCount, columns: columns)
    SparseDeviation(adjacency).take(x, into: y, means: means, parallel: parallel)
    return tape.record(y, gradientRows: requiresGradient ? adjacency.rowCount : 0) { [self] gradient in
      SparseDeviation(adjacency).slopes(of: y, from: gradient, into: gradient, parallel: parallel)
      contribute { dx, adds in
        let transpose = tape.transposed(adjacency, columnCount: dx.rows)
        transpose.giveBack(slopes: gradient, around: means, of: x, into: dx, adds: adds, parallel: parallel)
      }
    }
  }

  private func softmaxWeighted(over adjacency: SparseMatrix) -> Variable {
    tape.passMessages(over: adjacency, by: .softmax) { [self] edges in
      let x = edges.source(self)
      return edges.weight.map { x.scaledHeads(by: $0) } ?? x
    }
  }

  private func inverseCounts(_ adjacency: SparseMatrix) -> UnsafePointer<Float> {
    let scale = tape.arena.allocate(Float.self, count: adjacency.rowCount)
    gas_inverse_row_counts(0, Int64(adjacency.rowCount), adjacency.offsets, scale)
    return UnsafePointer(scale)
  }
}
