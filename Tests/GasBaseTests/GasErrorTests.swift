import GasBase
import XCTest

final class GasErrorTests: XCTestCase {
  func testSaysWhereWhatAndWhatToDo() {
    XCTAssertEqual(
      "\(GasError("is broken", file: "a.tsv", at: .line(17), advice: "mend it"))", "a.tsv:17: is broken; mend it")
    XCTAssertEqual("\(GasError("is broken", file: "a.npy", at: .offset(80)))", "a.npy at offset 80: is broken")
    XCTAssertEqual("\(GasError("is broken", file: "a.npy"))", "a.npy: is broken")
    XCTAssertEqual("\(GasError("is broken"))", "is broken")
    XCTAssertEqual(
      "\(GasError(expected: "two ids", found: "\"1\"", file: "a", at: .line(1)))",
      "a:1: expected two ids, found \"1\"")
  }

  /// Whatever stands in the input, a complaint about it is one line that a terminal shows as it is.
  func testIsOneLineWhateverTheInputHolds() {
    let separators = [
      "\n", "\r", "\r\n", "\n\r\n", "\u{b}", "\u{c}", "\u{85}", "\u{2028}", "\u{2029}", "\u{1b}[2J", "\0",
    ]
    for separator in separators {
      let error = GasError("found \"a\(separator)b\"", file: "c\(separator)d", advice: "try\(separator)again")
      let line = "\(error)"
      let controls = line.unicodeScalars.filter {
        $0.value < 0x20 || 0x7f...0x9f ~= $0.value || $0.value == 0x2028 || $0.value == 0x2029
      }
      XCTAssertTrue(controls.isEmpty, "\(separator.debugDescription) came through in \(line.debugDescription)")
      XCTAssertEqual(line.split(omittingEmptySubsequences: false, whereSeparator: \.isNewline).count, 1)
      for word in ["found", "a", "b", "c", "d", "try", "again"] { XCTAssertTrue(line.contains(word), line) }
    }
  }

  /// Files may hold names without end.
  func testQuotesNoMoreThanAnybodyReads() {
    let names = Array(repeating: "é", count: 1_000_000).joined(separator: ", ")
    let line = "\(GasError(expected: "an array", found: names, file: "a.npz", advice: "mend it"))"
    XCTAssertLessThan(line.unicodeScalars.count, 1_100)
    XCTAssertTrue(line.hasPrefix("a.npz: expected an array, found é, é"), line)
    XCTAssertTrue(line.hasSuffix("…; mend it"), line)
  }

  func testKeepsWhatIsNotAControlCharacter() {
    let text = "Bücher → 2³² \"x\" 日本 e\u{301}"
    XCTAssertEqual("\(GasError(text))", text)
  }

  func testEqualIfAllPartsAre() {
    let error = GasError("p", file: "f", at: .line(3), advice: "a")
    XCTAssertEqual(error, GasError("p", file: "f", at: .line(3), advice: "a"))
    XCTAssertNotEqual(error, GasError("p", file: "f", at: .offset(3), advice: "a"))
    XCTAssertNotEqual(error, GasError("p", file: "f", at: .line(3)))
  }
}
