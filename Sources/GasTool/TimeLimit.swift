import ArgumentParser

/// A time as people write it: `90s`, `5min`, `1.5h`, or a plain number of seconds.
public struct TimeLimit: ExpressibleByArgument, Equatable, Sendable {
  /// The time in seconds.
  public let seconds: Double

  /// Reads a number with or without a unit; `nil` if it is none, or not above 0.
  public init?(argument: String) {
    let number = argument.prefix { $0.isNumber || $0 == "." }
    let unit = argument.dropFirst(number.count).trimmingPrefix(while: \.isWhitespace).lowercased()
    guard let value = Double(number), let factor = Self.factors[unit], value > 0, value * factor < 1e9 else {
      return nil
    }
    seconds = value * factor
  }

  /// The moment at which the time is over, if it begins now.
  public var deadline: ContinuousClock.Instant { .now + .seconds(seconds) }

  private static let factors: [String: Double] = [
    "": 1, "s": 1, "sec": 1, "m": 60, "min": 60, "h": 3600, "d": 86_400,
  ]
}
