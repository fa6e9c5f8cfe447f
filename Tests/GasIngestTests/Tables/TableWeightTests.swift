import Foundation
import TestSupport
import XCTest

@testable import GasIngest

/// How much labelled nodes count, as a column says.
final class TableWeightTests: XCTestCase {
  private func ingest(
    _ inputs: Inputs, labels: String? = nil, nodes: String = "id,age\na,1\nb,2\nc,3\n", column: String = "w"
  ) throws -> IngestReport {
    try inputs.text(nodes, "n.csv")
    if let labels { try inputs.text(labels, "l.csv") }
    return try inputs.ingestTables {
      ($0.nodes, $0.id, $0.label, $0.sampleWeight) = ("n.csv", "id", "l", column)
      if labels != nil { $0.labels = "l.csv" }
    }
  }

  /// In the table of labels: gaps do not matter where there is no label, and neither does a node without a row.
  func testOfLabels() throws {
    let inputs = try Inputs()
    let report = try ingest(inputs, labels: "w,l,id\n0.25,y,c\nNA,,a\n")
    XCTAssertEqual(try inputs.contents().sampleWeights(), [1, 1, 0.25])
    XCTAssertEqual(try inputs.contents().labels(), [-1, -1, 0])
    XCTAssertEqual(report.sampleWeights?.min, 0.25)
    XCTAssertTrue(try inputs.contents().store.manifest.sampleWeighted == true)
  }

  /// In the table of nodes, where it does not become a feature.
  func testOfNodes() throws {
    let inputs = try Inputs()
    let report = try ingest(inputs, nodes: "id,w,age,l\na,2,1,x\nb,0,2,y\nc,1e2,4,x\n")
    XCTAssertEqual(try inputs.contents().sampleWeights(), [2, 0, 100])
    XCTAssertEqual(report.featureWidth, 1)
    XCTAssertEqual(report.tables?.columns.first { $0.name == "w" }?.reason, "the sample weight")
    let other = try Inputs()
    _ = try ingest(other, labels: "id,l\nb,y\nc,x\n", nodes: "id,w,age\na,,1\nb,3,2\nc,0,4\n")
    XCTAssertEqual(try other.contents().sampleWeights(), [1, 3, 0], "of nodes, while labels have a table of their own")
  }

  func testWhatIsNoWeightIsRefused() throws {
    let inputs = try Inputs()
    func assertRefused(_ labels: String, _ text: String, column: String = "w", line: UInt = #line) throws {
      _ = try? ingest(inputs, labels: labels)
      let before = try FolderContents(inputs.folder.path)
      XCTAssertThrowsError(try ingest(inputs, labels: labels, column: column), line: line) {
        XCTAssertTrue("\($0)".contains(text), "\($0)", line: line)
      }
      XCTAssertEqual(try FolderContents(inputs.folder.path).differences(from: before), [], line: line)
    }
    let expected = "expected a weight of at least 0 in column \"w\" (--sample-weight), found "
    for (field, found) in [("-1", "\"-1\""), ("x", "\"x\""), ("", "nothing")] {
      try assertRefused("id,l,w\na,y,1\nb,x,\(field)\n", "l.csv:3: " + expected + found + " in row 2")
    }
    for field in ["NaN", "inf"] {
      try assertRefused(
        "id,l,w\na,y,1\nb,x,\(field)\n",
        "l.csv:3: expected a finite number in column \"w\" (--sample-weight), found \"\(field)\" in row 2")
    }
    let sizes =
      "expected a number that float32 holds in column \"w\" (--sample-weight), found "
    for field in ["1e39", "1e-50", "1e400", "1e-400"] {
      try assertRefused(
        "id,l,w\na,y,1\nb,x,\(field)\n", "l.csv:3: " + sizes + "\"\(field)\" in row 2; 0 and sizes from")
    }
    try assertRefused(
      "id,l,w\na,y,1\nb,x,inf\n", "l.csv:3: expected a finite number in column \"w\" (--sample-weight), found \"inf\"")
    try assertRefused("id,l,w\na,y,0\nb,x,0\n", "l.csv: all labelled nodes have weight 0 in column \"w\"")
    try assertRefused(
      "id,l,w\na,y,0\n", "there is no column \"wt\" (--sample-weight); did you mean \"w\"?", column: "wt")
    // Both tables have ids, which are listed once.
    try assertRefused(
      "id,l,w\na,y,0\n", "there is no column \"other\" (--sample-weight); the columns are id, l, w, age",
      column: "other")
    try assertRefused("id,l,w\na,y,0\n", "expected a column of weights (--sample-weight), found \"id\"", column: "id")
  }

  /// Which of two columns is meant is not guessed, of splits neither.
  func testAColumnInBothTables() throws {
    let inputs = try Inputs()
    let nodes = "id,age,w\na,1,2\nb,2,2\nc,3,2\n"
    XCTAssertThrowsError(try ingest(inputs, labels: "id,l,w\na,y,1\nb,x,1\n", nodes: nodes)) {
      XCTAssertTrue(
        "\($0)".contains("expected column \"w\" (--sample-weight) in one table, found it in "), "\($0)")
    }
    try inputs.text("id,l,age\na,y,1\nb,x,2\nc,y,3\n", "l.csv")
    XCTAssertThrowsError(
      try inputs.ingestTables {
        ($0.nodes, $0.id, $0.label, $0.labels) = ("n.csv", "id", "l", "l.csv")
        $0.split = .ordered(.standard, column: "age")
      }
    ) { XCTAssertTrue("\($0)".contains("expected column \"age\" (--split-by) in one table"), "\($0)") }
  }
}
