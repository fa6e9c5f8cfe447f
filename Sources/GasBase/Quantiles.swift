/// Exact quantiles of values that were counted.
package struct Quantiles {
  private let counts: [(value: Int, count: Int)]
  private let total: Int

  /// Keeps the counts.
  ///
  /// - Parameters:
  ///   - counts: how often each value occurs, values ascending.
  ///   - total: how many values there are in all.
  package init(_ counts: [(value: Int, count: Int)], total: Int) {
    self.counts = counts
    self.total = total
  }

  /// The least value; 0 if there are none.
  package var least: Int { counts.first?.value ?? 0 }
  /// The greatest value; 0 if there are none.
  package var greatest: Int { counts.last?.value ?? 0 }

  /// The least value that at least this share of all values does not exceed; 0 if there are none.
  package subscript(share: Double) -> Int {
    var seen = 0
    for (value, count) in counts {
      seen += count
      if Double(seen) >= share * Double(total) { return value }
    }
    return greatest
  }
}
