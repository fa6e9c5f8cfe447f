import GasBase

/// Numbers of 64 bits that float32 does not hold.
extension NpyReader {
  /// Refuses numbers that float32 would turn into 0, or finite ones that it would make infinite.
  ///
  /// - Parameter contents: what messages call the numbers.
  /// - Throws: `GasError` naming the row of the first one.
  package func checkAreFloats(_ contents: String) throws {
    // Those of other types are too small in number and size for that.
    guard type == .float64 else { return }
    var values = [Double](repeating: 0, count: min(elementCount, Self.elementsPerChunk))
    for range in (0..<elementCount).chunks(ofCount: Self.elementsPerChunk) {
      let place = values.withUnsafeMutableBufferPointer { buffer in
        let part = UnsafeMutableBufferPointer(rebasing: buffer[..<range.count])
        convert(range, UInt64.self, part) { Double(bitPattern: $0) }
        return part.firstIndex { ($0 != 0 && Float($0) == 0) || ($0.isFinite && Float($0).isInfinite) }
      }
      release(range)
      guard let place else { continue }
      throw GasError(
        expected: "\(contents) that float32 holds (0, or sizes from 1.4e-45 to 3.4e38)",
        found: "\(values[place]) in row \((range.lowerBound + place) / max(1, rowWidth))", file: path,
        advice: "give them another unit")
    }
  }

  /// How many numbers of a range are not 0 and become 0 as float32. It takes a byte of memory for each number.
  package func vanishingCount(_ range: Range<Int>) -> Int {
    guard type == .float64 else { return 0 }
    var marks = [UInt8](repeating: 0, count: range.count)
    marks.withUnsafeMutableBufferPointer {
      convert(range, UInt64.self, $0) {
        let number = Double(bitPattern: $0)
        return number != 0 && Float(number) == 0 ? 1 : 0
      }
    }
    return marks.count { $0 != 0 }
  }

  /// A sentence for the report about numbers that become 0 as float32; `nil` if there are none.
  package static func note(ofVanishing count: Int, path: String) -> String? {
    guard count > 0 else { return nil }
    let subject = count == 1 ? "1 value that is not 0 becomes" : "\(count) values that are not 0 become"
    return "\(path): \(subject) 0 as float32, which holds sizes from 1.4e-45"
  }

  /// What messages say of a number that is not finite as float32.
  ///
  /// - Parameters:
  ///   - element: which one, row after row.
  ///   - contents: what messages call the numbers.
  /// - Returns: what was expected, and the number as the array has it.
  package func notFinite(_ element: Int, _ contents: String) -> (expected: String, found: String) {
    var number = [Double.nan]
    if type == .float64 {
      number.withUnsafeMutableBufferPointer {
        convert(element..<element + 1, UInt64.self, $0) { Double(bitPattern: $0) }
      }
    }
    return number[0].isFinite
      ? ("\(contents) that float32 holds (up to 3.4e38)", "\(number[0])")
      : ("finite \(contents)", "\(floats(element..<element + 1)[0])")
  }
}
