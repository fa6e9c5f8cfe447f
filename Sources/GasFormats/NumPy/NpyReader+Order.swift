import GasBase

/// Where elements stand in the file, which may have them in Fortran order.
extension NpyReader {
  /// The place of an element among those of the file.
  func place(of element: Int) -> Int {
    guard header.isFortranOrder else { return element }
    var (rest, place, step) = (element, 0, elementCount)
    for length in shape.reversed() {
      step /= length
      place += rest % length * step
      rest /= length
    }
    return place
  }

  /// Calls `body` with runs of elements that lie side by side in a file in Fortran order: parts of its columns.
  ///
  /// - Parameters:
  ///   - range: which elements, in C order.
  ///   - body: gets the place of a run's first element and their count, and where these belong in the range: the first
  ///     of them, and the step from one to the next.
  @inline(__always)
  func forEachRun(_ range: Range<Int>, _ body: (_ place: Int, _ count: Int, _ first: Int, _ step: Int) -> Void) {
    let width = rowWidth
    for first in 0..<min(width, range.count) {
      body(place(of: range.lowerBound + first), dividedUp(range.count - first, by: width), first, width)
    }
  }

  /// Calls `body` with the bytes of the file that hold a range of elements.
  func forEachSpan(_ range: Range<Int>, _ body: (Range<Int>) -> Void) {
    func bytes(_ place: Int, _ count: Int) -> Range<Int> {
      header.dataOffset + place * type.byteCount..<header.dataOffset + (place + count) * type.byteCount
    }
    guard header.isFortranOrder, range.count < elementCount else { return body(bytes(range.lowerBound, range.count)) }
    forEachRun(range) { place, count, _, _ in body(bytes(place, count)) }
  }
}
