import CGasKernels
import GasBase

extension Variable {
  /// Cross-entropy: Σ w_r · −log softmax(X[r])[label_r] / Σ w_r over the rows with a label ≥ 0, w_r the weight of
  /// label_r; without weights the mean. It is 0 if there are no such rows, or their weights are 0. As
  /// torch.nn.CrossEntropyLoss(weight).
  ///
  /// Backward: dX[r] = w_r · (softmax(X[r]) − onehot(label_r)) / Σ w_r, 0 in the other rows.
  ///
  /// - Parameters:
  ///   - labels: one for each row, each below `columns`; needed during the call only. To train on some rows, pass −1
  ///     for the others.
  ///   - weights: at least 0, one for each class; all are 1 if nil.
  /// - Returns: a 1 × 1 value.
  public func crossEntropy(labels: UnsafeBufferPointer<Int32>, weights: [Float]? = nil) -> Variable {
    precondition(labels.count == rows, "\(labels.count) labels for \(rows) rows")
    precondition(weights.map { $0.count == columns } ?? true, "a weight for each of \(columns) classes")
    let width = columns
    var total = 0.0
    for label in labels {
      precondition(label < Int32(width), "label \(label) among \(width) classes")
      if label >= 0 { total += weights.map { Double($0[Int(label)]) } ?? 1 }
    }
    return meanLoss(over: total) { x, scale, rows, gradient in
      let first = rows.lowerBound
      return gas_softmax_cross_entropy(
        Int64(rows.count), Int64(width), x.row(first), labels.baseAddress! + first, weights, scale,
        gradient?.row(first))
    }
  }

  /// Binary cross-entropy of logits against targets 0 or 1: the mean of max(x, 0) − x·t + log(1 + e^−|x|) over the
  /// elements of the rows that count. Where t is 1, a term is multiplied by the weight p of its column. It is 0 if no
  /// row counts. As torch.nn.BCEWithLogitsLoss(pos_weight).
  ///
  /// Backward: dx = (1 + (p − 1)·t) · (σ(x) − t) / (number of elements that count), 0 in the other rows.
  ///
  /// - Parameters:
  ///   - targets: `rows × columns` bytes, 0 or 1.
  ///   - mask: one byte for each row, 0 where the row does not count; all count if nil. Both are needed during the call
  ///     only.
  ///   - positiveWeights: p, one for each column; all are 1 if nil.
  /// - Returns: a 1 × 1 value.
  public func sigmoidCrossEntropy(
    targets: UnsafeBufferPointer<UInt8>, mask: UnsafeBufferPointer<UInt8>? = nil, positiveWeights: [Float]? = nil
  ) -> Variable {
    precondition(targets.count == rows * columns, "\(targets.count) targets for \(rows) × \(columns) logits")
    precondition(positiveWeights.map { $0.count == columns } ?? true, "a weight for each of \(columns) columns")
    precondition(mask.map { $0.count == rows } ?? true, "a mask has a byte for each row")
    let width = columns
    let counting = mask.map { $0.reduce(0) { $0 + ($1 == 0 ? 0 : 1) } } ?? rows
    return meanLoss(over: Double(counting * width)) { x, scale, rows, gradient in
      let first = rows.lowerBound
      return gas_sigmoid_cross_entropy(
        Int64(rows.count), Int64(width), x.row(first), targets.baseAddress! + first * width,
        mask.map { $0.baseAddress! + first }, positiveWeights, scale, gradient?.row(first))
    }
  }

  /// Σ x² over all elements, a 1 × 1 value. Backward: dX = 2 · dY · X.
  public func sumOfSquares() -> Variable {
    let x = value
    let total = sumOverRows { rows in gas_squared_norm(Int64(rows.count * x.columns), x.row(rows.lowerBound)) }
    return tape.record(tape.scalar(total), gradientRows: requiresGradient ? 1 : 0) { [self] gradient in
      let part = tape.arena.matrix(rows: gradientRows, columns: columns)
      Elementwise(tape.parallel).scale(x.rowRange(0..<gradientRows), by: 2 * gradient[0, 0], into: part)
      contribute(passing: part)
    }
  }

  /// A loss that is a mean of terms, Σ terms / `total`, with its gradient computed in the forward pass. `terms` adds up
  /// the terms of some rows, and if it gets a gradient matrix writes scale · ∂(sum)/∂x for them.
  private func meanLoss(
    over total: Double, _ terms: (_ x: Matrix, _ scale: Float, _ rows: Range<Int>, _ gradient: Matrix?) -> Double
  ) -> Variable {
    let x = value
    let scale = total == 0 ? 0 : 1 / total
    let local = tape.isTraining && requiresGradient ? tape.arena.matrix(rows: rows, columns: columns) : nil
    let sum = sumOverRows { rows in terms(x, Float(scale), rows, local) }
    return tape.record(tape.scalar(sum * scale), gradientRows: local == nil ? 0 : 1) { [self] gradient in
      guard let local else { return }
      if gradient[0, 0] != 1 { Elementwise(tape.parallel).scale(local, by: gradient[0, 0], into: local) }
      contribute(passing: local)
    }
  }

  /// Adds up a number over all rows, in double and in a fixed order.
  func sumOverRows(_ body: (Range<Int>) -> Double) -> Double {
    let chunk = Elementwise.rowChunk(width: columns)
    let count = dividedUp(rows, by: chunk)
    let sums = tape.arena.allocate(Double.self, count: count)
    tape.parallel.forEachRange(of: rows, chunk: chunk) { sums[$0.lowerBound / chunk] = body($0) }
    return (0..<count).reduce(0) { $0 + sums[$1] }
  }
}

extension Tape {
  func scalar(_ value: Double) -> Matrix {
    let matrix = arena.matrix(rows: 1, columns: 1)
    matrix[0, 0] = Float(value)
    return matrix
  }
}
