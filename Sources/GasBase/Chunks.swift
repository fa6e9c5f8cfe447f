extension Range<Int> {
  /// Its parts of `count` numbers each, in order; the last one may be shorter.
  @inlinable
  package func chunks(ofCount count: Int) -> some Sequence<Range<Int>> {
    stride(from: lowerBound, to: upperBound, by: count).lazy.map { $0..<Swift.min($0 + count, upperBound) }
  }
}
