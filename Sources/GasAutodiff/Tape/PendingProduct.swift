import CGasKernels
import GasBase

/// A product of bfloat16 operands that is computed when it is read.
///
/// A bias and an activation that follow take each panel of its rows while the panel is in the cache, and rows that are
/// rounded by the activation are never written as float32. On the way back the gradient passes through all of them in
/// one go, too. Bits are those of the single operations.
final class PendingProduct {
  private let parts: [BFloatMatrix]
  private let weight: BFloatProduct.Packed
  /// What the product is added to, and whose memory it takes.
  private let sum: Matrix?
  /// 1 × columns, added to every row.
  var bias: Matrix?

  /// The activation's result and slope, once the way back has come to it.
  private var rectification: (y: BFloatMatrix, slope: Float)?
  private var narrowGradient: BFloatMatrix?

  /// Y = sum + X·W, where X is `parts` one below the other. Traps if the sum has another shape.
  init(_ parts: [BFloatMatrix], _ weight: BFloatProduct.Packed, addedTo sum: Matrix?) {
    (self.parts, self.weight, self.sum) = (parts, weight, sum)
    precondition(sum.map { $0.rows == rows && $0.columns == columns } ?? true, "the sum has another shape")
  }

  var rows: Int { parts.reduce(0) { $0 + $1.rows } }
  var columns: Int { weight.width }

  /// Y in float32. Call this or `rectified` once.
  func value(on tape: Tape) -> Matrix {
    let y = sum ?? tape.arena.matrix(rows: rows, columns: columns)
    forEachPanel(on: tape) { rows, _ in
      y.rowRange(rows)
    } body: { _, _ in
    }
    return y
  }

  /// Y where it is above 0, else slope · Y, rounded.
  func rectified(slope: Float, on tape: Tape) -> BFloatMatrix {
    let y = tape.arena.bfloatMatrix(rows: rows, columns: columns)
    let panelRows = BFloatProduct.panelRows
    let threads = tape.parallel.threadCount
    // Few rows take no more than they are; many share a panel for each thread.
    let isShared = sum == nil && rows > threads * panelRows
    let panels = sum ?? tape.arena.matrix(rows: isShared ? threads * panelRows : rows, columns: columns)
    forEachPanel(on: tape) { rows, worker in
      panels.rowRange(isShared ? worker * panelRows..<worker * panelRows + rows.count : rows)
    } body: { rows, panel in
      gas_leaky_relu_to_bf16(Int64(panel.count), slope, panel.base, y.row(rows.lowerBound))
    }
    tape.arena.recycle(panels)
    return y
  }

  private func forEachPanel(
    on tape: Tape, in memory: (_ rows: Range<Int>, _ worker: Int) -> Matrix,
    body: (_ rows: Range<Int>, _ panel: Matrix) -> Void
  ) {
    var start = 0
    for part in parts {
      let rows = start..<start + part.rows
      tape.parallel.forEachRange(of: rows, chunk: BFloatProduct.panelRows) { [start] rows, worker in
        let panel = memory(rows, worker)
        let x = part.rowRange(rows.lowerBound - start..<rows.upperBound - start)
        BFloatProduct.multiply(x, weight, into: panel, adds: sum != nil)
        if let bias { gas_add_bias(Int64(rows.count), Int64(columns), panel.base, bias.base, panel.base) }
        body(rows, panel)
      }
      start = rows.upperBound
    }
    BFloatProduct.recycle(weight, in: tape.arena)
  }

  // MARK: The way back

  /// Leaves the activation's backward pass to what comes next on the way back.
  func passRectification(_ y: BFloatMatrix, slope: Float) { rectification = (y, slope) }

  /// The gradient's sums over rows, which are the bias's. The gradient first passes the activation, in place.
  func biasGradient(_ gradient: Matrix, on tape: Tape) -> Matrix {
    let narrow = tape.arena.bfloatMatrix(rows: gradient.rows, columns: columns)
    let shape = Matrix(rows: 1, columns: columns, base: gradient.base)
    let sums = Elementwise(tape.parallel).sumsOverRows(
      gradient, rows: gradient.rows, shapedLike: shape, in: tape.arena
    ) { rows, part in
      goBack(rows, gradient, into: narrow)
      gas_column_sums(Int64(rows.count), Int64(columns), gradient.row(rows.lowerBound), part.base)
    }
    narrowGradient = narrow
    return sums
  }

  /// The gradient, rounded. It first passes the activation, in place, unless it has passed it for the bias.
  func narrowed(_ gradient: Matrix, on tape: Tape) -> BFloatMatrix {
    if let narrowGradient { return narrowGradient }
    let narrow = tape.arena.bfloatMatrix(rows: gradient.rows, columns: columns)
    Elementwise(tape.parallel).forEachRows(gradient) { goBack($0, gradient, into: narrow) }
    return narrow
  }

  private func goBack(_ rows: Range<Int>, _ gradient: Matrix, into narrow: BFloatMatrix) {
    let (count, dy) = (Int64(rows.count * columns), gradient.row(rows.lowerBound))
    if let (y, slope) = rectification { gas_leaky_relu_backward_bf16(count, slope, y.row(rows.lowerBound), dy, dy) }
    gas_f32_to_bf16(count, dy, narrow.row(rows.lowerBound))
  }
}
