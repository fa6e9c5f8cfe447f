/// A value of bfloat16 numbers. An operation that has no form for them reads it widened, once.
final class NarrowRows {
  let matrix: BFloatMatrix
  private var widened: Matrix?

  init(_ matrix: BFloatMatrix) {
    self.matrix = matrix
  }

  /// The same numbers as float32, in the tape's arena.
  func value(on tape: Tape) -> Matrix {
    if let widened { return widened }
    let wide = tape.arena.matrix(rows: matrix.rows, columns: matrix.columns)
    Elementwise(tape.parallel).widen(matrix, into: wide)
    widened = wide
    return wide
  }
}

extension Tape {
  /// Whether operations keep their results as bfloat16 where they can.
  var isNarrow: Bool { precision == .bfloat16 }

  /// Whether products take bfloat16 operands: not everywhere does the processor have such products.
  var multipliesNarrow: Bool { isNarrow && Precision.hasBFloat16Products }

  /// x, rounded to bfloat16.
  func narrowed(_ x: Matrix) -> BFloatMatrix {
    let narrow = arena.bfloatMatrix(rows: x.rows, columns: x.columns)
    Elementwise(parallel).narrow(x, into: narrow)
    return narrow
  }

  /// A value without a gradient, of rows that lie in memory already. Rows that are not what the tape computes with are
  /// converted.
  public func constant(_ rows: DenseRows) -> Variable {
    switch rows {
    case .float32(let matrix): constant(matrix)
    case .bfloat16(let matrix): Variable(self, .narrow(NarrowRows(matrix)), gradientRows: 0)
    }
  }
}

extension Variable {
  /// The value as it is kept: float32 or bfloat16 numbers. The same values trap as for `value`.
  public var dense: DenseRows {
    if case .narrow(let rows) = storage { .bfloat16(rows.matrix) } else { .float32(value) }
  }

  /// The value as a tape of bfloat16 keeps it between stages: rounded, if it was float32. On other tapes it is the
  /// value itself. Backward: dX = dY.
  public func kept() -> Variable {
    guard tape.isNarrow, case .dense(let matrix) = storage else { return self }
    return tape.record(.narrow(NarrowRows(tape.narrowed(matrix))), gradientRows: gradientRows) { [self] gradient in
      contribute(passing: gradient)
    }
  }

  /// The value as an operand of bfloat16 that one operation reads.
  func operand() -> BFloatMatrix {
    switch dense {
    case .bfloat16(let matrix): matrix
    case .float32(let matrix): tape.narrowed(matrix)
    }
  }
}
