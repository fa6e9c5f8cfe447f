import GasBase

/// How fast a machine sends, as people write it: `10Gbit`, `10Gbit/s` (the same), `1GB/s`.
///
/// Units of networks are decimal: 1 Gbit is 10⁹ bits. Binary ones (`GiB/s`) are understood, too.
public struct NetworkSpeed: Equatable, Sendable {
  /// Bytes in a second.
  public let bytesPerSecond: Double

  /// Reads a speed.
  ///
  /// - Parameter text: a number and its unit.
  /// - Throws: `GasError` if it is no speed, or not above 0.
  public init(_ text: String) throws {
    let number = text.prefix { $0.isNumber || $0 == "." }
    var unit = Substring(text.dropFirst(number.count).trimmingPrefix(while: \.isWhitespace))
    if unit.hasSuffix("/s") { unit = unit.dropLast(2) }
    guard let value = Double(number), value > 0, let factor = Self.factor(unit), value * factor < 1e15 else {
      throw GasError(expected: "a speed such as 10Gbit, 1Gbit/s or 1GB/s", found: "\"\(text)\"")
    }
    bytesPerSecond = value * factor
  }

  private static func factor(_ unit: Substring) -> Double? {
    for (ending, bytes) in [("ibit", 0.125), ("bit", 0.125), ("iB", 1), ("B", 1)] where unit.hasSuffix(ending) {
      let prefix = unit.dropLast(ending.count).lowercased()
      let base = ending.hasPrefix("i") ? 1024.0 : 1000
      if prefix.isEmpty { return ending.hasPrefix("i") ? nil : bytes }
      guard let power = ["k", "m", "g", "t"].firstIndex(of: prefix) else { return nil }
      return (0...power).reduce(bytes) { factor, _ in factor * base }
    }
    return nil
  }
}

/// How long a message is on its way, as people write it: `0.1ms`, `50us`, `1s`.
public struct NetworkLatency: Equatable, Sendable {
  /// The time in seconds.
  public let seconds: Double

  /// Reads a time.
  ///
  /// - Parameter text: a number and its unit.
  /// - Throws: `GasError` if it is no time.
  public init(_ text: String) throws {
    let number = text.prefix { $0.isNumber || $0 == "." }
    let unit = text.dropFirst(number.count).trimmingPrefix(while: \.isWhitespace).lowercased()
    let factors = ["s": 1, "ms": 1e-3, "us": 1e-6, "µs": 1e-6, "μs": 1e-6, "ns": 1e-9]
    guard let value = Double(number), let factor = factors[unit], value * factor < 1e6 else {
      throw GasError(expected: "a time with its unit such as 0.1ms or 50us", found: "\"\(text)\"")
    }
    seconds = value * factor
  }
}
