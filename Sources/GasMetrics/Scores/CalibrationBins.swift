/// Predictions by their probability, in 15 equal bins, and how many of each bin are right. A limit of two bins belongs
/// to the lower one.
package struct CalibrationBins: Equatable, Sendable {
  /// The predictions of one bin.
  package struct Bin: Equatable, Sendable {
    /// How many predictions there are.
    package var count = 0
    /// The sum of their probabilities.
    package var probabilities = 0.0
    /// How many of them are right.
    package var rights = 0
  }

  /// The number of bins.
  package static let count = 15
  /// The bins, from the least probability to the greatest.
  package private(set) var bins = [Bin](repeating: Bin(), count: count)

  /// No predictions yet.
  package init() {}

  /// Adds a prediction.
  ///
  /// - Parameters:
  ///   - probability: how probable it is said to be, from 0 to 1.
  ///   - isRight: whether it is right.
  package mutating func add(_ probability: Double, isRight: Bool) {
    let place = min(Self.count, max(1, Int((probability * Double(Self.count)).rounded(.up)))) - 1
    bins[place].count += 1
    bins[place].probabilities += probability
    bins[place].rights += isRight ? 1 : 0
  }

  /// The mean over predictions of |share of right ones − mean probability| of their bins; `nil` without any.
  package var error: Double? {
    let count = bins.reduce(0) { $0 + $1.count }
    // A bin of n predictions with r right ones and the sum of probabilities s adds n/N · |r/n − s/n|.
    let errors = bins.reduce(0) { $0 + abs(Double($1.rights) - $1.probabilities) }
    return count > 0 ? errors / Double(count) : nil
  }
}
