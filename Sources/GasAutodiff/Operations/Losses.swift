import CGasKernels
import GasBase

extension Variable {
  /// Cross-entropy: Σ w_r · −log softmax(X[r])[label_r] / Σ w_r over the rows with a label ≥ 0, w_r the weight of
  /// label_r times that of the row; without weights the mean. It is 0 if there are no such rows, or their weights are
  /// 0. As torch.nn.CrossEntropyLoss(weight).
  ///
  /// Backward: dX[r] = w_r · (softmax(X[r]) − onehot(label_r)) / Σ w_r, 0 in the other rows.
  ///
  /// With γ > 0 it is the focal loss of Lin et al. (ICCV 2017): each term is multiplied by
  /// (1 − softmax(X[r])[label_r])^γ.
  ///
  /// - Parameters:
  ///   - labels: one for each row, each below `columns`. To train on some rows, pass −1 for the others.
  ///   - weights: at least 0, one for each class; all are 1 if nil.
  ///   - rowWeights: at least 0, one for each row; all are 1 if nil. As labels, needed during the call only.
  ///   - focalGamma: γ, at least 0.
  /// - Returns: a 1 × 1 value.
  public func crossEntropy(
    labels: UnsafeBufferPointer<Int32>, weights: [Float]? = nil, rowWeights: UnsafeBufferPointer<Float>? = nil,
    focalGamma: Float = 0
  ) -> Variable {
    precondition(labels.count == rows, "\(labels.count) labels for \(rows) rows")
    precondition(weights.map { $0.count == columns } ?? true, "a weight for each of \(columns) classes")
    precondition(rowWeights.map { $0.count == rows } ?? true, "a weight for each of \(rows) rows")
    let width = columns
    var total = 0.0
    for (row, label) in labels.enumerated() {
      precondition(label < Int32(width), "label \(label) among \(width) classes")
      if label >= 0 { total += Double((weights?[Int(label)] ?? 1) * (rowWeights?[row] ?? 1)) }
    }
    return meanLoss(over: total) { x, scale, rows, gradient in
      let (first, count) = (rows.lowerBound, Int64(rows.count))
      let (labels, rowWeights) = (labels.baseAddress! + first, rowWeights.map { $0.baseAddress! + first })
      if focalGamma > 0 {
        return gas_softmax_focal_loss(
          count, Int64(width), x.row(first), labels, weights, rowWeights, focalGamma, scale, gradient?.row(first))
      }
      return gas_softmax_cross_entropy(
        count, Int64(width), x.row(first), labels, weights, rowWeights, scale, gradient?.row(first))
    }
  }

  /// Binary cross-entropy of logits against targets 0 or 1: the mean of max(x, 0) − x·t + log(1 + e^−|x|) over the
  /// elements that count: those of rows that do, whose target is not missing. Where t is 1, a term is multiplied by the
  /// weight p of its column; with weights of rows, terms are multiplied by them and divided by their sum over the
  /// elements. It is 0 if no element counts. As torch.nn.BCEWithLogitsLoss(pos_weight).
  ///
  /// Backward: dx = (1 + (p − 1)·t) · (σ(x) − t) / (number of elements that count), 0 in the others.
  ///
  /// With γ > 0 it is the focal loss of Lin et al. (ICCV 2017): each term is multiplied by |t − σ(x)|^γ.
  ///
  /// - Parameters:
  ///   - targets: `rows × columns` bytes, 0 or 1, or `GAS_MISSING_TARGET` (255).
  ///   - mask: one byte for each row, 0 where the row does not count; all count if nil.
  ///   - positiveWeights: p, one for each column; all are 1 if nil.
  ///   - rowWeights: at least 0, one for each row; all are 1 if nil. As targets and mask, needed during the call only.
  ///   - focalGamma: γ, at least 0.
  /// - Returns: a 1 × 1 value.
  public func sigmoidCrossEntropy(
    targets: UnsafeBufferPointer<UInt8>, mask: UnsafeBufferPointer<UInt8>? = nil, positiveWeights: [Float]? = nil,
    rowWeights: UnsafeBufferPointer<Float>? = nil, focalGamma: Float = 0
  ) -> Variable {
    precondition(targets.count == rows * columns, "\(targets.count) targets for \(rows) × \(columns) logits")
    precondition(positiveWeights.map { $0.count == columns } ?? true, "a weight for each of \(columns) columns")
    let width = columns
    let total = weight(ofRowsIn: mask, rowWeights) { row in
      targets[row * width..<(row + 1) * width].reduce(0) { $0 + ($1 == Self.missingTarget ? 0 : 1) }
    }
    return meanLoss(over: total) { x, scale, rows, gradient in
      let (first, count) = (rows.lowerBound, Int64(rows.count))
      let (targets, mask) = (targets.baseAddress! + first * width, mask.map { $0.baseAddress! + first })
      let rowWeights = rowWeights.map { $0.baseAddress! + first }
      if focalGamma > 0 {
        return gas_sigmoid_focal_loss(
          count, Int64(width), x.row(first), targets, mask, positiveWeights, rowWeights, focalGamma, scale,
          gradient?.row(first))
      }
      return gas_sigmoid_cross_entropy(
        count, Int64(width), x.row(first), targets, mask, positiveWeights, rowWeights, scale, gradient?.row(first))
    }
  }

  /// Mean squared error: Σ w_r · ((x − t) · s)² / Σ w_r over the elements that count: those of rows that do, whose
  /// value t is a number. It is 0 if no element counts. With s = 1 and no weights as torch.nn.MSELoss.
  ///
  /// Backward: dx = 2 · w_r · s² · (x − t) / Σ w_r, 0 in the others.
  ///
  /// - Parameters:
  ///   - values: t, `rows × columns` numbers, NaN where one is missing.
  ///   - mask: one byte for each row, 0 where the row does not count; all count if nil.
  ///   - columnScales: s, one for each column.
  ///   - rowWeights: w, at least 0, one for each row; all are 1 if nil. As values and mask, needed during the call
  ///     only.
  /// - Returns: a 1 × 1 value.
  public func squaredError(
    values: UnsafeBufferPointer<Float>, mask: UnsafeBufferPointer<UInt8>? = nil, columnScales: [Float],
    rowWeights: UnsafeBufferPointer<Float>? = nil
  ) -> Variable {
    precondition(values.count == rows * columns, "\(values.count) values for \(rows) × \(columns) outputs")
    precondition(columnScales.count == columns, "a scale for each of \(columns) columns")
    let width = columns
    let total = weight(ofRowsIn: mask, rowWeights) { row in
      values[row * width..<(row + 1) * width].reduce(0) { $0 + ($1.isNaN ? 0 : 1) }
    }
    return meanLoss(over: total) { x, scale, rows, gradient in
      let first = rows.lowerBound
      return gas_squared_error(
        Int64(rows.count), Int64(width), x.row(first), values.baseAddress! + first * width,
        mask.map { $0.baseAddress! + first }, columnScales, rowWeights.map { $0.baseAddress! + first }, scale,
        gradient?.row(first))
    }
  }

  private static let missingTarget = UInt8(GAS_MISSING_TARGET)

  /// What the elements weigh that count: Σ w_r · (elements of row r that are known) over the rows of a mask.
  private func weight(
    ofRowsIn mask: UnsafeBufferPointer<UInt8>?, _ rowWeights: UnsafeBufferPointer<Float>?, known: (Int) -> Int
  ) -> Double {
    precondition(mask.map { $0.count == rows } ?? true, "a mask has a byte for each row")
    precondition(rowWeights.map { $0.count == rows } ?? true, "a weight for each of \(rows) rows")
    var total = 0.0
    for row in 0..<rows where mask.map({ $0[row] != 0 }) ?? true {
      total += Double(rowWeights?[row] ?? 1) * Double(known(row))
    }
    return total
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
