extension Range<Int> {
  /// Finds the first number of the range from which on a condition holds, by bisection.
  ///
  /// - Parameter holds: false for all numbers up to some place, and true from there on.
  /// - Returns: that number, or the end of the range if the condition holds for none.
  /// - Throws: what `holds` throws.
  /// - Complexity: O(log n) calls of `holds`.
  @inlinable @inline(__always)
  package func partitioningIndex(where holds: (Int) throws -> Bool) rethrows -> Int {
    var (low, high) = (lowerBound, upperBound)
    while low < high {
      let middle = low + (high - low) / 2
      if try holds(middle) { high = middle } else { low = middle + 1 }
    }
    return low
  }
}
