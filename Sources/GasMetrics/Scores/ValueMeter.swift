import GasNN

/// Measures outputs of nodes whose labels are real values.
final class ValueMeter: PartMeter {
  private let width: Int
  private var values: ValueTally
  let ranks: RankColumns? = nil

  init(width: Int) {
    self.width = width
    values = ValueTally(width: width)
  }

  func add(_ outputs: Matrix, _ wanted: UnsafeBufferPointer<Float>) {
    for row in 0..<outputs.rows {
      values.add(
        UnsafeBufferPointer(start: outputs.row(row), count: width),
        values: UnsafeBufferPointer(rebasing: wanted[row * width..<(row + 1) * width]))
    }
  }

  func table(above thresholds: [Double]?) -> PartScores? {
    guard let error = values.rmse else { return nil }
    var table = PartScores()
    table[.rmse] = error
    table[.mae] = values.mae
    table[.mse] = values.mse
    table[.r2] = values.r2
    return table
  }
}
