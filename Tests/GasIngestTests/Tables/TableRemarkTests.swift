import Foundation
import GasBase
import TestSupport
import XCTest

@testable import GasIngest
@testable import GasTables

/// Rows and bytes that do not belong to a table: they are said, with their place, or refused.
final class TableRemarkTests: XCTestCase {
  private let inputs = try! Inputs()

  private func notes(
    edges: String? = nil, nodes: String? = nil, _ change: (inout TableOptions) -> Void = { _ in }
  ) throws -> [String] {
    if let edges { try inputs.text(edges, "e.csv") }
    if let nodes { try inputs.text(nodes, "n.csv") }
    return try inputs.ingestTables {
      if edges != nil { $0.edges = [.init(path: "e.csv", source: "s", target: "t")] }
      if nodes != nil { ($0.nodes, $0.id) = ("n.csv", "id") }
      change(&$0)
    }.notes
  }

  /// A sum below a table becomes a node, which is said whatever the word for it.
  func testLastRowsThatAreSums() throws {
    for word in ["Total", "Summe", "Grand total", "Σ", "合計", "Total 2024", "-"] {
      let found = try notes(nodes: "id,x\n1,2\n2,3\n-7,4\n\(word),9\n")
      XCTAssertEqual(
        found,
        [
          "\(inputs.path("n.csv")):5: the last row has \"\(word)\" in column \"id\", and all others have whole numbers; it "
            + "was taken for a node: if it is a sum or a remark, take the row away"
        ])
    }
    XCTAssertTrue(
      try notes(nodes: "id,x\nacc-1,2\nacc-2,3\nacc-3,4\nTotal,9\n").contains { $0.contains("have ids with digits") })
    let edges = try notes(edges: "s,t\n1,2\n2,3\n3,4\n4,Sum\n")
    XCTAssertTrue(edges.count == 1 && edges[0].contains(":5: the last row has \"Sum\" in column \"t\""), "\(edges)")
  }

  /// Names do not tell by their kind, but the words for sums are few.
  func testSumsBelowNames() throws {
    for word in ["Total", "SUMME", "Grand total:", "合計", "Итого"] {
      XCTAssertEqual(
        try notes(nodes: "id,x\nann,2\nbob,3\neve,4\n\(word),9\n"),
        [
          "\(inputs.path("n.csv")):5: the last row has \"\(word)\" in column \"id\", which no other row has; it was "
            + "taken for a node: if it is the sum of the rows above, take the row away"
        ])
    }
    // Names of which some have digits, and ends of edges; a node that is called so is one.
    XCTAssertEqual(try notes(nodes: "id,x\nann,2\nbob7,3\neve,4\nTotal,9\n").count, 1)
    let edges = "s,t\nann,bob\nbob,eve\neve,ann\n"
    XCTAssertEqual(try notes(edges: edges + "Total,ann\n").count, 1)
    let rows = edges.replacing("s,t\n", with: "")
    XCTAssertEqual(try notes(edges: "s,t\nTotal,bob\n" + rows + "Total,ann\n"), [])
  }

  func testLastRowsThatAreRows() throws {
    for ids in [
      ["1", "2", "3", "4"], ["1", "2", "x"], ["1", "x", "2", "3", "y"], ["ann", "bob", "total"],
      ["ann", "bob", "total", "eve"], ["ann", "bob", "eve", "totally"], ["1", "2", "3", "x", "4"],
      ["a1", "b2", "c3", "d4"],
    ] { XCTAssertEqual(try notes(nodes: "id,x\n" + ids.map { "\($0),\($0.utf8.first!)\n" }.joined()), [], "\(ids)") }
    // An unknown id is refused, and one that the user leaves out is no node.
    let dropped = try notes(edges: "s,t\n1,2\n2,3\n3,1\n1,Total\n", nodes: "id,x\n1,2\n2,3\n3,4\n") {
      $0.unknownIds = .drop
    }
    XCTAssertFalse(dropped.contains { $0.contains("the last row") }, "\(dropped)")
  }

  func testCommentsAboveTheHeader() throws {
    let found = try notes(nodes: "# made by a program, 2024\n\n#\nid,x\n1,2\n2,3\n")
    XCTAssertEqual(
      found, ["\(inputs.path("n.csv")): 2 lines that begin with # were left out as comments: line 4 names the columns"])
    XCTAssertEqual(try notes(nodes: "\n\nid,x\n1,2\n2,3\n"), [])
    XCTAssertEqual(try notes(nodes: "#id,x\n1,2\n2,3\n") { $0.id = "#id" }, [])
    assertRefused("there is no column \"id\" (--id); did you mean \"#id\"?", "if the line that begins with #") {
      _ = try notes(nodes: "#id,x\n1,2\n2,3\n")
    }
    assertRefused("n.csv:6: expected 2 fields, as in the header, found 1 in row 2") {
      _ = try notes(nodes: "# a\n# b\n\nid,x\n1,2\n3\n")
    }
  }

  /// The separator that gives the column which is asked for is named.
  func testHeadersThatAreCutOtherwise() throws {
    for (header, advice) in [
      ("id:x:y", "pass --separator colon"), ("id^x", "pass --separator '^'"), ("id x", "blanks do not separate"),
      ("x|y|z|u;id;w", "pass --separator semicolon"), ("x,y,z\tid\tw", "pass --separator tab"),
      ("x;y;z;u,id,w", "pass --separator comma"), ("x;y;z;u|id|w", "pass --separator pipe"),
    ] {
      assertRefused("there is no column \"id\" (--id)", "; \(advice)") { _ = try notes(nodes: "\(header)\n1\n") }
    }
    assertRefused("there is no column \"id\" (--id)", "; pass --separator comma") {
      _ = try notes(nodes: "id,x\n1,2\n") { $0.separator = UInt8(ascii: ";") }
    }
    for header in ["id_x", "id-x:y", "user:x"] {
      XCTAssertThrowsError(try notes(nodes: "\(header)\n1\n")) {
        XCTAssertFalse("\($0)".contains("--separator"), "\(header): \($0)")
      }
    }
  }

  /// A label's id that is like one of the edges alone is not said to be in the table of nodes.
  func testWhichTableHasTheLikeness() throws {
    try inputs.text("id,l\n1,0\nx7,1\n", "l.csv")
    func labelled(_ edges: String) {
      let isInEdges = edges.contains("X7")
      assertRefused("l.csv:3: id \"x7\"", isInEdges ? "the table of edges has \"X7\"" : "n.csv has \"x07\"") {
        _ = try notes(edges: edges, nodes: "id,age\n1,2\n2,3\n\(isInEdges ? "" : "x07,4\n")") {
          ($0.labels, $0.label, $0.unknownIds) = ("l.csv", "l", .add)
        }
      }
    }
    labelled("s,t\n1,2\n1,X7\n")
    labelled("s,t\n1,2\n1,y\n")
  }

  /// Latin-1 is told by the line, with what to do, wherever an id or a word stands.
  func testBytesThatAreNoText() throws {
    let latin: (String) -> [UInt8] = { $0.unicodeScalars.map { UInt8($0.value) } }
    func refused(_ line: Int, nodes: String, edges: String? = nil, unknown: TableOptions.UnknownIds = .refuse) throws {
      try inputs.bytes(latin(nodes), "n.csv")
      if let edges { try inputs.bytes(latin(edges), "e.csv") }
      let file = inputs.path(edges == nil ? "n.csv" : "e.csv")
      assertRefused("\(file):\(line): ", "convert it: iconv -f LATIN1 -t UTF-8 \(file)") {
        _ = try inputs.ingestTables {
          ($0.nodes, $0.id, $0.unknownIds) = ("n.csv", "id", unknown)
          if edges != nil { $0.edges = [.init(path: "e.csv", source: "s", target: "t")] }
        }
      }
    }
    try refused(3, nodes: "id,x\na,1\né,2\n")
    try refused(3, nodes: "id,x\na,p\nb,é\nc,p\nd,p\n")
    try refused(1, nodes: "id,é\na,1\nb,2\n")
    for unknown in TableOptions.UnknownIds.allCases where unknown != .drop {
      try refused(3, nodes: "id,x\na,1\nb,2\n", edges: "s,t\na,b\né,a\n", unknown: unknown)
    }
    // A packed file is unpacked first.
    try inputs.bytes(inputs.gzip(latin("id,x\na,1\né,2\n")), "n.csv.gz")
    let packed = inputs.path("n.csv.gz")
    assertRefused("\(packed):3: ", "convert it: zcat \(packed) | iconv -f LATIN1 -t UTF-8") {
      _ = try inputs.ingestTables { ($0.nodes, $0.id) = ("n.csv.gz", "id") }
    }
    let dropped = try notes(edges: "s,t\na,b\n", nodes: "id,x\na,1\nb,2\n")
    XCTAssertEqual(dropped, [])
    try inputs.bytes(latin("s,t\na,b\né,a\n"), "e.csv")
    let found = try notes(nodes: "id,x\na,1\nb,2\n") {
      $0.edges = [.init(path: "e.csv", source: "s", target: "t")]
      $0.unknownIds = .drop
    }
    XCTAssertTrue(found.contains { $0.contains("iconv -f LATIN1") && !$0.contains("if they are the same") }, "\(found)")
  }
}
