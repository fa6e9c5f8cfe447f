import GasBase

/// A pseudo-random permutation of 0 ..< count that is computed, not stored: both ways in constant memory.
///
/// Four rounds work on numbers of as many bits as `count − 1` has, each with steps that can be undone: adding a key,
/// multiplying by an odd one modulo 2^bits, which carries low bits upwards, and folding the upper half onto the lower.
/// Values outside of the range are sent through again until they fall inside (cycle walking; Black, Rogaway 2002),
/// fewer than twice on average.
struct Permutation {
  let count: Int
  private let mask: UInt64
  private let shift: UInt64
  private let rounds: InlineArray<4, Round>

  private struct Round {
    let summand: UInt64
    let factor: UInt64
    /// `factor · inverse` is 1 modulo 2⁶⁴, and so modulo every smaller power of two.
    let inverse: UInt64

    init(_ random: inout SeededRandom) {
      summand = random.next()
      let factor = random.next() | 1
      self.factor = factor
      // Newton's iteration: an odd number is its own inverse modulo 8, and each step doubles the bits that are right.
      inverse = (0..<5).reduce(factor) { inverse, _ in inverse &* (2 &- factor &* inverse) }
    }
  }

  init(count: Int, seed: UInt64, stream: UInt64) {
    precondition(count > 0)
    self.count = count
    let bits = UInt64(max(1, Int.bitWidth - (count - 1).leadingZeroBitCount))
    mask = .max >> (64 - bits)
    // At least half of the bits, so that folding twice changes nothing.
    shift = (bits + 1) / 2
    var random = SeededRandom(seed: seed, stream: stream)
    rounds = InlineArray { _ in Round(&random) }
  }

  @inline(__always)
  subscript(_ value: Int) -> Int {
    var value = UInt64(truncatingIfNeeded: value)
    repeat {
      for index in rounds.indices {
        value = (value &+ rounds[index].summand) &* rounds[index].factor & mask
        value ^= value &>> shift
      }
    } while value >= UInt64(truncatingIfNeeded: count)
    return Int(truncatingIfNeeded: value)
  }

  /// The value that the permutation maps to this one.
  func inverse(_ value: Int) -> Int {
    var value = UInt64(truncatingIfNeeded: value)
    repeat {
      for index in rounds.indices.reversed() {
        value ^= value &>> shift
        value = (value &* rounds[index].inverse &- rounds[index].summand) & mask
      }
    } while value >= UInt64(truncatingIfNeeded: count)
    return Int(truncatingIfNeeded: value)
  }
}
