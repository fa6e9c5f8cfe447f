import XCTest

@testable import GasTool

/// Times as people write them.
final class TimeLimitTests: XCTestCase {
  func testUnits() {
    for (text, seconds) in [("90", 90), ("90s", 90), ("5min", 300), ("1.5h", 5400), ("2 H", 7200), ("1d", 86_400)] {
      XCTAssertEqual(TimeLimit(argument: text)?.seconds, Double(seconds), text)
    }
  }

  func testWhatIsNoTime() {
    for text in ["", "0", "-1", "s", "5 weeks", "1e3s", "inf", "nan", "9999999999999"] {
      XCTAssertNil(TimeLimit(argument: text), text)
    }
  }
}
