import XCTest

/// ‖a − b‖ / max(‖b‖, floor).
package func relativeDistance(_ a: [Float], _ b: [Float], floor: Double = 1e-12) -> Double {
  var difference = 0.0
  var norm = 0.0
  for (x, y) in zip(a, b) {
    difference += (Double(x) - Double(y)) * (Double(x) - Double(y))
    norm += Double(y) * Double(y)
  }
  return difference.squareRoot() / max(norm.squareRoot(), floor)
}

/// A sum in float64, and the sum of its terms' magnitudes.
package struct PlainSum {
  package var sum = 0.0
  package var magnitude = 0.0

  package init() {}

  package static func += (sum: inout PlainSum, term: Double) {
    sum.sum += term
    sum.magnitude += abs(term)
  }
}

/// Sums of up to `terms` terms in float32, in whatever order: each is off by at most terms·2⁻²⁴·Σ|terms| (Higham,
/// *Accuracy and Stability of Numerical Algorithms*, section 4.2).
package func assertSums(
  _ actual: [Float], _ expected: [PlainSum], terms: Int, _ what: String = "", file: StaticString = #filePath,
  line: UInt = #line
) {
  XCTAssertEqual(actual.count, expected.count, what, file: file, line: line)
  for (index, pair) in zip(actual, expected).enumerated()
  where !(abs(Double(pair.0) - pair.1.sum) <= Double(terms) * 0x1p-24 * pair.1.magnitude) {
    XCTFail("\(what): element \(index) is \(pair.0), not \(pair.1.sum)", file: file, line: line)
    return
  }
}

/// Agreement as a whole (norm-wise) and of each element, relative to itself or to the greatest element's
/// `elementFloor`-th part.
package func assertClose(
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
