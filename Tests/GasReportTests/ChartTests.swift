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
