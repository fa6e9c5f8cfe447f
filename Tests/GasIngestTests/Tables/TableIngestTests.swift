import GasGraph
import GasStore
import TestSupport
import XCTest

@testable import GasIngest
@testable import GasTables

/// Stores made of tables, against what the tables say.
final class TableIngestTests: XCTestCase {
  func testEdgesAlone() throws {
    let inputs = try Inputs()
    try inputs.text("to,x,from\n7,1,5\n-2,1,7\n5,2,7\n", "e.csv")
    let report = try inputs.ingestTables { $0.edges = [.init(path: "e.csv", source: "from", target: "to")] }
    XCTAssertEqual(report.nodes, 3)
    XCTAssertEqual(report.edges.read, 3)
    XCTAssertEqual(report.edges.kept, 2)
    let contents = try inputs.contents()
    XCTAssertEqual(try contents.integerIds(), [5, 7, -2], "in the order in which they appear")
    XCTAssertEqual(Set(contents.edges.keys.map(\.description)), ["0→1", "1→0", "1→2", "2→1"])
    XCTAssertNil(contents.store.manifest.features)
    XCTAssertEqual(try contents.store.tableEncoding(), TableEncoding(gaps: TableOptions.standardGaps))
  }

  func testIdsAreNamesUnlessAllAreWholeNumbers() throws {
    for (text, kind) in [("1,01", Manifest.IdKind.string), ("1,a", .string), ("0,1", .sequential), ("1,0", .integer)] {
      let inputs = try Inputs()
      try inputs.text("s,t\n\(text)\n", "e.csv")
      try inputs.ingestTables { $0.edges = [.init(path: "e.csv", source: "s", target: "t")] }
      let contents = try inputs.contents()
      XCTAssertEqual(contents.store.manifest.idKind, kind, text)
      XCTAssertEqual(contents.store.nodeCount, 2, text)
      if kind == .string { XCTAssertEqual(try contents.names(), text.split(separator: ",").map(String.init)) }
    }
  }

  func testColumnsOfEveryKind() throws {
    let inputs = try Inputs()
    try inputs.people()
    let report = try inputs.ingestTables {
      $0.edges = [.init(path: "tx.csv", source: "from", target: "to")]
      ($0.nodes, $0.id, $0.label) = ("people.csv", "name", "fraud")
      $0.split = .random(SplitShares("100/0/0")!, isStratified: false)
    }
    let contents = try inputs.contents()
    XCTAssertEqual(try contents.names(), ["a", "b", "c", "d"])
    // Node c has no label, so it does not train: ages 10 and 20, days 1 and 3, truths 1, 0, 1.
    let (age, day) = (Float(50).squareRoot(), Float(2).squareRoot())
    let features = try contents.features()
    let expected: [[Float]] = [
      [-5 / age, 0, 0, 1, 0, 1, 0, -1 / day, 0, 0, 0, 1, 0],
      [0, 1, 1, 0, 0, 0, 0, 1 / day, 0, 0, 0, 0, 1],
      [15 / age, 0, 0, 1, 0, 2.0 / 3, 1, 0, 0, 0, 1, 0, 0],
      [5 / age, 0, 0, 0, 1, 1, 0, 0, 1, 1, 0, 0, 0],
    ]
    for (node, (row, other)) in zip(features, expected).enumerated() {
      XCTAssertEqual(row.count, other.count)
      for (column, (x, y)) in zip(row, other).enumerated() {
        XCTAssertEqual(x, y, accuracy: 1e-6, "node \(node), feature \(column)")
      }
    }
    XCTAssertEqual(try contents.labels(), [0, 1, -1, 0])
    XCTAssertEqual(try contents.splits(), [[1], [1], [0], [1]])
    let tables = try XCTUnwrap(report.tables)
    XCTAssertEqual(tables.columns.map(\.kind), ["number", "category", "boolean", "date", "category", "none"])
    XCTAssertEqual(tables.columns.map(\.gaps), [1, 1, 1, 1, 0, 0])
    XCTAssertEqual(tables.columns.map(\.features), [2, 3, 2, 2, 4, 0])
    XCTAssertEqual(tables.classes, ["no", "yes"])
    let encoding = try XCTUnwrap(contents.store.tableEncoding())
    XCTAssertEqual(encoding.nodes[1].categories, ["Oslo", "Rome"])
    XCTAssertEqual(encoding.nodes[0].mean, 15)
    XCTAssertEqual(encoding.labels, .init(kind: .classes, columns: ["fraud"], classes: ["no", "yes"]))
  }

  func testWeightsAreMerged() throws {
    for (duplicates, weight) in [(DuplicatePolicy.sum, Float(8)), (.mean, 4), (.max, 6), (.min, 2), (.first, 2)] {
      let inputs = try Inputs()
      try inputs.text("s,t,w\na,b,2\na,b,6\n", "e.csv")
      try inputs.ingestTables {
        $0.edges = [.init(path: "e.csv", source: "s", target: "t")]
        $0.weight = "w"
      } options: {
        $0.duplicates = duplicates
      }
      XCTAssertEqual(Set(try inputs.contents().edges.values), [weight])
    }
    let inputs = try Inputs()
    try inputs.text("s,t\na,b\nb,a\nb,c\n", "e.csv")
    try inputs.ingestTables {
      $0.edges = [.init(path: "e.csv", source: "s", target: "t")]
      $0.countsEdges = true
    }
    XCTAssertEqual(try inputs.contents().edges[.init(source: 1, target: 0)], 2)
    XCTAssertEqual(try inputs.contents().edges[.init(source: 1, target: 2)], 1)
  }

  func testEdgeFeaturesAndRelations() throws {
    let inputs = try Inputs()
    try inputs.people()
    try inputs.text("x;y;kind\na;d;gift\n", "knows.csv")
    let report = try inputs.ingestTables {
      $0.edges = [
        .init(path: "tx.csv", source: "from", target: "to", relation: "pays"),
        .init(path: "knows.csv", source: "x", target: "y", relation: "knows"),
      ]
      $0.edgeColumns = ["amount", "kind"]
    }
    let contents = try inputs.contents()
    // Amounts 2, 4, 6: mean 4, deviation 2; a gap where it is empty and where the table does not have it.
    let rows = contents.edgeFeatures
    func row(_ source: Int, _ target: Int) -> [Float]? { rows[.init(source: source, target: target)] }
    XCTAssertEqual(row(0, 1), [-1, 0, 0, 1, 1, 0], "of the first of two")
    XCTAssertEqual(row(1, 2), [0, 0, 0, 1, 1, 0])
    XCTAssertEqual(row(2, 3), [0, 1, 0, 1, 1, 0])
    XCTAssertEqual(row(3, 0), [0, 1, 1, 0, 0, 1])
    XCTAssertTrue(report.notes.contains { $0.contains("repeated edges (1)") }, "\(report.notes)")
  }

  func testWithoutEdges() throws {
    let inputs = try Inputs()
    try inputs.people()
    let report = try inputs.ingestTables { ($0.nodes, $0.id, $0.label) = ("people.csv", "name", "fraud") }
    XCTAssertEqual(report.edges.isolatedNodes, 4)
    let contents = try inputs.contents()
    XCTAssertEqual(contents.edges.count, 0)
    XCTAssertEqual(try contents.features().count, 4)
  }

  func testBipartite() throws {
    let inputs = try Inputs()
    try inputs.text("user,film\n1,1\n2,1\n1,2\n", "e.csv")
    try inputs.text("user,age\n1,20\n2,40\n3,60\n", "u.csv")
    try inputs.ingestTables {
      $0.edges = [.init(path: "e.csv", source: "user", target: "film")]
      $0.isBipartite = true
      ($0.nodes, $0.id) = ("u.csv", "user")
    }
    let contents = try inputs.contents()
    XCTAssertEqual(try contents.names(), ["user:1", "user:2", "user:3", "film:1", "film:2"])
    XCTAssertEqual(try contents.features(), [[-1, 0], [0, 0], [1, 0], [0, 1], [0, 1]])
    XCTAssertEqual(Set(contents.edges.keys.filter { $0.source < 3 }.map(\.description)), ["0→3", "1→3", "0→4"])
  }

  func testRealValuesAndSeveralLabels() throws {
    let inputs = try Inputs()
    try inputs.text("id,y,z\na,1.5,\nb,,\nc,-2,3\n", "n.csv")
    let report = try inputs.ingestTables {
      ($0.nodes, $0.id, $0.labelKind, $0.labelColumns) = ("n.csv", "id", .regression, ["y", "z"])
    }
    XCTAssertTrue(report.notes.contains { $0.hasPrefix("labelled nodes were divided") }, "\(report.notes)")
    let values = try inputs.contents()
    XCTAssertEqual(values.store.manifest.labels?.kind, .values)
    XCTAssertEqual(try values.splits().map { $0[0] > 0 }, [true, false, true])
    XCTAssertEqual(try values.store.tableEncoding()?.labels, .init(kind: .regression, columns: ["y", "z"]))
    let column = values.store.column(.labels)
    let rows = try column.array(0..<6, as: Float.self)
    for (row, node) in values.order.enumerated() {
      let expected: [[Float]] = [[1.5, .nan], [.nan, .nan], [-2, 3]]
      for (x, y) in zip(rows[row * 2..<row * 2 + 2], expected[node]) { XCTAssertTrue(x == y || x.isNaN && y.isNaN) }
    }
    try inputs.text("id,y,z\na,yes,0\nb,no,1\nc,,1\n", "n.csv")
    try inputs.ingestTables {
      ($0.nodes, $0.id, $0.labelKind, $0.labelColumns) = ("n.csv", "id", .multiLabel, ["y", "z"])
    }
    let labels = try inputs.contents()
    XCTAssertEqual(labels.store.manifest.labels?.kind, .multi)
    XCTAssertEqual(try labels.multiLabels().map { Array($0.prefix(2)) }.prefix(2), [[1, 0], [0, 1]])
    assertRefused("n.csv:2: expected a number in column \"y\" (--label-kind regression), found \"yes\" in row 1") {
      _ = try inputs.ingestTables {
        ($0.nodes, $0.id, $0.labelKind, $0.labelColumns) = ("n.csv", "id", .regression, ["y"])
      }
    }
  }

  func testUnknownIds() throws {
    let inputs = try Inputs()
    try inputs.text("s,t\na,b\na,x\n,b\nx,y\n", "e.csv")
    try inputs.text("id,age\na,1\nb,3\n", "n.csv")
    try inputs.text("id,l\na,0\nz,1\n", "l.csv")
    func ingest(_ unknown: TableOptions.UnknownIds) throws -> IngestReport {
      try inputs.ingestTables {
        $0.edges = [.init(path: "e.csv", source: "s", target: "t")]
        ($0.nodes, $0.id, $0.labels, $0.label) = ("n.csv", "id", "l.csv", "l")
        $0.unknownIds = unknown
      }
    }
    assertRefused("e.csv:3: id \"x\" in row 2, column \"t\", is not in ", "--unknown drop") { _ = try ingest(.refuse) }
    assertRefused("e.csv:4: expected an id in column \"s\", found none in row 3") { _ = try ingest(.add) }
    let report = try ingest(.drop)
    XCTAssertEqual(report.edges.read, 1)
    XCTAssertEqual(report.tables?.droppedEdges, 3)
    XCTAssertEqual(report.tables?.droppedLabels, 1)
    try inputs.text("s,t\na,b\na,x\nx,y\n", "e.csv")
    try inputs.text("id,l\na,0\nb,1\n", "l.csv")
    XCTAssertEqual(try ingest(.add).tables?.addedNodes, 2)
    let contents = try inputs.contents()
    XCTAssertEqual(try contents.names(), ["a", "b", "x", "y"])
    XCTAssertEqual(try contents.features().map { $0[1] }, [0, 0, 1, 1])
  }

  func testEveryTableThatTextMayBe() throws {
    let inputs = try Inputs()
    try inputs.bytes(inputs.gzip(Array("s;t\r\n\"a \"\"1\"\"\";b\r\n".utf8)), "e.csv")
    try inputs.bytes(inputs.zstd(Array("\u{feff}id\tx\n\"a \"\"1\"\"\"\t1\nb\t2\n".utf8)), "n.csv")
    try inputs.ingestTables {
      $0.edges = [.init(path: "e.csv", source: "s", target: "t")]
      ($0.nodes, $0.id) = ("n.csv", "id")
    }
    XCTAssertEqual(try inputs.contents().names(), ["a \"1\"", "b"])
  }
}
