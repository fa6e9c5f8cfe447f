import GasBase
import GasStore

extension NpyReader {
  /// Elements that are read at a time: few enough to stay in a processor's cache.
  static let elementsPerChunk = 1 << 15

  /// Calls `body` with all elements as integers, in order. What has been read does not stay resident.
  func forEachInteger(_ body: (_ element: Int, Int64) throws -> Void) throws {
    let memory = Buffer<Int64>()
    for start in stride(from: 0, to: elementCount, by: Self.elementsPerChunk) {
      let range = start..<min(elementCount, start + Self.elementsPerChunk)
      let values = memory.resized(to: range.count)
      try read(range, into: values)
      for (place, value) in values.enumerated() { try body(start + place, value) }
      release(range)
    }
  }

  /// As `forEachInteger`, with `replacement` where a float is NaN.
  func forEachInteger(replacingNaN replacement: Int64, _ body: (_ element: Int, Int64) throws -> Void) throws {
    guard type.isFloat else { return try forEachInteger(body) }
    let memory = Buffer<Float>()
    for start in stride(from: 0, to: elementCount, by: Self.elementsPerChunk) {
      let range = start..<min(elementCount, start + Self.elementsPerChunk)
      let floats = memory.resized(to: range.count)
      read(range, into: floats)
      for element in range {
        let isNaN = floats[element - start].isNaN
        try body(element, isNaN ? replacement : try integers(element..<element + 1)[0])
      }
      release(range)
    }
  }
}
