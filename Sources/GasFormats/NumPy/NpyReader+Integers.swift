import GasBase

extension NpyReader {
  /// How many elements are read at a time: few enough to stay in a processor's cache.
  @inlinable
  package static var elementsPerChunk: Int { 1 << 15 }

  /// Calls `body` with all elements as integers, in order. What has been read does not stay resident.
  ///
  /// - Parameters:
  ///   - nan: what to take for NaN; if nil, NaN is refused.
  ///   - advice: what the message says may be done about an element that is not a whole number.
  ///   - body: gets the number of an element, and its value.
  /// - Throws: `GasError` naming the offset of an element that is not a whole number; what `body` throws.
  @inlinable
  package func forEachInteger(
    nan: Int64? = nil, advice: String? = nil, _ body: (_ element: Int, Int64) throws -> Void
  ) throws {
    let memory = Buffer<Int64>()
    for range in (0..<elementCount).chunks(ofCount: Self.elementsPerChunk) {
      let values = memory.resized(to: range.count)
      do {
        try read(range, into: values, nan: nan)
      } catch let error as GasError {
        throw GasError(error.problem, file: error.file, at: error.position, advice: advice)
      }
      for (place, value) in values.enumerated() { try body(range.lowerBound + place, value) }
      release(range)
    }
  }
}
