import XCTest

/// ‖a − b‖ / max(‖b‖, floor).
func relativeDistance(_ a: [Float], _ b: [Float], floor: Double = 1e-12) -> Double {
  var difference = 0.0
  var norm = 0.0
  for (x, y) in zip(a, b) {
    difference += (Double(x) - Double(y)) * (Double(x) - Double(y))
    norm += Double(y) * Double(y)
  }
  return difference.squareRoot() / max(norm.squareRoot(), floor)
}

/// Agreement as a whole (norm-wise) and of each element, relative to itself or to the greatest element's `elementFloor`-th part.
func assertClose(
  _ actual: [Float], _ expected: [Float], tolerance: Double, elementFloor: Double = 1e-2, _ what: String = "",
  file: StaticString = #filePath, line: UInt = #line
) {
  XCTAssertEqual(actual.count, expected.count, what, file: file, line: line)
  guard actual.count == expected.count else { return }
  let distance = relativeDistance(actual, expected)
  XCTAssertLessThanOrEqual(distance, tolerance, "\(what): norm-wise", file: file, line: line)
  let greatest = expected.reduce(0) { max($0, abs(Double($1))) }
  for (index, pair) in zip(actual, expected).enumerated() {
    let allowed = tolerance * max(abs(Double(pair.1)), elementFloor * greatest)
    if !(abs(Double(pair.0) - Double(pair.1)) <= allowed) {
      XCTFail("\(what): element \(index) is \(pair.0), not \(pair.1)", file: file, line: line)
      return
    }
  }
}
