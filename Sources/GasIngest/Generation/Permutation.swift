import GasBase

/// A pseudo-random permutation of 0 ..< count that is computed, not stored: both ways in constant memory.
///
/// A Feistel network over the next even power of two; values that fall outside are sent through again until they fall inside
/// (cycle walking; Black, Rogaway 2002), fewer than four times on average.
struct Permutation {
  let count: Int
  private let halfBits: UInt64
  private let keys: [UInt64]
  private static let roundCount = 4

  init(count: Int, seed: UInt64, stream: UInt64) {
    precondition(count > 0)
    self.count = count
    let bits = UInt64(max(2, Int.bitWidth - (count - 1).leadingZeroBitCount))
    halfBits = (bits + 1) / 2
    var random = SeededRandom(seed: seed, stream: stream)
    keys = (0..<Self.roundCount).map { _ in random.next() }
  }

  private var halfMask: UInt64 { (1 << halfBits) - 1 }

  subscript(_ value: Int) -> Int {
    var value = UInt64(value)
    repeat {
      var (left, right) = (value >> halfBits, value & halfMask)
      for key in keys { (left, right) = (right, left ^ scramble(right, key)) }
      value = left << halfBits | right
    } while value >= UInt64(count)
    return Int(value)
  }

  /// The value that is sent here.
  func inverse(_ value: Int) -> Int {
    var value = UInt64(value)
    repeat {
      var (left, right) = (value >> halfBits, value & halfMask)
      for key in keys.reversed() { (left, right) = (right ^ scramble(left, key), left) }
      value = left << halfBits | right
    } while value >= UInt64(count)
    return Int(value)
  }

  /// The finaliser of SplitMix64, since a few low bits go in and all have to come out changed.
  private func scramble(_ half: UInt64, _ key: UInt64) -> UInt64 {
    var z = half &+ key
    z = (z ^ (z >> 30)) &* 0xbf58_476d_1ce4_e5b9
    z = (z ^ (z >> 27)) &* 0x94d0_49bb_1331_11eb
    return (z ^ (z >> 31)) & halfMask
  }
}
