import XCTest

@testable import GasTool

/// Words in the place of a command: what was meant is said in one line.
final class UnknownCommandTests: XCTestCase {
  private func text(_ arguments: String..., hasDefault: Bool) -> String? {
    UnknownCommand(in: arguments, known: ["train", "table"], hasDefault: hasDefault)?.text
  }

  func testCommandsThatAreMeant() {
    XCTAssertEqual(text("trian", "x", hasDefault: false), "there is no command \"trian\"; did you mean train?")
    XCTAssertEqual(text("tabel", "-o", hasDefault: true), "there is no command or file \"tabel\"; did you mean table?")
    XCTAssertEqual(
      text("colour", hasDefault: false), "there is no command \"colour\"; the commands are train, table")
  }

  func testWhatTheParserUnderstands() {
    for arguments in ["train", "help", "--help", "-h", ""] {
      XCTAssertNil(text(arguments, hasDefault: false), arguments)
    }
    for arguments in ["train", "edges.csv", "colour", "--edges"] {
      XCTAssertNil(text(arguments, hasDefault: true), arguments)
    }
    XCTAssertNil(text(hasDefault: false))
  }
}
