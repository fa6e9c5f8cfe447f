import ArgumentParser

/// A number of bytes as people write it: `512MiB`, `2GiB`, `2G` (the same), `1.5GB` (1000³), or a plain number.
public struct ByteCount: ExpressibleByArgument, Equatable, Sendable {
  /// The number of bytes.
  public let bytes: Int

  /// Wraps a number of bytes.
  public init(_ bytes: Int) { self.bytes = bytes }

  /// Reads a number with or without a unit; `nil` if it is none, negative, or 2⁶² or more.
  public init?(argument: String) {
    let number = argument.prefix { $0.isNumber || $0 == "." }
    let unit = argument.dropFirst(number.count).trimmingPrefix(while: \.isWhitespace).lowercased()
    guard let value = Double(number), let factor = Self.factor(unit) else { return nil }
    let bytes = value * factor
    guard bytes >= 0, bytes < 0x1p62 else { return nil }
    self.bytes = Int(bytes)
  }

  private static func factor(_ unit: String) -> Double? {
    if unit.isEmpty || unit == "b" { return 1 }
    guard let power = ["k", "m", "g", "t"].firstIndex(of: String(unit.prefix(1))) else { return nil }
    let base: Double
    switch unit.dropFirst() {
    case "", "ib": base = 1024
    case "b": base = 1000
    default: return nil
    }
    return (0...power).reduce(1) { factor, _ in factor * base }
  }

  /// The number as a whole count of GiB or MiB where it is one, else plain.
  public var defaultValueDescription: String {
    bytes % (1 << 30) == 0 ? "\(bytes >> 30)GiB" : bytes % (1 << 20) == 0 ? "\(bytes >> 20)MiB" : "\(bytes)"
  }
}
