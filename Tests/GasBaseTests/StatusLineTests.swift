import XCTest

@testable import GasBase

/// Lines that have no more columns than there are.
final class StatusLineTests: XCTestCase {
  private var epoch: StatusLine {
    var line = StatusLine()
    line.add("epoch 12/100", rank: 0)
    line.add("loss 0.5123", rank: 3)
    line.add("val 81.20 %", rank: 1)
    line.add(nil, rank: 0)
    line.add("1:23 left", rank: 2)
    return line
  }

  func testTheLeastImportantFieldIsLeftOutFirst() {
    for (columns, text) in [
      (120, "epoch 12/100  loss 0.5123  val 81.20 %  1:23 left"),
      (49, "epoch 12/100  loss 0.5123  val 81.20 %  1:23 left"),
      (48, "epoch 12/100  val 81.20 %  1:23 left"), (35, "epoch 12/100  val 81.20 %"), (12, "epoch 12/100"),
      (11, "epoch 12/1…"), (1, "…"),
    ] {
      XCTAssertEqual(epoch.text(columns: columns), text)
      XCTAssertLessThanOrEqual(epoch.text(columns: columns).count, columns)
    }
  }

  /// Of equally important fields the last goes first, and what a terminal would obey is escaped before it is counted.
  func testEqualRanksAndEscapes() {
    var line = StatusLine(separator: ", ")
    line.add("a\u{1b}", rank: 0)
    for text in ["b", "c"] { line.add(text, rank: 1) }
    XCTAssertEqual(line.text(columns: 80), "a\\u{1B}, b, c")
    XCTAssertEqual(line.text(columns: 12), "a\\u{1B}, b")
  }

  func testColumns() {
    XCTAssertEqual(TerminalWidth.columns(asked: nil, terminal: nil), 80)
    XCTAssertEqual(TerminalWidth.columns(asked: 100, terminal: nil), 100)
    XCTAssertEqual(TerminalWidth.columns(asked: nil, terminal: 120), 120)
    XCTAssertEqual(TerminalWidth.columns(asked: 60, terminal: 120), 60)
    XCTAssertEqual(TerminalWidth.columns(asked: 200, terminal: 120), 120, "a wrapped line cannot be written over")
    XCTAssertEqual(TerminalWidth.columns(asked: 0, terminal: nil), 80)
    XCTAssertEqual(TerminalWidth.columns(asked: -3, terminal: 120), 120)
  }

  func testColours() {
    XCTAssertEqual(
      LineColours.coloured("note: a\nnothing\nnote         b\nverdict      harmless: c"),
      "\u{1b}[33mnote: \u{1b}[0ma\nnothing\n\u{1b}[33mnote  \u{1b}[0m       b\n"
        + "\u{1b}[32mverdict      harmless\u{1b}[0m: c")
    let taken = { LineColours.areTaken(isTerminal: $0, noColour: $1, terminal: $2) }
    XCTAssertTrue(taken(true, nil, "xterm"))
    XCTAssertTrue(taken(true, "", "xterm"), "an empty NO_COLOR is none")
    XCTAssertFalse(taken(true, "1", "xterm"))
    XCTAssertFalse(taken(false, nil, "xterm"))
    XCTAssertFalse(taken(true, nil, "dumb"))
    XCTAssertFalse(taken(true, nil, nil))
  }
}
