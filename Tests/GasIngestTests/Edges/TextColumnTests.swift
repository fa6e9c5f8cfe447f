import GasBase
import GasFiles
import TestSupport
import XCTest

@testable import GasEdges
@testable import GasFormats
@testable import GasGraph

/// Which columns a line of text has, and which of them are an edge.
final class TextColumnTests: TextColumnCase {
  func testNamesMayHaveBlanksWhereOtherThingsSeparate() throws {
    let expected = ["New York→Los Angeles", "Boston→New York"]
    XCTAssertEqual(try edges("New York\tLos Angeles\nBoston\tNew York"), expected)
    XCTAssertEqual(try edges("New York,Los Angeles\r\nBoston,New York\r\n"), expected)
    XCTAssertEqual(try edges(" New York , Los Angeles\n\nBoston ,New York"), expected)
    XCTAssertEqual(try edges("\"New York\",\"Los Angeles\"\nBoston,New York"), expected)
    for separator in [";", "|", "::"] {
      let text = "New York\(separator)Los Angeles\nBoston\(separator)New York"
      XCTAssertEqual(try edges(text) { $0.separator = ColumnSeparator(separator) }, expected, separator)
    }
    XCTAssertEqual(try edges("Smith, J\tDoe; A"), ["Smith, J→Doe; A"])
    XCTAssertEqual(try edges("Smith,J  Doe,A") { $0.separator = .blanks }, ["Smith,J→Doe,A"])
    XCTAssertEqual(try edges("ab;cd\ne;f"), ["ab→cd", "e→f"])
  }

  func testQuotes() throws {
    XCTAssertEqual(try edges("a,b\n\"a\",c"), ["a→b", "a→c"])
    XCTAssertEqual(
      try edges("\"x, y\",\"say \"\"no\"\"\" \n\"say \"\"no\"\"\",z"), ["x, y→say \"no\"", "say \"no\"→z"])
    XCTAssertEqual(try edges("\"a;b\";c"), ["a;b→c"])
    XCTAssertEqual(try edges("5\" disk,a\"b"), ["5\" disk→a\"b"])
    XCTAssertEqual(try edges("\"1\",\"2\"\n3,4", names: false), ["1→2", "3→4"])
    XCTAssertEqual(try edges("\"1\"\t\"2\"\n3\t4", names: false), ["1→2", "3→4"])
    for bad in ["\"a,b", "\"a\"b,c", "a,\"b\nc\"", "\"a\nb\",c", "a,b\n\"a\nb\",c"] {
      assertRefused("expected columns in quotes to end in their line", "cannot have line breaks") { _ = try edges(bad) }
    }
    for bad in ["\"\",b"] { assertRefused("e:1: expected") { _ = try edges(bad) } }
    // In other texts they are letters, and it is said.
    let (_, remarks, _) = try read("\"a\"\tb\n\"a\"\t\"c\"")
    XCTAssertEqual(try edges("\"a\"\tb"), ["\"a\"→b"])
    XCTAssertTrue(
      remarks.notes.contains { $0.contains("quotes at the beginning of names were kept (3 times)") }, "\(remarks.notes)"
    )
  }

  /// A tab that may be a letter of a name in quotes does not settle what separates.
  func testTabsInQuotes() throws {
    let text = "\"a\tb\",c\nc,d"
    assertRefused("e:1: expected one kind of separator", "--separator ','", "--separator tab") { _ = try edges(text) }
    XCTAssertEqual(try edges(text) { $0.separator = .comma }, ["a\tb→c", "c→d"])
    XCTAssertEqual(try edges("\"a\tb\",c") { $0.separator = .tab }, ["\"a→b\",c"])
    XCTAssertEqual(try edges("\"a,b\"\t\"c\""), ["\"a,b\"→\"c\""])
    XCTAssertEqual(try edges("5\" a\tb, c"), ["5\" a→b, c"])
  }

  /// A carriage return alone ends a line for whoever wrote it: what follows is not to vanish with the columns that are
  /// skipped, in a comment or in a name.
  func testCarriageReturnsInsideOfLines() throws {
    for text in ["1 2\r2 3", "1\t2\r2\t3\r3\t4", "1,2\r2,3", "1 2 9\n1 2 9\r2 3 9", "1 2\n# c\r2 3", "1\r2"] {
      for ignores in text.contains("9") ? [true] : [false, true] {
        assertRefused("expected no carriage return in the middle of a line", "tr '\\r' '\\n'") {
          _ = try edges(text, names: false) { $0.ignoresExtraColumns = ignores }
        }
      }
    }
    for text in ["a\tb\nb\tc\rd", "a b\rc", "a,\"b\rc\""] {
      assertRefused("expected no carriage return in the middle of a line") { _ = try edges(text) }
    }
    let ends = "1 2 9\r\n2 3 9 \r \r\r\n\r\n3 4 9\r"
    XCTAssertEqual(try edges(ends, names: false) { $0.ignoresExtraColumns = true }, ["1→2", "2→3", "3→4"])
    XCTAssertEqual(try edges("a\tb\r\r\n\r\nb\tc\r"), ["a→b", "b→c"])
  }

  /// A first line may lack the columns that it is read for, behind a comment that could be an edge.
  func testEmptyColumnsInFront() throws {
    for text in ["#a,b\nc\t", "#a\tb\nc\t\t", "#a\nb\t", "#a b c\n\td", "#a,b c\nd\t\ne\tf", "#a\n\tb"] {
      for names in [false, true] {
        assertRefused("expected") { _ = try edges(text, names: names) }
        assertRefused("expected") { _ = try edges(text, names: names) { $0.columns = EdgeColumns("2,1") } }
        assertRefused("expected") { _ = try edges(text, names: names) { $0.isWeighted = true } }
      }
    }
  }

  /// `cat` of files that an editor has put a mark in front of: the mark is not the first letter of another node.
  func testMarksOfJoinedFiles() throws {
    for text in ["a,b\n\u{feff}b,c", "a\tb\nb\t\u{feff}c", "\u{feff}a b", "a,b\n\"\u{feff}b\",c"] {
      assertRefused("expected a node id, found a byte order mark and \"", "take it away") { _ = try edges(text) }
    }
    assertRefused("expected two integer node ids") { _ = try edges("1,2\n\u{feff}3,4", names: false) }
    let inputs = try Inputs()
    let list = try inputs.text("\u{feff}a\nb\n\u{feff}c\n", "names.txt")
    assertRefused("names.txt:3: expected a node id, found a byte order mark and \"c\"") {
      try inputs.ingest(inputs.text("a b\n")) { ($0.ids, $0.format.hasStringIds) = (list, true) }
    }
    let returns = try inputs.text("a\rb\nc\n", "names.txt")
    assertRefused("names.txt:1: expected no carriage return in the middle of a line") {
      try inputs.ingest(inputs.text("a b\n")) { ($0.ids, $0.format.hasStringIds) = (returns, true) }
    }
  }

  /// A line that is cut otherwise than the first is refused, not read in its own way.
  func testTheFirstLineSettlesTheSeparator() throws {
    for (text, says) in [
      ("a\tb\nNew York Boston", "e:2: expected columns separated by tabs"),
      ("a b\nc, d", "e:2: expected columns separated by blanks"),
      ("a b\n\"New York\" c", "e:2: expected 2 columns, as in line 1"),
      ("a,b\nc\td,e", "e:2: expected columns separated by commas"),
      ("a,b\nc d", "e:2: expected columns separated by commas"),
      ("a b\nc\t\td", "e:2: expected columns separated by blanks"),
      ("a;b\nc,d", "e:2: expected columns separated by semicolons"), ("a,b\nc,d,e", "e:2: expected 2 columns"),
      ("a\tb\nc\t", "e:2: expected two node ids"),
    ] { assertRefused(says) { _ = try edges(text) } }
    for text in ["New York;Boston", "a;b,c", "1;2,3;4"] {
      assertRefused("e:1: expected one kind of separator", "pass --separator ';'") { _ = try edges(text) }
    }
    assertRefused("e:1: expected two node ids, found \"a|b\"; pass --separator '|'") { _ = try edges("a|b") }
    assertRefused("e:1: expected two integer node ids", "pass --separator '::'") { _ = try edges("1::2", names: false) }
    // Between integers there is no doubt.
    XCTAssertEqual(try edges("1 2\n3\t4\n7 \t8", names: false), ["1→2", "3→4", "7→8"])
    XCTAssertEqual(try edges("1;2\n3;4", names: false), ["1→2", "3→4"])
    XCTAssertEqual(try edges("1 2\t5 6\n3 4\t7 8", names: false) { $0.ignoresExtraColumns = true }, ["1→2", "3→4"])
  }

  func testDecimalCommasAreNoWeights() throws {
    for text in ["1;2;0,5", "1\t2\t0,5", "1 2 0,5"] {
      for ignores in [false, true] {
        assertRefused("e:1: expected") {
          _ = try edges(text, names: false) { ($0.isWeighted, $0.ignoresExtraColumns) = (true, ignores) }
        }
      }
    }
  }

  func testCommentsBehindEdges() throws {
    for text in ["1 2 # c\n2 3", "1 2\n2 3 # c d", "1\t2\t#c", "1 2 9 #c\n1 2 9"] {
      assertRefused("expected", "columns", "take comments behind edges away: sed 's/#.*//'") {
        _ = try edges(text, names: false)
      }
    }
    XCTAssertEqual(try edges("1 2 # c\n2 3 # d e", names: false) { $0.ignoresExtraColumns = true }, ["1→2", "2→3"])
  }

  func testCountsInFrontAreSaid() throws {
    for text in ["5 4\n1 2\n2 3\n3 4\n4 5", "# n m\n4 3\n1 2\n2 3\n3 4"] {
      let notes = try read(text, names: false).1.notes
      XCTAssertEqual(notes.count, 1, text)
      XCTAssertTrue(notes[0].contains("was taken for an edge, but reads like counts of nodes and edges"), "\(notes)")
    }
    assertRefused("e:1: expected an edge, found what reads like counts of nodes and edges (3 edges follow)") {
      _ = try read("4 4 3\n1 2 0.5\n2 3 1\n3 4 1", names: false) { $0.isWeighted = true }
    }
    XCTAssertEqual(try read("0 1\n1 2", names: false).1.notes, [])
    XCTAssertEqual(try read("5 3\n1 2\n2 3\n3 9", names: false).1.notes, [])
  }
}
