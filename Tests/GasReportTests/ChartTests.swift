import XCTest

@testable import GasReport

/// Axes hold their values, and a chart stays whole whatever it is given.
final class ChartTests: XCTestCase {
  func testAxesSpanTheirValues() {
    for values in [[0.0, 1], [3, 3], [-5, 1e6], [1e-9, 2e-9], [0], [], [.nan, 4]] {
      let axis = Axis("x", values)
      let finite = values.filter(\.isFinite)
      XCTAssertFalse(axis.ticks.isEmpty, "\(values)")
      XCTAssertLessThanOrEqual(axis.ticks.count, 8, "\(values)")
      for tick in axis.ticks { XCTAssertTrue((0...1).contains(axis.place(tick)), "\(values): \(tick)") }
      if let least = finite.min(), let most = finite.max(), least < most {
        XCTAssertEqual(axis.place(least), 0, "\(values)")
        XCTAssertEqual(axis.place(most), 1, "\(values)")
      }
    }
  }

  /// Marks that say the same, or that are rounded to something else than where they stand, mislead.
  func testMarksAreAsPreciseAsTheirDistance() {
    let ranges: [(Double, Double)] = [
      (0.8211, 0.8274), (0.82, 0.84), (0.9995, 0.99951), (0.0, 0.0003), (1e6, 1e6 + 3), (-0.5004, -0.5001), (0, 7),
      (12, 4e12), (1e-9, 3e-9), (0.7, 0.79),
    ]
    for (least, most) in ranges {
      for (words, scale) in [(Axis.Words.number, 1.0), (.percent, 100)] {
        let axis = Axis("x", [least, most], words)
        let labels = axis.ticks.map(axis.label)
        XCTAssertEqual(labels.count, Set(labels).count, "\(labels)")
        XCTAssertGreaterThan(labels.count, 1, "\(least) to \(most)")
        let distance = axis.ticks[1] - axis.ticks[0]
        for (tick, label) in zip(axis.ticks, labels) {
          let read = Double(label.replacingOccurrences(of: "\u{202f}%", with: "")).map { $0 / scale }
          XCTAssertEqual(read ?? .nan, tick, accuracy: distance / 1000, label)
        }
      }
    }
  }

  func testCountsHaveNoHalves() {
    for most in [1.0, 2, 3, 4, 7, 9, 11, 300, 12_345] {
      let axis = Axis("epoch", [0, most], .count)
      XCTAssertGreaterThan(axis.ticks.count, 1, "\(most)")
      for tick in axis.ticks { XCTAssertEqual(tick, tick.rounded(), "\(axis.ticks)") }
      XCTAssertEqual(Set(axis.ticks.map(axis.label)).count, axis.ticks.count)
    }
    XCTAssertEqual(Axis("epoch", [0], .count).ticks, [0])
  }

  func testLogarithmicAxes() {
    let axis = Axis("x", [2, 300, 0, -1], scale: .logarithmic)
    XCTAssertEqual(axis.ticks, [1, 10, 100, 1000])
    XCTAssertEqual(axis.place(10), 1.0 / 3, accuracy: 1e-12)
    XCTAssertEqual(axis.place(0), 0)
    XCTAssertLessThanOrEqual(Axis("x", [1e-30, 1e30], scale: .logarithmic).ticks.count, 7)
  }

  func testCurveOfNothing() {
    let chart = LineChart(
      id: "a", title: "t", description: "d", x: Axis("x", []), y: Axis("y", []),
      series: [.init(name: "s", points: [(.nan, 1), (1, .infinity)], style: 0)],
      table: DataTable("c", ["x"], [[.missing]])
    ).chart
    XCTAssertFalse(chart.figure.source.contains("nan"))
    XCTAssertFalse(chart.figure.source.contains("∞"))
  }
}
