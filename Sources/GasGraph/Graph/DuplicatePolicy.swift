/// What becomes of the weights of an edge that occurs several times in the input. Without directions, `v u` repeats
/// `u v`.
public enum DuplicatePolicy: String, CaseIterable, Codable, Sendable {
  /// The weight of the first stays.
  case first
  case sum
  case max
  case min
  case mean
}

/// The weights of one edge, in the order of the input.
///
/// They are added up in double precision in that order, so that neither threads nor memory change a bit.
struct WeightRun {
  private let policy: DuplicatePolicy
  private var first: Float = 0
  private var value = 0.0
  private(set) var count = 0
  /// Whether weights differ.
  private(set) var isConflicting = false

  init(_ policy: DuplicatePolicy) {
    self.policy = policy
  }

  /// Starts with the first weight of another edge.
  mutating func start(_ weight: Float) {
    first = weight
    value = Double(weight)
    count = 1
    isConflicting = false
  }

  mutating func add(_ weight: Float) {
    count += 1
    if weight != first { isConflicting = true }
    switch policy {
    case .first: break
    case .sum, .mean: value += Double(weight)
    case .max: value = Swift.max(value, Double(weight))
    case .min: value = Swift.min(value, Double(weight))
    }
  }

  /// The weight of the edge; infinite where a sum leaves the range of a float.
  var weight: Float {
    switch policy {
    case .first: first
    case .mean: Float(value / Double(count))
    case .sum, .max, .min: Float(value)
    }
  }
}
