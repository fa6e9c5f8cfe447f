/// A small deterministic generator (SplitMix64; Steele, Lea, Flood 2014): same seed and stream, same numbers,
/// everywhere.
///
/// Streams keep independent uses apart: `SeededRandom(seed: s, stream: epoch)` does not depend on how many numbers
/// another use has drawn, so a resumed run can start at any epoch.
public struct SeededRandom: RandomNumberGenerator, Sendable {
  private var state: UInt64

  /// Starts a stream of numbers; streams of one seed are independent of each other.
  public init(seed: UInt64, stream: UInt64 = 0) {
    state = Self.mix(seed &+ 0x9e37_79b9_7f4a_7c15) ^ Self.mix(stream &+ 0xd1b5_4a32_d192_ed03)
  }

  /// The next 64 random bits.
  public mutating func next() -> UInt64 {
    state &+= 0x9e37_79b9_7f4a_7c15
    return Self.mix(state)
  }

  /// A number in [0, 1), uniformly distributed, from 53 random bits.
  public mutating func uniform() -> Double {
    Double(next() >> 11) * 0x1p-53
  }

  /// An integer in 0 ..< bound, uniformly distributed (Lemire's multiply-shift; the bias is below bound / 2⁶⁴).
  public mutating func below(_ bound: Int) -> Int {
    precondition(bound > 0, "an empty range has no members")
    return Int(next().multipliedFullWidth(by: UInt64(bound)).high)
  }

  /// Shuffles by Fisher–Yates with `below`, so that the order does not depend on the version of the standard library.
  public mutating func shuffle<T>(_ items: inout [T]) {
    guard items.count > 1 else { return }
    for last in stride(from: items.count - 1, to: 0, by: -1) {
      items.swapAt(last, below(last + 1))
    }
  }

  private static func mix(_ value: UInt64) -> UInt64 {
    var z = value
    z = (z ^ (z >> 30)) &* 0xbf58_476d_1ce4_e5b9
    z = (z ^ (z >> 27)) &* 0x94d0_49bb_1331_11eb
    return z ^ (z >> 31)
  }
}
