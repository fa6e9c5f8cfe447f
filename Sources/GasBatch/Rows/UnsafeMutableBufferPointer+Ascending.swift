extension UnsafeMutableBufferPointer<UInt32> {
  /// How many of ascending row numbers are less than `end`; by bisection.
  ///
  /// - Parameter start: so many of them are known to be.
  func count(below end: Int, from start: Int = 0) -> Int {
    var (low, high) = (start, count)
    while low < high {
      let middle = (low + high) / 2
      if Int(self[middle]) < end { low = middle + 1 } else { high = middle }
    }
    return low
  }
}
