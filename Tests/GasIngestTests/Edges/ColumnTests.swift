import TestSupport
import XCTest

@testable import GasEdges
@testable import GasFormats
@testable import GasIngest

/// How lines are cut into columns, and which of these make an edge.
final class ColumnTests: XCTestCase {
  private func names(_ inputs: Inputs, _ text: String, _ change: (inout IngestOptions) -> Void = { _ in }) throws
    -> [String]
  {
    try inputs.read(text) {
      $0.format.hasStringIds = true
      $0.isDirected = true
      change(&$0)
    }.edges
  }

  func testNamesMayHaveBlanksWhereSomethingElseSeparates() throws {
    let inputs = try Inputs()
    XCTAssertEqual(
      try names(inputs, "New York\tLos Angeles\nBoston\tNew York\n"), ["New York→Los Angeles", "Boston→New York"])
    XCTAssertEqual(
      try names(inputs, "New York,Los Angeles\r\n Boston , New York \r\n"), ["New York→Los Angeles", "Boston→New York"])
    let semicolons = "New York;São Paulo\nBoston;New York\n"
    XCTAssertEqual(
      try names(inputs, semicolons) { $0.format.separator = .semicolon }, ["New York→São Paulo", "Boston→New York"])
    assertRefused("edges:1: expected one kind of separator", "pass --separator ';' or --separator blanks") {
      _ = try names(inputs, semicolons)
    }
    XCTAssertEqual(try names(inputs, "a, b\tc d\n"), ["a, b→c d"])
    XCTAssertEqual(
      try names(inputs, "a b|c\nc|d\n") { $0.format.separator = ColumnSeparator("pipe") }, ["a b→c", "c→d"])
    XCTAssertEqual(
      try names(inputs, "a::b\nb::c:d\n") { $0.format.separator = ColumnSeparator("::") }, ["a→b", "b→c:d"])
  }

  func testQuotes() throws {
    let inputs = try Inputs()
    XCTAssertEqual(try names(inputs, "a,b\n\"a\",c\n"), ["a→b", "a→c"])
    XCTAssertEqual(
      try names(inputs, "\"Smith, J\",b\n\"say \"\"hi\"\"\" , \"Smith, J\"\n"), ["Smith, J→b", "say \"hi\"→Smith, J"])
    XCTAssertEqual(try names(inputs, "\"a;b\";c\n"), ["a;b→c"])
    XCTAssertEqual(try inputs.read("\"1\",\"2\"\n3,\"4\"\n").edges, ["1-2", "3-4"])
    XCTAssertEqual(try inputs.read("\"1\" \"2\"\n3 4\n").edges, ["1-2", "3-4"])
    // Between tabs a quote is a letter, which is said.
    let kept = try inputs.read("\"a\tb\n") { $0.format.hasStringIds = true }
    XCTAssertEqual(kept.edges, ["\"a-b"])
    XCTAssertTrue(kept.report.notes.contains { $0.contains("quotes at the beginning of names were kept") })
    for text in ["a,b\n\"a,c\n", "a,b\n\"a\"x,c\n"] {
      assertRefused("edges:2: expected columns in quotes to end in their line") { _ = try names(inputs, text) }
    }
    assertRefused("edges:1:") { _ = try names(inputs, "\"a\nb\",c\n") }
  }

  func testTheFirstLineSettlesWhatSeparates() throws {
    let inputs = try Inputs()
    for (text, separator) in [
      ("1 2\n3,4\n", "blanks"), ("1,2\n3 4\n", "commas"), ("1;2\n3,4\n", "semicolons"), ("1\t2\n3,4\n", "tabs"),
      ("1 2\n3;4\n", "blanks"), ("1,2\n3\t4\n", "commas"),
    ] {
      for hasNames in [false, true] {
        assertRefused("edges:2: expected columns separated by \(separator), as in line 1, found") {
          _ = try inputs.read(text) { $0.format.hasStringIds = hasNames }
        }
      }
    }
    assertRefused("edges:2: expected columns separated by blanks", "--separator blanks if names may hold commas") {
      _ = try names(inputs, "a b\nc,d e\n")
    }
    // Between integers a tab is as good as a space.
    XCTAssertEqual(try inputs.read("1\t2\n3 4\n5 \t6\n").edges, ["1-2", "3-4", "5-6"])
    assertRefused("edges:3: expected 2 columns, as in line 1, found \"e\\tf\\tg\"") {
      _ = try names(inputs, "a\tb\nc\td\ne\tf\tg\n")
    }
    assertRefused("expected one kind of separator", "--separator") { _ = try names(inputs, "a b;c d\n") }
  }

  func testEmptyColumnsAreNotPassedOver() throws {
    let inputs = try Inputs()
    assertRefused("edges:1: expected two columns, found \"1\\t\\t2\"", "--columns 1,3 (1 → 2)") {
      _ = try inputs.read("1\t\t2\n")
    }
    assertRefused("edges:2: expected") { _ = try inputs.read("1,2\n3,,4\n") }
    XCTAssertEqual(try inputs.read("1\t\t2\n") { $0.take("1,3") }.edges, ["1-2"])
    XCTAssertEqual(try inputs.read("1\t2\t\n3\t4\n").edges, ["1-2", "3-4"])
  }

  func testColumnsByNumber() throws {
    let inputs = try Inputs()
    XCTAssertEqual(
      try names(inputs, "alice\tknows\tbob\nbob\tlikes\tcarol\n") { $0.take("1,3") }, ["alice→bob", "bob→carol"])
    XCTAssertEqual(try names(inputs, "x,a,b\ny,b,c\n") { $0.take("3,2") }, ["b→a", "c→b"])
    let weighted = try inputs.read("9 1 2 0.5\n8 2 3 2\n") {
      $0.take("2,3,4")
      $0.format.isWeighted = true
    }
    XCTAssertEqual(weighted.edges, ["1-2:0.5", "2-3:2.0"])
    assertRefused("edges:1: expected columns 1, 5, found", "there are 3, separated by blanks") {
      _ = try inputs.read("1 2 3\n") { $0.take("1,5") }
    }
    for bad in ["", "1", "1,2,3,4", "0,1", "-1,2", "1,1", "1,,2"] { XCTAssertNil(EdgeColumns(bad), bad) }
    for bad in ["", "a", "1", "x|", ".", "-", "\"", "\n"] { XCTAssertNil(ColumnSeparator(bad), bad) }
  }

  /// Whoever follows the advice gets the edge that it shows, or is refused again.
  func testAdviceIsMadeOfTheLine() throws {
    let inputs = try Inputs()
    func refused(_ text: String, hasNames: Bool = false, _ says: String...) {
      assertRefused("edges:1: expected two columns, found", line: #line) {
        _ = try inputs.read(text) { $0.format.hasStringIds = hasNames }
      }
      do { _ = try inputs.read(text) { $0.format.hasStringIds = hasNames } } catch {
        for part in says where !"\(error)".contains(part) { XCTFail("\"\(error)\" does not say \(part)") }
      }
    }
    refused(
      "1 2 3\n", "--weighted (1 → 2 of weight 3)", "--ignore-extra-columns (1 → 2 alone)", "--columns 1,3 (1 → 3)")
    refused("1\tknows\t2\n", "--columns 1,3 (1 → 2)")
    refused("alice\tknows\tbob\n", hasNames: true, "--columns 1,3 (alice → bob)", "--columns 1,2 (alice → knows)")
    refused("a b c d\n", hasNames: true, "--separator if names have blanks")
    XCTAssertEqual(try inputs.read("1 2 3\n") { $0.format.isWeighted = true }.edges, ["1-2:3.0"])
    XCTAssertEqual(try inputs.read("1 2 3\n") { $0.format.ignoresExtraColumns = true }.edges, ["1-2"])
    XCTAssertEqual(try inputs.read("1 2 3\n") { $0.take("1,3") }.edges, ["1-3"])
    // A relation is no target, and half a name no node, whatever is skipped.
    for text in ["alice\tknows\tbob\n", "New York Los Angeles\n", "a,likes,b\n"] {
      assertRefused("edges:1: expected two columns") {
        _ = try names(inputs, text) { $0.format.ignoresExtraColumns = true }
      }
    }
    XCTAssertEqual(try names(inputs, "a\tb\t5\tx\n") { $0.format.ignoresExtraColumns = true }, ["a→b"])
    do { _ = try inputs.read("0: 1 2\n") } catch { XCTAssertFalse("\(error)".contains("→"), "\(error)") }
    assertRefused("edges:1: expected two integer node ids", "--separator '|'") { _ = try inputs.read("1|2\n") }
    assertRefused("write weights with a decimal point") {
      _ = try inputs.read("1 2 0,5\n") { $0.format.isWeighted = true }
    }
  }
}
