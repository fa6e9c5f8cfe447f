import Foundation
import XCTest

@testable import GasBase

final class PlainValueTests: XCTestCase {
  private func value(_ text: String) throws -> PlainValue {
    try JSONDecoder().decode(PlainValue.self, from: Data(text.utf8))
  }

  func testJSON() throws {
    let text = #" {"a": [1, -2, 1.5, 2e3, -1E-2], "b": {"c": null, "d": [true, false]}, "": "\u00e9", "e": []} "#
    XCTAssertEqual(
      try value(text),
      .table([
        "a": .list([.integer(1), .integer(-2), .number(1.5), .integer(2000), .number(-0.01)]),
        "b": .table(["c": .null, "d": .list([.bool(true), .bool(false)])]), "": .text("é"), "e": .list([]),
      ]))
    XCTAssertEqual(try value("9223372036854775807"), .integer(.max))
    XCTAssertEqual(try value("9223372036854775808"), .number(0x1p63))
    for wrong in ["", "{", "1e999", "[1] 2", String(repeating: "[", count: 100_000)] {
      XCTAssertThrowsError(try value(wrong), wrong)
    }
  }

  /// What is written is what was read.
  func testEncoding() throws {
    let plain = PlainValue.table(["a": .list([.null, .bool(true), .integer(-3), .number(0.1), .text("\"é")])])
    XCTAssertEqual(try JSONDecoder().decode(PlainValue.self, from: JSONEncoder().encode(plain)), plain)
    XCTAssertEqual(PlainValue(plain.any), plain)
    XCTAssertNil(PlainValue([1, Date()]))
  }
}
