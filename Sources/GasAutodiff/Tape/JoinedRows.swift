/// The batch's rows and the halo's after them, in two places, as a stage reads them after a pull.
///
/// Operations that can work on both places do (`aggregated` by sum or mean, `product`, `dropout`, `prefixRows`); for
/// others the rows are copied side by side, once.
final class JoinedRows {
  let own: Matrix
  let appended: ScatteredRows
  private var joined: Matrix?
  private var copied: Matrix?

  init(_ own: Matrix, _ appended: ScatteredRows) {
    self.own = own
    self.appended = appended
  }

  var rows: Int { own.rows + appended.rows }

  func value(on tape: Tape) -> Matrix {
    if let joined { return joined }
    let whole = tape.arena.matrix(rows: rows, columns: own.columns)
    let elementwise = Elementwise(tape.parallel)
    elementwise.copy(own, into: whole.rowRange(0..<own.rows))
    appended.copy(into: whole.rowRange(own.rows..<rows), elementwise)
    joined = whole
    return whole
  }

  /// The appended rows, one after the other.
  func appendedValue(on tape: Tape) -> Matrix {
    if let copied { return copied }
    if let joined { return joined.rowRange(own.rows..<rows) }
    let rows = appended.matrix ?? tape.arena.matrix(rows: appended.rows, columns: appended.columns)
    if appended.matrix == nil { appended.copy(into: rows, Elementwise(tape.parallel)) }
    copied = rows
    return rows
  }
}
