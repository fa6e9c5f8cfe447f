import GasAutodiff
import GasStore

/// Measures outputs of nodes whose labels are real values.
final class ValueMeter: PartMeter {
  private var values: ValueTally
  let ranks: RankColumns? = nil

  init(width: Int) { values = ValueTally(width: width) }

  func add(_ outputs: Matrix, _ labels: NodeLabels, of mask: UnsafeBufferPointer<UInt8>) {
    guard case .values(let wanted, let width) = labels else { preconditionFailure("values of each node") }
    for row in 0..<outputs.rows where mask[row] != 0 {
      values.add(
        UnsafeBufferPointer(start: outputs.row(row), count: width), values: wanted.row(row, width: width))
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
