import GasBase
import XCTest

/// Pages of text as a terminal has room for them.
final class TextWrapTests: XCTestCase {
  func testLinesAreBrokenBetweenWords() {
    let wrap = TextWrap(columns: 40)
    XCTAssertEqual(
      wrap.wrapped("selects by     accuracy decides which weights are kept\nshort"),
      "selects by     accuracy decides which\n               weights are kept\nshort")
    XCTAssertEqual(
      wrap.wrapped("             mean 0.173, bound with mean staleness 17.0"),
      "             mean 0.173, bound with mean\n             staleness 17.0")
  }

  /// Sentences, rows of tables and commands stay as they are, and so does what no room is left for.
  func testWhatStaysOneLine() {
    for line in [
      "a sentence without a label that has no room here", "  layer 1        1       1     1    1  0.68247  0.67824",
      "next           gas-run infer my.store --run first --scores s.csv",
      "command      gas-ingest edges.tsv --output my.store --directed",
    ] {
      XCTAssertEqual(TextWrap(columns: 40).wrapped(line), line)
    }
    let narrow = "note           some words behind"
    XCTAssertEqual(TextWrap(columns: 30).wrapped(narrow), narrow)
  }
}
