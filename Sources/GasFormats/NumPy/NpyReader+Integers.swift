import GasBase

extension NpyReader {
  /// Elements that are read at a time: few enough to stay in a processor's cache.
  @inlinable
  package static var elementsPerChunk: Int { 1 << 15 }

  /// Calls `body` with all elements as integers, in order. What has been read does not stay resident.
  ///
  /// - Parameters:
  ///   - nan: stands for NaN; without it NaN is refused.
  ///   - advice: what to do about an element that is no whole number.
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
