import GasBase

/// Tells whether each edge of the input occurs in the other direction as well, with the same weights.
///
/// A stream cannot look up the other line of an edge, but the sums of a number drawn for each edge have to agree
/// between both directions; they do so by chance once in 2⁶⁴. Self-loops do not count.
package struct SymmetryCheck {
  private var difference: UInt64 = 0
  private(set) var count = 0

  /// Starts without edges.
  package init() {}

  /// Whether the edges so far occur in both directions with the same weights.
  package var isSymmetric: Bool { difference == 0 }

  /// Adds an edge.
  package mutating func add(_ source: UInt64, _ target: UInt64, weight: Float) {
    guard source != target else { return }
    count += 1
    var random = SeededRandom(
      seed: min(source, target) << 32 | max(source, target), stream: UInt64(weight.bitPattern))
    let drawn = random.next()
    difference = source < target ? difference &+ drawn : difference &- drawn
  }
}
