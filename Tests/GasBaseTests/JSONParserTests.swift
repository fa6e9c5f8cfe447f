import Foundation
import XCTest

@testable import GasBase

final class JSONParserTests: XCTestCase {
  private func value(_ text: String) throws -> PlainValue { try JSONParser.value(of: text.utf8) }

  func testValues() throws {
    let text = #" {"a": [1, -2, 0, -0, 1.5, 2e3, -1E-2], "b": {"c": null, "d": [true, false]}, "": "", "e": []} "#
    XCTAssertEqual(
      try value(text),
      .table([
        "a": .list([.integer(1), .integer(-2), .integer(0), .integer(0), .number(1.5), .number(2000), .number(-0.01)]),
        "b": .table(["c": .null, "d": .list([.bool(true), .bool(false)])]), "": .text(""), "e": .list([]),
      ]))
    XCTAssertEqual(try value("9223372036854775807"), .integer(.max))
    XCTAssertEqual(try value("9223372036854775808"), .number(0x1p63))
  }

  func testTexts() throws {
    XCTAssertEqual(try value(#""\"\\\/\b\f\n\r\t\u00e9\ud83d\ude00é""#), .text("\"\\/\u{8}\u{c}\n\r\té😀é"))
    for wrong in [#""\ud83d""#, #""\ude00""#, #""\ud83d\u0041""#, #""\u12g4""#, #""\u+123""#, #""\x""#, "\"\n\"", "\""]
    {
      XCTAssertThrowsError(try value(wrong), wrong)
    }
  }

  func testWhatIsNoJSON() {
    let wrong = [
      "", " ", "{", "[1,]", "{\"a\":}", "{\"a\" 1}", "{a:1}", "[1 2]", "01", "-", "+1", "1.", ".5", "1e", "1e999",
      "nul",
      "truee", "NaN", "[1] 2", "{\"a\":1,}", String(repeating: "[", count: 100_000),
      String(repeating: "[", count: 300) + String(repeating: "]", count: 300),
    ]
    for text in wrong {
      XCTAssertThrowsError(try value(text), text) { XCTAssertEqual($0 as? JSONParser.Problem, .noJSON) }
    }
    XCTAssertThrowsError(try JSONParser.value(of: [0x22, 0xff, 0x22]))
  }

  func testNamesThatAreThereTwice() {
    XCTAssertThrowsError(try value(#"[{"a":1,"\u0061":2}]"#)) {
      XCTAssertEqual($0 as? JSONParser.Problem, .repeatedName("a"))
    }
  }

  /// What is written is what was read.
  func testEncoding() throws {
    let plain = PlainValue.table(["a": .list([.null, .bool(true), .integer(-3), .number(0.1), .text("\"é")])])
    XCTAssertEqual(try JSONParser.value(of: JSONEncoder().encode(plain)), plain)
    XCTAssertEqual(PlainValue(plain.any), plain)
    XCTAssertNil(PlainValue([1, Date()]))
  }
}
