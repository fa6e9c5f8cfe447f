import TestSupport
import XCTest

@testable import GasIngest
@testable import GasTables

/// Ids and first rows of tables that may be meant otherwise are said.
final class TableRowDoubtTests: TableDoubtCase {
  /// Where some ids are unknown, an example is shown, if there is one that a node has in another spelling.
  func testSomeIdsAreUnknown() throws {
    let inputs = try Inputs()
    try inputs.text("id,age\nab7,1\nb,3\n", "n.csv")
    func notes(_ edges: String, _ labels: String, _ unknown: TableOptions.UnknownIds) throws -> [String] {
      try inputs.text("s,t\n\(edges)\n", "e.csv")
      try inputs.text("id,l\n\(labels)\n", "l.csv")
      return try inputs.ingestTables {
        $0.edges = [.init(path: "e.csv", source: "s", target: "t")]
        ($0.nodes, $0.id, $0.labels, $0.label) = ("n.csv", "id", "l.csv", "l")
        $0.unknownIds = unknown
      }.notes.filter { $0.contains("--unknown") }
    }
    let (edges, labels) = (inputs.path("e.csv"), inputs.path("l.csv"))
    let nodes = inputs.path("n.csv")
    XCTAssertEqual(
      try notes("ab7,b\nx,b\nb,AB7", "b,0\nz,1", .drop),
      [
        "\(edges):4: --unknown drop left out 2 edges of ids that \(nodes) does not have, such as \"AB7\" in row 3, column \"t\"; "
          + "\(nodes) has \"ab7\": write ids alike in both tables if they are the same",
        "\(labels):3: --unknown drop left out 1 label of ids that \(nodes) does not have, such as \"z\" in row 2, column \"id\"",
      ])
    XCTAssertEqual(
      try notes("ab7,b\nx,b\nx,X", "b,0", .add),
      [
        "\(edges):3: --unknown add made 2 nodes of ids that \(nodes) does not have, such as \"x\" in row 2, column \"s\""
      ], "x and X are both unknown")
    XCTAssertEqual(try notes("ab7,b", "b,0", .add), [])
    XCTAssertEqual(try notes("ab7,b", "b,0", .drop), [])
  }

  /// A label of another store in another spelling is named as that store has it.
  func testOtherSpellingsOfAnotherStore() throws {
    let inputs = try Inputs()
    try inputs.text("id,x,y\n" + (0..<20).map { "n\($0),\($0 % 5),\($0 % 2)\n" }.joined(), "n.csv")
    try inputs.ingestTables {
      ($0.nodes, $0.id, $0.label) = ("n.csv", "id", "y")
    } options: {
      $0.output = inputs.path("first.store")
    }
    try inputs.text("id,x,y\na,1,1.0\n", "m.csv")
    assertRefused("label \"1.0\" in row 1 is no class of the other store's; write \"1\", as that has it") {
      _ = try inputs.ingestTables {
        ($0.nodes, $0.id, $0.label, $0.encodingStore) = ("m.csv", "id", "y", "first.store")
      }
    }
  }

  /// A first row that reads like data is said to be lost.
  func testTablesWithoutNamesOfColumns() throws {
    func said(_ rows: [String], commas: Bool = false) -> String? {
      let cells = rows.map { $0.split(separator: ";", omittingEmptySubsequences: false).map(String.init) }
      return HeaderDoubt(cells[0], Array(cells[1...]), commas: commas)?.sentence
    }
    for rows in [
      ["17;42", "3;4"], ["1;2", "2;3"], ["acc-1;Rome", "acc-20;Oslo"], ["ann;2024-01-01", "bob;2024-02-01"],
      ["a;1.5", "b;2.5"], ["1999;2001", "7;8"], ["x;;3", "y;;"] + ["z;;4"],
    ] { XCTAssertTrue(said(rows)?.contains("reads like data (") ?? false, "\(rows)") }
    XCTAssertTrue(said(["a;1,5", "b;2,5"], commas: true) != nil)
    for rows in [
      ["id;age", "1;2"], ["id;2023", "a;5"], ["city;2020;2021", "a;1;2"], ["id;0;1;2;3", "a;5;6;7;8"],
      ["x1;x2", "0.5;0.25"], ["a;b", "b;c"], ["q1;q2", "yes;no"], ["id;1", "a;b"], ["17;42"], ["1;2", ";"],
    ] { XCTAssertNil(said(rows), "\(rows)") }
  }

  func testTheFirstRowOfATable() throws {
    let inputs = try Inputs()
    try inputs.text("17,42\n3,4\n4,17\n", "e.csv")
    let report = try inputs.ingestTables { $0.edges = [.init(path: "e.csv", source: "17", target: "42")] }
    XCTAssertEqual(
      report.notes.filter { $0.contains("the first row") },
      [
        "\(inputs.path("e.csv")):1: the first row was taken for the names of the columns, and reads like data (17, 42); if it "
          + "is, put a row of names in front of it",
        "\(inputs.path("e.csv")): the first row was taken for the names of the columns, but \"17\" is a node too; if that row "
          + "is an edge, put a row of names in front of it",
      ])
    assertRefused("there is no column \"source\" (--source); the columns are 17, 42; the first row was taken") {
      _ = try inputs.ingestTables { $0.edges = [.init(path: "e.csv", source: "source", target: "42")] }
    }
    try inputs.text("ann,bob\nbob,eve\neve,ann\n", "e.csv")
    let named = try inputs.ingestTables { $0.edges = [.init(path: "e.csv", source: "ann", target: "bob")] }
    XCTAssertTrue(named.notes.contains { $0.contains("but \"ann\" is a node too") }, "\(named.notes)")
    try inputs.text("from,to\nbob,eve\neve,ann\n", "e.csv")
    let right = try inputs.ingestTables { $0.edges = [.init(path: "e.csv", source: "from", target: "to")] }
    XCTAssertEqual(right.notes, [])
  }
}
