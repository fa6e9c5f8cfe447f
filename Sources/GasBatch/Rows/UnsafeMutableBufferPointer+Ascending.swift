import GasBase

extension UnsafeMutableBufferPointer<UInt32> {
  /// How many of ascending row numbers are less than `end`; by bisection.
  ///
  /// - Parameter start: so many of them are known to be.
  func count(below end: Int, from start: Int = 0) -> Int {
    (start..<count).partitioningIndex { Int(self[$0]) >= end }
  }
}
