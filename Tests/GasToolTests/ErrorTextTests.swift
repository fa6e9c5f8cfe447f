import Foundation
import GasBase
import XCTest

@testable import GasTool

/// Whatever error comes up is one line that says something.
final class ErrorTextTests: XCTestCase {
  private struct Numbers: Encodable { var layers: [[String: Double]] }

  func testNumbersThatJSONHasNoWayToSay() {
    for value in [-Double.nan, Double(nan: 0x1fffff, signaling: false)] {
      XCTAssertThrowsError(try JSONEncoder().encode(Numbers(layers: [["mean": value]]))) { error in
        let text = "\(ErrorText(error))"
        XCTAssertTrue(text.hasPrefix("cannot be written as JSON: "), text)
        XCTAssertTrue(text.hasSuffix("mean: found nan"), text)
      }
    }
  }

  func testForeignErrors() {
    struct Foreign: Error, CustomStringConvertible { let description = "line\nbreak \u{202e}" }
    XCTAssertEqual("\(ErrorText(Foreign()))", "line\\nbreak \\u{202E}")
    XCTAssertThrowsError(try Data(contentsOf: URL(fileURLWithPath: "/none/such"))) { error in
      XCTAssertEqual("\(ErrorText(error))", "/none/such: No such file or directory")
    }
    XCTAssertThrowsError(try JSONDecoder().decode([String: Int].self, from: Data("{\"a\": []}".utf8))) { error in
      XCTAssertTrue("\(ErrorText(error))".hasPrefix("not what was expected: a: "), "\(ErrorText(error))")
    }
    XCTAssertEqual("\(ErrorText(GasError("is broken", file: "a\u{1b}")))", "a\\u{1B}: is broken")
  }
}
