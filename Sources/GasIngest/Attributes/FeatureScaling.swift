/// The numbers that a normalisation needs, and how it changes a row.
enum FeatureScaling: Sendable {
  case none
  case row
  case standard(means: [Double], factors: [Double])

  func apply(_ row: UnsafeMutableBufferPointer<Float>) {
    switch self {
    case .none: return
    case .row: Self.divideBySum(row)
    case .standard(let means, let factors):
      for column in row.indices { row[column] = Float((Double(row[column]) - means[column]) * factors[column]) }
    }
  }

  static func divideBySum(_ row: UnsafeMutableBufferPointer<Float>) {
    let sum = row.reduce(0.0) { $0 + Double($1) }
    guard sum != 0 else { return }
    for column in row.indices { row[column] = Float(Double(row[column]) / sum) }
  }
}

/// Mean and deviation of each column, computed in one pass over the rows.
///
/// Differences from the first row are summed, so that columns far from zero lose no precision.
struct ColumnMoments {
  private var count = 0
  private var origin: [Double]
  private var sums: [Double]
  private var squares: [Double]

  init(width: Int) {
    origin = [Double](repeating: 0, count: width)
    sums = origin
    squares = origin
  }

  mutating func add(_ row: UnsafeMutableBufferPointer<Float>) {
    if count == 0 { origin = row.map { Double($0) } }
    count += 1
    for column in row.indices {
      let difference = Double(row[column]) - origin[column]
      sums[column] += difference
      squares[column] += difference * difference
    }
  }

  var scaling: FeatureScaling {
    let n = Double(count)
    let means = origin.indices.map { origin[$0] + sums[$0] / n }
    let factors = origin.indices.map { column -> Double in
      let variance = (squares[column] - sums[column] * sums[column] / n) / max(1, n - 1)
      return variance > 0 ? 1 / variance.squareRoot() : 0
    }
    return .standard(means: means, factors: factors)
  }
}
