import GasTool
import XCTest

final class NetworkSpeedTests: XCTestCase {
  func testSpeedsAsPeopleWriteThem() throws {
    let speeds = [
      ("10Gbit", 1.25e9), ("10Gbit/s", 1.25e9), ("1 Gbit/s", 1.25e8), ("100mbit", 1.25e7),
      ("1GB/s", 1e9), ("1.5MB/s", 1.5e6), ("1GiB/s", 1_073_741_824), ("800bit", 100), ("1Gibit", 134_217_728),
    ]
    for (text, expected) in speeds {
      XCTAssertEqual(try NetworkSpeed(text).bytesPerSecond, expected, accuracy: 1e-3, text)
    }
  }

  func testOtherTextsAreRefusedByWhatWasExpected() {
    for text in ["", "10", "Gbit", "0Gbit", "-1Gbit", "10Gbyte", "10Pbit", "1.2.3Gbit", "10G", "1e3Gbit", "100Gbps"] {
      XCTAssertThrowsError(try NetworkSpeed(text)) { error in
        XCTAssertTrue("\(error)".contains("a speed such as 10Gbit") && "\(error)".contains("\"\(text)\""), "\(error)")
      }
    }
    for text in ["", "1", "ms", "-1ms", "1min", "0.1 m s"] {
      XCTAssertThrowsError(try NetworkLatency(text)) { error in
        XCTAssertTrue("\(error)".contains("a time with its unit") && "\(error)".contains("\"\(text)\""), "\(error)")
      }
    }
  }

  func testLatencies() throws {
    for (text, expected) in [("0.1ms", 1e-4), ("50us", 5e-5), ("50 µs", 5e-5), ("1s", 1), ("0ms", 0), ("300ns", 3e-7)] {
      XCTAssertEqual(try NetworkLatency(text).seconds, expected, accuracy: 1e-12, text)
    }
  }
}
