/// The batch's rows and the halo's after them, in two places, as a stage reads them after a pull.
///
/// Operations that can work on both places do (`aggregated` by sum or mean, `product`, `dropout`, `prefixRows`); for
/// others the rows are copied side by side, once, as float32.
final class JoinedRows {
  let own: DenseRows
  let appended: ScatteredRows
  private var joined: Matrix?
  private var copied: Matrix?
  private var narrowCopied: BFloatMatrix?

  init(_ own: DenseRows, _ appended: ScatteredRows) {
    self.own = own
    self.appended = appended
  }

  var rows: Int { own.rows + appended.rows }

  func value(on tape: Tape) -> Matrix {
    if let joined { return joined }
    let whole = tape.arena.matrix(rows: rows, columns: own.columns)
    let elementwise = Elementwise(tape.parallel)
    let start = whole.rowRange(0..<own.rows)
    switch own {
    case .float32(let own): elementwise.copy(own, into: start)
    case .bfloat16(let own): elementwise.widen(own, into: start)
    }
    appended.copy(into: whole.rowRange(own.rows..<rows), elementwise)
    joined = whole
    return whole
  }

  /// The batch's rows as float32.
  func ownValue(on tape: Tape) -> Matrix {
    if case .float32(let own) = own { own } else { value(on: tape).rowRange(0..<own.rows) }
  }

  /// The appended rows as float32, one after the other.
  func appendedValue(on tape: Tape) -> Matrix {
    if let copied { return copied }
    if let joined { return joined.rowRange(own.rows..<rows) }
    let rows = appended.matrix ?? tape.arena.matrix(rows: appended.rows, columns: appended.columns)
    if appended.matrix == nil { appended.copy(into: rows, Elementwise(tape.parallel)) }
    copied = rows
    return rows
  }

  /// Both parts as operands of bfloat16, each one after the other.
  func operands(on tape: Tape) -> [BFloatMatrix] { [ownOperand(on: tape), appendedOperand(on: tape)] }

  func ownOperand(on tape: Tape) -> BFloatMatrix {
    switch own {
    case .bfloat16(let own): own
    case .float32(let own): tape.narrowed(own)
    }
  }

  /// The appended rows as bfloat16, where they are if they are bfloat16 already.
  func narrowAppended(on tape: Tape) -> ScatteredRows {
    appended.precision == .bfloat16 ? appended : ScatteredRows(.bfloat16(appendedOperand(on: tape)))
  }

  func appendedOperand(on tape: Tape) -> BFloatMatrix {
    if let narrowCopied { return narrowCopied }
    if case .bfloat16(let rows) = appended.dense { return rows }
    let rows = tape.arena.bfloatMatrix(rows: appended.rows, columns: appended.columns)
    appended.copy(into: rows, Elementwise(tape.parallel))
    narrowCopied = rows
    return rows
  }
}
