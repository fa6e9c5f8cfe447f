import GasBase
import XCTest

final class UnitsTests: XCTestCase {
  func testBytes() {
    for (count, text) in [
      (0, "0 B"), (1023, "1023 B"), (1024, "1.0 KiB"), (1536, "1.5 KiB"), (1_048_576, "1.0 MiB"),
      (5 << 30, "5.0 GiB"), (3 << 40, "3.0 TiB"), (4096 << 40, "4096.0 TiB"),
    ] {
      XCTAssertEqual(Units.bytes(count), text)
    }
  }

  func testCounts() {
    for (count, text) in [
      (0.0, "0"), (999, "999"), (1000, "1.0 k"), (12_300_000, "12.3 M"), (-4_500, "-4.5 k"), (2.5e12, "2.5 T"),
    ] {
      XCTAssertEqual(Units.count(count), text)
    }
  }

  func testPlurals() {
    XCTAssertEqual([0, 1, 2, 11].map { Units.plural($0, "run") }, ["0 runs", "1 run", "2 runs", "11 runs"])
  }

  /// What rounds to a whole next unit is shown in that unit.
  func testUnitIsChosenAfterRounding() {
    XCTAssertEqual(Units.bytes((1 << 20) - 1), "1.0 MiB")
    XCTAssertEqual(Units.bytes((1 << 20) - 104), "1023.9 KiB")
    XCTAssertEqual(Units.count(999.6), "1.0 k")
    XCTAssertEqual(Units.count(999_960), "1.0 M")
    XCTAssertEqual(Units.count(999_940), "999.9 k")
    XCTAssertEqual(Units.seconds(0.99996), "1.0 s")
    XCTAssertEqual(Units.seconds(59.96), "1:00")
  }

  func testSeconds() {
    for (seconds, text) in [
      (0.0042, "4.2 ms"), (0.0, "0.0 ms"), (1.26, "1.3 s"), (59.9, "59.9 s"), (60, "1:00"), (83.2, "1:23"),
      (3599.4, "59:59"), (3600, "1:00:00"), (7325, "2:02:05"), (360_000, "100:00:00"),
    ] {
      XCTAssertEqual(Units.seconds(seconds), text)
    }
    XCTAssertEqual(Units.seconds(.infinity), "–")
    XCTAssertEqual(Units.seconds(.nan), "–")
  }

  func testPercent() {
    XCTAssertEqual(Units.percent(0.8123), "81.23 %")
    XCTAssertEqual(Units.percent(1, 0), "100 %")
    XCTAssertEqual(Units.percent(0.99999), "100.00 %")
  }

  func testDecimals() {
    for (value, places, text) in [
      (1.25, 1, "1.3"), (-1.25, 1, "-1.3"), (0.04, 1, "0.0"), (-0.04, 1, "0.0"), (2.5, 0, "3"), (7, 3, "7.000"),
      (1.005, 3, "1.005"), (12.3456, 2, "12.35"), (.infinity, 1, "∞"), (-.infinity, 1, "-∞"), (.nan, 1, "–"),
    ] {
      XCTAssertEqual(Units.decimals(value, places), text)
    }
    XCTAssertEqual(Units.decimals(1e300, 2), "1e+300", "too long for fixed point")
  }

  func testSignificantDigits() {
    let cases: [(Double, String)] = [
      (0, "0"), (0.012345, "0.0123"), (-1.5, "-1.50"), (123.4, "123"), (98765, "98765"), (1.234e7, "1.23e7"),
      (0.00012, "1.20e-4"), (.infinity, "∞"),
      (9.999e37, "1.00e38"), (-9.996e-5, "-1.00e-4"),
    ]
    for (value, text) in cases { XCTAssertEqual(Units.significant(value, 3), text) }
  }

  func testDurationInSeconds() {
    XCTAssertEqual(Duration.milliseconds(1500).seconds, 1.5)
    XCTAssertEqual((Duration.zero - .seconds(2)).seconds, -2)
  }
}
