import Foundation
import TestSupport
import XCTest

@testable import GasTables

/// Bad tables: one line with the file and the row, and nothing is left behind.
final class TableRefusalTests: XCTestCase {
  private let inputs = try! Inputs()

  /// Writes three tables, each of which is right unless another is given, and asserts that they are refused.
  private func refused(
    _ texts: String..., edges: Data = Data("s,t\na,b\n".utf8), nodes: Data = Data("id,age\na,1\nb,2\n".utf8),
    labels: Data = Data("id,l\na,0\nb,1\n".utf8), line: UInt = #line,
    _ change: (inout TableOptions) -> Void = { _ in }
  ) throws {
    for (bytes, name) in [(edges, "e.csv"), (nodes, "n.csv"), (labels, "l.csv")] {
      try inputs.bytes(Array(bytes), name)
    }
    let before = try FolderContents(inputs.folder.path)
    do {
      try inputs.ingestTables {
        $0.edges = [.init(path: "e.csv", source: "s", target: "t")]
        ($0.nodes, $0.id, $0.labels, $0.label) = ("n.csv", "id", "l.csv", "l")
        change(&$0)
      }
      XCTFail("nothing was thrown", line: line)
    } catch {
      let message = "\(error)"
      for text in texts { XCTAssertTrue(message.contains(text), "\(message) does not say \(text)", line: line) }
      XCTAssertFalse(message.contains("\n"), message, line: line)
    }
    XCTAssertEqual(try FolderContents(inputs.folder.path).differences(from: before), [], line: line)
  }

  func testColumnsThatAreNotThere() throws {
    try refused("e.csv: there is no column \"S\" (--source)", "did you mean \"s\"? the columns are s, t") {
      $0.edges[0].source = "S"
    }
    try refused("n.csv: there is no column \"idd\" (--id)", "did you mean \"id\"?") { $0.id = "idd" }
    try refused(
      "e.csv: there is no column \"s\" (--source)", "the columns are s t; blanks do not separate",
      edges: text("s t\na b\n"))
    try refused("l.csv: there is no column \"x\" (--label)", "the columns are id, l") { $0.label = "x" }
    try refused("l.csv: there is no column \"key\" (--label-id)") { $0.labelId = "key" }
    try refused("e.csv: there is no column \"amount\" (--weight)") { $0.weight = "amount" }
    try refused("e.csv: there is no column \"when\" (--edge-columns)") { $0.edgeColumns = ["when"] }
    try refused("n.csv: there is no column \"ages\" (--drop)", "did you mean \"age\"?") { $0.droppedColumns = ["ages"] }
    try refused("n.csv: there is no column \"aeg\" (--kind)") { $0.kinds = ["aeg": .number] }
    try refused("l.csv: there is no column \"time\" (--split-by)") {
      $0.split = .ordered(.standard, column: "time")
    }
  }

  /// Commas divide the names that flags take, so that a name with commas needs another way.
  func testNamesWithCommas() throws {
    let nodes = text("id,\"x, y\"\na,1\nb,2\n")
    try refused(
      "n.csv: there is no column \"x\" (--drop); commas divide the names of --drop", "pass --kind 'x, y=drop'",
      nodes: nodes
    ) { $0.droppedColumns = ["x", " y"] }
    try refused("(--label); commas divide", "give the column a name without commas", labels: nodes) {
      $0.label = "x"
    }
    try refused("(--edge-columns); commas divide", edges: text("s,t,\"v,w\"\na,b,1\n")) {
      $0.edgeColumns = ["v", "w"]
    }
    try refused("there is no column \"z\" (--drop); the columns are", nodes: nodes) { $0.droppedColumns = ["z"] }
  }

  func testKindsWithoutNodes() throws {
    try refused("there is no column \"x\" (--kind); there is no table of nodes: pass --nodes") {
      ($0.nodes, $0.id, $0.labels, $0.label) = (nil, nil, nil, nil)
      $0.kinds = ["x": .number]
    }
  }

  func testIds() throws {
    try refused(
      "n.csv:4: id \"a\" in row 3 stands twice in column \"id\" (first in row 1, line 2)",
      nodes: text("id,age\na,1\nb,2\n\"a\",3\n"))
    try refused("n.csv:3: expected an id in column \"id\", found none in row 2", nodes: text("id,age\na,1\n,2\n"))
    try refused(
      "l.csv:3: id \"a\" in row 2 stands twice in column \"id\" (first in row 1, line 2)",
      labels: text("id,l\na,0\na,1\n"))
    try refused("l.csv:3: id \"a\" in row 2 stands twice", labels: text("id,l\na,\na,1\n"))
    try refused("l.csv:3: id \"c\" in row 2, column \"id\", is not that of a node", labels: text("id,l\na,0\nc,1\n"))
    try refused("e.csv:2: id \"c\" in row 1, column \"t\", is not in ", edges: text("s,t\na,c\n"))
    try refused("n.csv:3: expected a node id in UTF-8", nodes: text("id,age\na,1\n") + [0xff] + text(",2\n"))
  }

  /// The first unknown id is refused with the node that may be meant, before anything that would leave its row out.
  func testIdsInOtherSpellings() throws {
    for (known, found) in [
      ("0.0", "0"), ("0", "0.0"), ("ab7", "AB7"), ("AB7", "ab7"), ("007", "7"), ("7", "007"), ("C007", "c7"),
      ("c7", "C0007"), ("-5", "-05"), ("Anna", "ANNA"), (" x", "x"), ("x", " x "),
      ("12345678901234567", "012345678901234567"),
    ] {
      let spelling = "n.csv has \"\(known)\": write ids alike in both tables"
      // Blanks count only in quotes.
      let nodes = text("id,age\n\"\(known)\",1\nb,2\n")
      let labels = text("id,l\nb,1\n")
      try refused("e.csv:2: id ", spelling, edges: text("s,t\n\"\(found)\",b\n"), nodes: nodes, labels: labels)
      try refused(
        "l.csv:3: id ", "is not that of a node; ", spelling, edges: text("s,t\nb,b\n"), nodes: nodes,
        labels: text("id,l\nb,1\n\"\(found)\",0\n"))
    }
    for found in ["1.50", "1.05", "15", "c"] {
      try refused(
        "e.csv:2: id ", "correct it, or pass --unknown drop to leave such edges out", edges: text("s,t\n\(found),b\n"),
        nodes: text("id,age\n1.5,1\nb,2\n"), labels: text("id,l\nb,1\n"))
    }
    // Without a table of nodes there is no --unknown.
    try refused("l.csv:3: id \"c\"", "correct it, or take the row out", labels: text("id,l\na,0\nc,1\n")) {
      $0.nodes = nil
    }
  }

  func testBothEndsInOneColumn() throws {
    try refused("e.csv: --source and --target are both column \"s\"", "name the columns of both ends") {
      $0.edges[0].target = "s"
    }
  }

  func testWholeTables() throws {
    try refused("e.csv: expected a row that names the columns, found an empty file", edges: text(""))
    try refused("e.csv:1: expected rows behind the header, found none", edges: text("s,t\n"))
    try refused("n.csv:1: two columns are called \"id\"", nodes: text("id,id\na,1\n"))
    try refused("n.csv:3: a quote that opens in this line (row 2) is not closed", nodes: text("id,age\na,1\nb,\"2\n"))
    try refused("l.csv:2: expected 2 fields, as in the header, found 1 in row 1", labels: text("id,l\na\n"))
    try refused(
      "l.csv:3: expected 2 fields, as in the header, found 1 in row 2",
      "commas separate in the header, and this row has a semicolon", labels: text("id,l\na,0\nb;1\n"))
    try refused("l.csv:1: the line says what separates fields, as Excel does", labels: text("sep=;\nid;l\na;1\n"))
    try refused("l.csv: no node has a label in column \"l\"", labels: text("id,l\na,NA\nb,\n"))
    try refused("e.csv") { $0.edges[0].path = "none/e.csv" }
    try refused(
      "n.csv:2: expected 2 fields, as in the header, found 3 in row 1", "R's write.table", "row.names = FALSE",
      nodes: text("id,age\n1,a,1\n2,b,2\n"))
    try refused(
      "n.csv:2: expected 2 fields", "the rows end with a separator, and the header does not",
      nodes: text("id,age\na,1,\n\nb,2,\n"))
    try refused("found 3 in row 1; put a field into quotes", nodes: text("id,age\na,1,\nb,2\n"))
    try refused("found 3 in row 2; put a field into quotes", nodes: text("id,age\na,1\nb,2,3\n"))
  }

  /// What is no text is refused with advice that is of tables, and not of lists of edges.
  func testBinaryData() throws {
    let path = inputs.path("n.csv")
    let isCSV = "save it as text whose first row names the columns (CSV)"
    try refused(
      "e.csv at offset 0: expected text", "found a pickle of Python", isCSV, edges: Data([0x80, 2, 3, 4, 0, 1]))
    try refused("n.csv at offset 0: ", "found binary data (a zero byte at offset 3)", isCSV, nodes: text("id,\0\n"))
    try refused("l.csv at offset 0: ", "found a NumPy array", isCSV, labels: Data([0x93]) + text("NUMPY\u{1}\0"))
    try refused(
      "found data packed by lz4; unpack it: lz4 -dc ", "n.csv > \(path).new, and pass \(path).new",
      nodes: Data([0x04, 0x22, 0x4d, 0x18, 0x64]))
  }

  /// What is advised about lines that end otherwise makes a table that is read.
  func testCarriageReturnsAlone() throws {
    let path = inputs.path("n.csv")
    try refused(
      "n.csv at offset 0: ", "found lines that end with a carriage return alone",
      "convert them: tr '\\r' '\\n' < \(path) > \(path).new, and pass \(path).new", nodes: text("id,age\ra,1\rb,2\r"))
    try inputs.bytes(Array("id,age\na,1\nb,2\n".utf8), "n.csv.new")
    try inputs.ingestTables { ($0.nodes, $0.id) = ("n.csv.new", "id") }
    // Packed, the bytes are others than those of the lines.
    let packed = try inputs.gzip(Array("id,age\ra,1\rb,2\r".utf8))
    try refused(
      "n.csv at offset 0: ", "; unpack it to FILE, and convert them: tr '\\r' '\\n' < FILE > FILE.new",
      nodes: Data(packed))
  }

  /// Where --unknown drop leaves nothing, the message says why, and what may be the matter.
  func testNothingIsLeft() throws {
    try refused(
      "e.csv:2: --unknown drop left out every edge (2): each names an id that ",
      "n.csv does not have, such as \"A\" in row 1, "
        + "column \"s\"; ", "n.csv has \"a\": write ids alike in both tables", edges: text("s,t\nA,b\na,B\n")
    ) { $0.unknownIds = .drop }
    try refused(
      "e.csv:2: --unknown drop left out every edge (1)",
      "such as \"x\" in row 1, column \"t\"; is --id the column of ids, "
        + "such as \"a\", that this table names?", edges: text("s,t\na,x\n")
    ) { $0.unknownIds = .drop }
    try refused(
      "n.csv has \"1\": write", edges: text("s,t\n1.0,2.0\n"), nodes: text("id,age\n1,3\n2,4\n"),
      labels: text("id,l\n1,0\n2,1\n")
    ) { $0.unknownIds = .drop }
    try refused(
      "l.csv:2: --unknown drop left out every label (2)", "such as \"c\" in row 1, column \"id\"",
      labels: text("id,l\nc,0\nd,1\n")
    ) { $0.unknownIds = .drop }
  }

  func testFields() throws {
    try refused(
      "e.csv:2: expected a number as weight in column \"w\" (--weight), found \"x\" in row 1",
      edges: text("s,t,w\na,b,x\n")
    ) { $0.weight = "w" }
    try refused("e.csv:2: expected a number as weight", edges: text("s,t,w\na,b,\n")) { $0.weight = "w" }
    for (field, words) in [
      ("\"1,5\"", "pass --decimal-comma"), ("50%", "take the percent sign away"), ("1 000", "divides the thousands"),
      ("1e-50", "expected a number that float32 holds"), ("1e39", "expected a number that float32 holds"),
      ("inf", "expected a finite number"),
    ] {
      try refused("e.csv:3: ", "in row 2", words, edges: text("s,t,w\na,b,1\nb,a,\(field)\n")) { $0.weight = "w" }
      try refused("l.csv:3: ", "in row 2", words, labels: text("id,l\na,0\nb,\(field)\n")) {
        $0.labelKind = .regression
      }
      try refused("n.csv:3: ", "in row 2", words, nodes: text("id,age\na,1\nb,\(field)\n")) {
        $0.kinds = ["age": .number]
      }
    }
    // A weight has no gaps, and a label may have them.
    try refused("e.csv:2: expected a finite number", "a weight has no gaps", edges: text("s,t,w\na,b,inf\n")) {
      $0.weight = "w"
    }
    try refused("l.csv:2: expected a finite number", "leave it empty", labels: text("id,l\na,inf\nb,1\n")) {
      $0.labelKind = .regression
    }
    try refused(
      "n.csv:3: expected a number that float32 holds in column \"age\", found \"1e-50\" in row 2", "--kind age=drop",
      nodes: text("id,age\na,1\nb,1e-50\n"))
    try refused(
      "l.csv:2: expected a number or a date in column \"l\" (--split-by), found \"50%\"", "percent",
      labels: text("id,l\na,50%\nb,60%\n")
    ) { $0.split = .ordered(.standard, column: "l") }
    try refused("n.csv:3: expected text in UTF-8", nodes: text("id,age\na,1\nb,") + [0xc3, 0x28, 0x0a])
    try refused(
      "l.csv:65538: expected up to 65536 classes in column \"l\", found another in row 65537",
      nodes: text("id,age\n" + (0..<70_000).map { "n\($0),1\n" }.joined()),
      labels: text("id,l\n" + (0..<70_000).map { "n\($0),c\($0)\n" }.joined())
    ) { $0.edges = [] }
  }

  private func text(_ text: String) -> Data { Data(text.utf8) }
}
