import TestSupport
import XCTest

@testable import GasIngest

/// Lines with the columns' names.
final class HeaderRowTests: XCTestCase {
  func testARowOfNamesIsRecognisedAndSaid() throws {
    let inputs = try Inputs()
    for header in ["source,target", "Source, Target", "a,b", "\"from\",\"to\"", "FromNodeId,ToNodeId"] {
      let graph = try inputs.read("# x\n\(header)\n1,2\n2,3\n")
      XCTAssertEqual(graph.edges, ["1-2", "2-3"], header)
      XCTAssertTrue(
        graph.report.notes.contains { $0.contains("edges:2: \"\(header)\" was taken for the names of the columns") },
        header)
    }
    XCTAssertEqual(try inputs.read("src\tdst\tw\n1\t2\t0.5\n") { $0.format.isWeighted = true }.edges, ["1-2:0.5"])
    XCTAssertEqual(try inputs.read("u v\n1 2\n").edges, ["1-2"])
    let named = try inputs.read("Source,Target\na,b\nb,c\n") { $0.format.hasStringIds = true }
    XCTAssertEqual(named.edges, ["a-b", "b-c"])
    XCTAssertEqual(named.report.notes.count, 1)
    // Integers that follow tell with --string-ids too.
    let numbered = try inputs.read("user,friend\n1,2\n2,3\n") { $0.format.hasStringIds = true }
    XCTAssertEqual(numbered.edges, ["1-2", "2-3"])
    XCTAssertTrue(
      numbered.report.notes.contains { $0.contains("\"user,friend\" was taken for the names of the columns") })
  }

  func testWhatIsNoHeader() throws {
    let inputs = try Inputs()
    // Edges between names, of which neither tells.
    XCTAssertEqual(try inputs.read("a,b\nb,c\n") { $0.format.hasStringIds = true }.edges, ["a-b", "b-c"])
    assertRefused("the line was taken for the names of the columns, but \"source\" is a node too") {
      _ = try inputs.read("source,target\na,b\nb,source\n") { $0.format.hasStringIds = true }
    }
    assertRefused("the line was taken for the names of the columns, but \"a\" is a node too", "--skip-lines 0") {
      _ = try inputs.read("a,b\n1,2\n2,a\n") { $0.format.hasStringIds = true }
    }
    XCTAssertEqual(
      try inputs.read("a,1\n1,2\n") { $0.format.hasStringIds = true }.edges, ["a-1", "1-2"], "a number is no name")
    XCTAssertEqual(
      try inputs.read("source,target\na,source\n") {
        $0.format.hasStringIds = true
        $0.format.skippedLines = 0
      }.edges, ["source-target", "source-a"])
    let said = try inputs.read("name1,name2\na,b\nc,b\na,d\nd,b\n") { $0.format.hasStringIds = true }
    XCTAssertTrue(said.report.notes.contains { $0.contains("pass --skip-lines 1 if the line names the columns") })
    assertRefused("edges:1: expected two integer node ids") {
      _ = try inputs.read("a,b\n1,2\n") { $0.format.skippedLines = 0 }
    }
    assertRefused("edges:1: expected two integer node ids") { _ = try inputs.read("x 1\n1 2\n") }
    assertRefused("edges:2: expected two integer node ids") { _ = try inputs.read("1,2\nsource,target\n") }
  }

  func testColumnsByName() throws {
    let inputs = try Inputs()
    let text = "id,Source,Target,kind,weight\n7,1,2,x,0.5\n8,2,3,y,4\n"
    XCTAssertEqual(try inputs.read(text) { $0.take("Source,Target") }.edges, ["1-2", "2-3"])
    XCTAssertEqual(
      try inputs.read(text) {
        $0.take("Target,Source,weight")
        $0.format.isWeighted = true
        $0.isDirected = true
      }.edges, ["2→1:0.5", "3→2:4.0"])
    XCTAssertEqual(
      try inputs.read("\"who, first\",b\nx,y\n") {
        $0.take("2,1")
        $0.format.hasStringIds = true
        $0.isDirected = true
      }.edges, ["b→who, first", "y→x"])
    assertRefused("edges:1: expected a column called \"source\"", "name columns as this line does") {
      _ = try inputs.read(text) { $0.take("source,Target") }
    }
    assertRefused("edges:1: expected one column called \"a\"") {
      _ = try inputs.read("a,a,b\n1,2,3\n") { $0.take("a,b") }
    }
  }

  /// The first two columns are not the edge's: nothing is taken for it unasked.
  func testNamesThatSayOtherwise() throws {
    let inputs = try Inputs()
    for (text, advice) in [
      ("target,source\n1,2\n", "pass --columns source,target"),
      ("id,source,target\n9,1,2\n", "pass --columns source,target, or --columns source,target,id if id is the weight"),
      ("time from to\n9 1 2\n", "pass --columns from,to"),
    ] {
      for change: (inout IngestOptions) -> Void in [{ _ in }, { $0.format.ignoresExtraColumns = true }] {
        assertRefused("edges:1: expected source and target in the first two columns", advice) {
          _ = try inputs.read(text, change)
        }
        assertRefused("edges:1: expected source and target in the first two columns") {
          _ = try inputs.read(text) {
            change(&$0)
            $0.format.hasStringIds = true
          }
        }
      }
    }
    let gephi = "Source,Target,Type,Id,Label,Weight\n1,2,Undirected,5,,2.5\n"
    assertRefused("--columns Source,Target, or --columns Source,Target,Weight if Weight is the weight") {
      _ = try inputs.read(gephi)
    }
    for ignoresExtra in [false, true] {
      assertRefused(
        "expected source, target and weight in the first three columns", "pass --columns Source,Target,Weight"
      ) {
        _ = try inputs.read(gephi) {
          $0.format.isWeighted = true
          $0.format.ignoresExtraColumns = ignoresExtra
        }
      }
    }
  }
}
