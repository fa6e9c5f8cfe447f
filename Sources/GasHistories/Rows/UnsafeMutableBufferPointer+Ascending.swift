import GasBase

extension UnsafeMutableBufferPointer<UInt32> {
  /// Counts the ascending row numbers that are less than `end`, by bisection.
  ///
  /// - Parameters:
  ///   - end: the limit.
  ///   - start: how many of them are known to be less.
  /// - Returns: how many there are.
  package func count(below end: Int, from start: Int = 0) -> Int {
    (start..<count).partitioningIndex { Int(self[$0]) >= end }
  }
}
