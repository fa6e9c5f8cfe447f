import GasBase
import Glibc

extension SeededRandom {
  /// A standard normal number (Box–Muller; one of the pair is not used, so that every value depends on two numbers
  /// alone).
  mutating func normal() -> Double {
    // 1 − u is never zero.
    (-2 * log(1 - uniform())).squareRoot() * cos(2 * Double.pi * uniform())
  }
}
