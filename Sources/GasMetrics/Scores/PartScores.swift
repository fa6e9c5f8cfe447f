/// The scores of some nodes. One that is undefined for them is absent, and never a number that JSON cannot say.
public struct PartScores: Equatable, Sendable {
  private var values: [Score: Double] = [:]

  /// No scores yet.
  public init() {}

  /// A score; `nil` where it is undefined. A number that is not finite is none.
  public subscript(score: Score) -> Double? {
    get { values[score] }
    set { values[score] = newValue.flatMap { $0.isFinite ? $0 : nil } }
  }

  /// Whether there is no score at all.
  public var isEmpty: Bool { values.isEmpty }

  /// The score that stands for all where one number is shown: accuracy of classes, micro-F1 of multiple labels, R² of
  /// values.
  public var main: Double? { mainScore.flatMap { self[$0] } }

  /// Which score that is; `nil` where none of these is defined.
  package var mainScore: Score? { [.accuracy, .microF1, .r2].first { self[$0] != nil } }
}

/// Scores as JSON: an object with a key for each that is defined.
extension PartScores: Codable {
  /// Reads an object. Keys that are no scores are left out.
  public init(from decoder: any Decoder) throws {
    let container = try decoder.container(keyedBy: Score.self)
    for score in Score.allCases { self[score] = try container.decodeIfPresent(Double.self, forKey: score) }
  }

  /// Writes the scores that are defined.
  public func encode(to encoder: any Encoder) throws {
    var container = encoder.container(keyedBy: Score.self)
    for score in Score.allCases { try container.encodeIfPresent(self[score], forKey: score) }
  }
}
