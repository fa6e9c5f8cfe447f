import Foundation
import GasBase
import XCTest

/// What a file holds reaches a terminal as letters alone.
final class PrintableTests: XCTestCase {
  func testControlsAreEscaped() {
    XCTAssertEqual("a\u{1b}[2Jb".printable(), "a\\u{1B}[2Jb")
    XCTAssertEqual("\u{9b}31m\u{7f}\u{0}".printable(), "\\u{009B}31m\\u{7F}\\0")
    XCTAssertEqual("a\r\nb\tc".printable(), "a\\r\\nb\\tc")
    XCTAssertEqual("a\r\nb".printable(keepsLines: true), "a\\r\nb")
    // Characters that turn or hide text, and line ends of other kinds.
    XCTAssertEqual("x\u{202e}y\u{feff}\u{2028}".printable(keepsLines: true), "x\\u{202E}y\\u{FEFF}\\u{2028}")
    XCTAssertEqual("Zürich → 日本".printable(), "Zürich → 日本")
  }

  func testTextBetweenQuotes() throws {
    for text in ["", "a", "say \"a\"", "C:\\n\\", "two\nlines", "Zürich → \"日本\""] {
      let json = "[\"\(text.escapedForQuotes)\"]"
      XCTAssertFalse(json.contains("\n"))
      XCTAssertEqual(try JSONDecoder().decode([String].self, from: Data(json.utf8)), [text])
    }
  }

  func testErrorsAreOneLine() {
    let error = GasError("found \"\u{1b}]0;x\u{7}\"", file: "a\nb", at: .line(3), advice: "\u{85}")
    XCTAssertEqual("\(error)", "a\\nb:3: found \"\\u{1B}]0;x\\u{07}\"; \\u{0085}")
  }

  func testJSONStaysJSON() throws {
    let value = ["a\u{1b}b\u{9b}\u{7f}": "\u{202e}\u{e0001}\n"]
    let text = String(decoding: try JSONEncoder().encode(value), as: UTF8.self)
    let printable = text.printableJSON
    XCTAssertFalse(printable.unicodeScalars.contains { $0.properties.generalCategory == .control && $0 != "\n" })
    XCTAssertFalse(printable.unicodeScalars.contains { $0.properties.generalCategory == .format })
    XCTAssertEqual(try JSONDecoder().decode([String: String].self, from: Data(printable.utf8)), value)
  }
}
