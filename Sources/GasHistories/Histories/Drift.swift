import CGasKernels

/// How far rows h̄ are from the exact ones h that they stand for: ‖h̄ − h‖ and ‖h‖ (Frobenius norms) over
/// all rows, and the distances ‖h̄_v − h_v‖ of single rows, which are the paper's staleness ε.
public struct Drift: Codable, Sendable, Equatable {
  /// ‖h̄ − h‖² over all rows.
  public var squaredDistance = 0.0
  /// ‖h‖² over all rows.
  public var squaredNorm = 0.0
  /// The largest distance ‖h̄_v − h_v‖ of a row.
  public var largestDistance = 0.0
  /// The sum of the distances of all rows.
  public var distanceSum = 0.0
  /// How many rows were compared.
  public var rowCount = 0

  /// Starts with no rows.
  public init() {}

  /// Compares `rows` rows of `width` numbers each.
  package init(rows: Int, width: Int, _ found: UnsafePointer<Float>, _ exact: UnsafePointer<Float>) {
    rowCount = rows
    squaredNorm = gas_squared_norm(Int64(rows * width), exact)
    for row in 0..<rows {
      let squared = gas_squared_distance(Int64(width), found + row * width, exact + row * width)
      squaredDistance += squared
      distanceSum += squared.squareRoot()
      largestDistance = Self.larger(largestDistance, squared.squareRoot())
    }
  }

  /// ‖h̄ − h‖ / ‖h‖; 0 if both are zero, 1 if h alone is. Infinite or not a number if rows are.
  public var relative: Double {
    guard squaredDistance != 0 else { return 0 }
    guard squaredNorm.isFinite else { return .nan }
    guard squaredNorm > 0 else { return squaredDistance.isFinite ? 1 : squaredDistance }
    return (squaredDistance / squaredNorm).squareRoot()
  }

  /// The mean distance of a row; 0 if there are none.
  public var meanDistance: Double { rowCount > 0 ? distanceSum / Double(rowCount) : 0 }

  /// The larger number; unlike with `max`, what is not a number stays so.
  private static func larger(_ a: Double, _ b: Double) -> Double { a.isNaN || b < a ? a : b }

  /// Adds the rows of another comparison.
  public static func += (sum: inout Drift, part: Drift) {
    sum.squaredDistance += part.squaredDistance
    sum.squaredNorm += part.squaredNorm
    sum.largestDistance = larger(sum.largestDistance, part.largestDistance)
    sum.distanceSum += part.distanceSum
    sum.rowCount += part.rowCount
  }
}
