import GasFiles
import Glibc

/// A node's output for one class or label, and whether that applies, as a number that sorts greatest outputs first.
///
/// Its lowest bit says whether the label applies; the others are those of the output as a double, less its last one.
/// Outputs are float32 or made of a few of them, whose order that bit does not decide.
package struct RankKey: SortRecord, Equatable {
  /// The number.
  package let key: UInt64

  /// The bits of a key that differ.
  package static let bits = 64

  /// A key of a label that is not known of a node; it sorts last. No finite output has it.
  package static let missing = RankKey(key: .max)

  private init(key: UInt64) { self.key = key }

  /// A key of an output that is finite.
  package init(_ output: Double, applies: Bool) {
    // The sign is turned, so that the greatest is first; 0 − x is 0 for both zeros.
    let bits = (0 - output).bitPattern
    let ascending = bits >> 63 == 0 ? bits | 1 << 63 : ~bits
    key = ascending & ~1 | (applies ? 1 : 0)
  }

  /// Whether the label applies.
  package var applies: Bool { key & 1 == 1 }

  /// Whether the label is known, and applies.
  var isPositive: Bool { applies && self != .missing }

  /// Equal for equal outputs, and smaller for greater ones.
  package var place: UInt64 { key >> 1 }

  /// The output, less its last bit.
  package var output: Double {
    let ascending = key & ~1
    return -Double(bitPattern: ascending >> 63 == 1 ? ascending & ~(1 << 63) : ~ascending)
  }
}

/// The logistic function, 1 / (1 + e^−x).
func sigmoid(_ x: Double) -> Double { 1 / (1 + exp(-x)) }
