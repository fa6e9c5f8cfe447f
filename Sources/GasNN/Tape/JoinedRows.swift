/// The batch's rows and the halo's behind them, which lie in two places: what a stage reads after a pull.
///
/// Operations that can work on both places do (`aggregated` by sum or mean, `product`, `dropout`, `prefixRows`); for others the rows are copied
/// side by side, once.
final class JoinedRows {
  let own: Matrix
  let appended: Matrix
  private var joined: Matrix?

  init(_ own: Matrix, _ appended: Matrix) {
    self.own = own
    self.appended = appended
  }

  var rows: Int { own.rows + appended.rows }

  func value(on tape: Tape) -> Matrix {
    if let joined { return joined }
    let whole = tape.arena.matrix(rows: rows, columns: own.columns)
    let elementwise = Elementwise(tape.parallel)
    elementwise.copy(own, into: whole.rowRange(0..<own.rows))
    elementwise.copy(appended, into: whole.rowRange(own.rows..<rows))
    joined = whole
    return whole
  }
}
