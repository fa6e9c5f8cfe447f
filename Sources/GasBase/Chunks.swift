extension Range<Int> {
  /// Its parts of `count` numbers each, in order; the last one may be shorter.
  @inlinable
  package func chunks(ofCount count: Int) -> some Sequence<Range<Int>> {
    stride(from: lowerBound, to: upperBound, by: count).lazy.map { $0..<Swift.min($0 + count, upperBound) }
  }
}

extension [Range<Int>] {
  /// Ascending ranges without the empty ones; those that are at most `gap` apart as one.
  package func joined(gap: Int) -> [Range<Int>] {
    var joined: [Range<Int>] = []
    for range in self where !range.isEmpty {
      if let last = joined.last, range.lowerBound - last.upperBound <= gap {
        joined[joined.count - 1] = last.lowerBound..<range.upperBound
      } else {
        joined.append(range)
      }
    }
    return joined
  }
}
