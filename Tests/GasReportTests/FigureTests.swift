import GasBase
import XCTest

@testable import GasReport

/// Counts of figures beside the plainest way to count.
final class FigureTests: XCTestCase {
  func testHistogramDoesNotDependOnTheOrder() {
    var random = SeededRandom(seed: 3)
    let values = (0..<500).map { _ in (Double(random.below(2001)) - 1000) / 37 } + [0, 1e-9, -1e-9]
    let orders = [values, values.sorted(), values.sorted(by: >)]
    let columns = orders.map { order in
      var histogram = DoublingHistogram()
      for value in order { histogram.add(value) }
      return histogram.columns(leavingOut: 0.02, most: 20)
    }
    XCTAssertEqual(columns[0], columns[1])
    XCTAssertEqual(columns[0], columns[2])
    let found = columns[0]
    XCTAssertLessThanOrEqual(found.counts.count, 21)
    XCTAssertEqual(found.counts.reduce(found.below + found.above, +), values.count)
    for (place, count) in found.counts.enumerated() {
      let from = found.start + Double(place) * found.width
      XCTAssertEqual(count, values.count { $0 >= from && $0 < from + found.width }, "column \(place)")
    }
    XCTAssertLessThanOrEqual(Double(found.below + found.above), 0.04 * Double(values.count))
  }

  func testHistogramOfEqualAndOfHugeNumbers() {
    var histogram = DoublingHistogram()
    for _ in 0..<7 { histogram.add(5) }
    XCTAssertEqual(histogram.columns(leavingOut: 0.005, most: 40).counts, [7])
    histogram.add(-1e300)
    histogram.add(.nan)
    XCTAssertEqual(histogram.count, 8)
    XCTAssertEqual(DoublingHistogram().quantile(0.5), 0)
  }

  func testConfusionSumsUpWhatIsNotShown() {
    var confusion = Confusion(classCount: 4, shown: [1, 3])
    let nodes = [(0, 1), (1, 1), (1, 3), (3, 3), (3, 2), (2, 0), (2, 2)]
    for (label, prediction) in nodes { confusion.add(label: label, prediction: prediction) }
    XCTAssertEqual(confusion.matrix, [[1, 1, 0], [0, 1, 1], [1, 0, 2]])
    for label in 0..<4 {
      let counts = confusion.classes[label]
      XCTAssertEqual(counts.wanted, nodes.count { $0.0 == label })
      XCTAssertEqual(counts.predicted, nodes.count { $0.1 == label })
      XCTAssertEqual(counts.correct, nodes.count { $0.0 == label && $0.1 == label })
    }
    XCTAssertEqual(confusion.classes[2].f1, 2.0 / 4)
  }

  /// Values of scipy.stats.binomtest(right, count).proportion_ci(method="wilson").
  func testWilsonInterval() {
    for (right, count, low, high) in [
      (8, 10, 0.490162, 0.943318), (0, 20, 0, 0.161125), (750, 1000, 0.722240, 0.775847),
    ] {
      let interval = Interval(share: Double(right) / Double(count), of: count)
      XCTAssertEqual(interval.low, low, accuracy: 1e-5)
      XCTAssertEqual(interval.high, high, accuracy: 1e-5)
    }
  }

  func testValuesBeyondThePictureAreAtItsEdge() {
    var comparison = ValueComparison(0...32)
    comparison.add(predicted: 3.5, wanted: 0.5)
    comparison.add(predicted: -100, wanted: 31.5)
    comparison.add(predicted: 1e30, wanted: 31.5)
    XCTAssertEqual(comparison.counts[3][0], 1)
    XCTAssertEqual(comparison.counts[0][31], 1)
    XCTAssertEqual(comparison.counts[31][31], 1)
    XCTAssertEqual(comparison.outside, 2)
  }
}
