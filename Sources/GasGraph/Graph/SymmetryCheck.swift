import GasBase

/// Tells whether each edge that stands in a list stands there in the other direction as well, with the same weights.
///
/// A stream cannot look an edge's other line up, but the sums of a number drawn for each edge have to agree between both directions; that
/// they do by chance happens once in 2⁶⁴. Self-loops are none of its business.
package struct SymmetryCheck {
  private var difference: UInt64 = 0
  private(set) var count = 0

  package init() {}

  package var isSymmetric: Bool { difference == 0 }

  package mutating func add(_ source: UInt64, _ target: UInt64, weight: Float) {
    guard source != target else { return }
    count += 1
    var random = SeededRandom(
      seed: min(source, target) << 32 | max(source, target), stream: UInt64(weight.bitPattern))
    let drawn = random.next()
    difference = source < target ? difference &+ drawn : difference &- drawn
  }
}
