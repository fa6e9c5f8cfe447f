/// What has ended the work of a rank. Another rank than the first tells rank 0, which tells people and ends all.
public struct RankFailure: Error, Codable, Equatable, CustomStringConvertible {
  /// The rank and its machine.
  public let place: String
  /// What went wrong, in one line.
  public var text: String
  /// Whether a number was not finite any more, so that what was learnt until then is worth keeping.
  public let isOfNumbers: Bool

  /// Says what went wrong where.
  public init(_ place: String, _ text: String, isOfNumbers: Bool = false) {
    (self.place, self.text, self.isOfNumbers) = (place, text, isOfNumbers)
  }

  /// One line.
  public var description: String { "\(place): \(text)" }
}
