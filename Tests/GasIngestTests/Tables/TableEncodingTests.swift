import Foundation
import GasStore
import TestSupport
import XCTest

@testable import GasIngest
@testable import GasTables

/// The encoding of a store: kept, checked, and used for other tables.
final class TableEncodingTests: XCTestCase {
  private func first() throws -> Inputs {
    let inputs = try Inputs()
    try inputs.people()
    try inputs.ingestTables {
      $0.edges = [.init(path: "tx.csv", source: "from", target: "to", relation: "pays")]
      ($0.nodes, $0.id, $0.label) = ("people.csv", "name", "fraud")
      ($0.edgeColumns, $0.droppedColumns) = (["amount"], ["note"])
      $0.split = .random(SplitShares("100/0/0")!, isStratified: false)
    } options: {
      $0.output = inputs.path("first.store")
    }
    return inputs
  }

  @discardableResult
  private func second(_ inputs: Inputs, _ change: (inout TableOptions) -> Void = { _ in }) throws -> IngestReport {
    try inputs.ingestTables {
      $0.edges = [.init(path: "tx2.csv", source: "from", target: "to", relation: "pays")]
      ($0.nodes, $0.id, $0.label, $0.encodingStore) = ("people2.csv", "name", "fraud", "first.store")
      change(&$0)
    }
  }

  func testAnotherTableIsEncodedAlike() throws {
    let inputs = try first()
    try inputs.text("from,to,amount\nx,y,6\n", "tx2.csv")
    try inputs.text(
      "city,new,name,age,joined,member,fraud\nRome,1,x,20,2024-01-02,,yes\nParis,2,y,,2024-01-03,yes,\n", "people2.csv")
    let report = try second(inputs)
    let contents = try inputs.contents()
    let (age, day) = (Float(50).squareRoot(), Float(2).squareRoot())
    let expected: [[Float]] = [[5 / age, 0, 0, 1, 0, 2.0 / 3, 1, 0, 0], [0, 1, 0, 0, 0, 1, 0, 1 / day, 0]]
    for (row, other) in zip(try contents.features(), expected) {
      XCTAssertEqual(row.count, other.count)
      for (x, y) in zip(row, other) { XCTAssertEqual(x, y, accuracy: 1e-6) }
    }
    XCTAssertEqual(try contents.labels(), [1, -1], "classes keep their numbers")
    XCTAssertEqual(contents.edgeFeatures[.init(source: 0, target: 1)], [1, 0, 1])
    XCTAssertEqual(report.tables?.columns.map(\.strangers), [0, 1, 0, 0, 0])
    XCTAssertTrue(report.notes.contains { $0.contains("no features of them: new") }, "\(report.notes)")
    XCTAssertEqual(
      try contents.store.tableEncoding()?.nodes, try Store(opening: inputs.path("first.store")).tableEncoding()?.nodes)
  }

  func testTablesOfTheSameStoreGiveTheSameFeatures() throws {
    let inputs = try first()
    let features = try StoreContents(inputs.path("first.store")).features()
    try second(inputs) {
      $0.edges = [.init(path: "tx.csv", source: "from", target: "to", relation: "pays")]
      $0.nodes = "people.csv"
    }
    XCTAssertEqual(try inputs.contents().features(), features)
  }

  /// Features as docs/format.md says, made by another reader of `encoding.json`.
  func testAnotherReaderMakesTheSameFeatures() throws {
    let inputs = try Inputs()
    try inputs.people()
    try inputs.ingestTables {
      ($0.nodes, $0.id, $0.label) = ("people.csv", "name", "fraud")
      ($0.kinds, $0.categoryCount) = (["note": .category], 3)
    }
    let data = try Data(contentsOf: URL(fileURLWithPath: inputs.store + "/encoding.json"))
    let encoding = try XCTUnwrap(JSONSerialization.jsonObject(with: data) as? [String: Any])
    XCTAssertEqual(encoding["version"] as? Int, 1)
    let columns = try XCTUnwrap(encoding["nodes"] as? [[String: Any]])
    let gaps = try XCTUnwrap(encoding["gaps"] as? [String])
    let rows = [
      ["10", "Rome", "yes", "2024-01-01", "one, two"], ["NA", "Oslo", "no", "2024-01-03", "three"],
      ["30", "Rome", "", "2024-01-02", "four"], ["20", "", "yes", "", "five"],
    ]
    XCTAssertEqual(columns.map { $0["kind"] as? String }, ["number", "category", "boolean", "date", "hash"])
    let expected = rows.map { zip($0, columns).flatMap { Self.features(of: $0, $1, gaps) } }
    for (row, other) in zip(try inputs.contents().features(), expected) {
      XCTAssertEqual(row.count, other.count)
      for (x, y) in zip(row, other) { XCTAssertEqual(x, y, accuracy: 1e-6) }
    }
  }

  private static func features(of field: String, _ column: [String: Any], _ gaps: [String]) -> [Float] {
    let isGap = field.isEmpty || gaps.contains(field.lowercased())
    let (mean, deviation) = (column["mean"] as? Double ?? 0, column["deviation"] as? Double ?? 0)
    func scaled(_ x: Double) -> Float { isGap || deviation == 0 ? 0 : Float((x - mean) / deviation) }
    var features: [Float]
    switch column["kind"] as? String {
    case "number": features = [scaled(Double(field) ?? 0)]
    // All dates are in January 2024, which began 1 704 067 200 s after 1970 did.
    case "date": features = [scaled(1_704_067_200 + 86_400 * ((Double(field.suffix(2)) ?? 0) - 1))]
    case "boolean": features = [isGap ? Float(mean) : field == "yes" ? 1 : 0]
    case "category": features = (column["categories"] as? [String] ?? []).map { $0 == field ? 1 : 0 }
    default:
      let buckets = column["buckets"] as? Int ?? 0
      let hash = field.utf8.reduce(14_695_981_039_346_656_037 as UInt64) { ($0 ^ UInt64($1)) &* 1_099_511_628_211 }
      features = (0..<buckets).map { !isGap && UInt64($0) == hash % UInt64(buckets) ? 1 : 0 }
    }
    return features + (column["flagsGaps"] as? Bool == true ? [isGap ? 1 : 0] : [])
  }

  func testRefusals() throws {
    let inputs = try first()
    try inputs.text("from,to,amount\nx,y,6\n", "tx2.csv")
    try inputs.text(
      "name,age,city,member,joined,fraud\nx,1,Rome,yes,2024-01-01,maybe\ny,2,Rome,yes,2024-01-01,\n", "people2.csv")
    assertRefused("people2.csv:2: label \"maybe\" in row 1 is no class") { _ = try second(inputs) }
    try inputs.text(
      "name,age,city,member,joined,fraud\nx,1,Rome,yes,2024-01-01,\ny,old,Rome,yes,2024-01-01,\n", "people2.csv")
    assertRefused("people2.csv:3: expected a number in column \"age\", found \"old\" in row 2") {
      _ = try second(inputs)
    }
    try inputs.text("name,city,member,joined,fraud\nx,Rome,yes,2024-01-01,\n", "people2.csv")
    assertRefused("people2.csv: there is no column \"age\"") { _ = try second(inputs) }
    assertRefused("there is no relation \"owes\"", "the relations are pays") {
      _ = try second(inputs) { $0.edges[0].relation = "owes" }
    }
    assertRefused("expected --relation for each table") { _ = try second(inputs) { $0.edges[0].relation = nil } }
    assertRefused("the other store has features of edges") { _ = try second(inputs) { $0.edges = [] } }
    assertRefused("the other store has features of nodes") {
      _ = try second(inputs) { ($0.nodes, $0.id, $0.label) = (nil, nil, nil) }
    }
    try inputs.ingest(inputs.text("0 1\n")) { $0.output = inputs.path("plain.store") }
    assertRefused("plain.store: was not made by gas-ingest table") {
      _ = try second(inputs) { $0.encodingStore = "plain.store" }
    }
  }

  func testDamageIsFound() throws {
    let inputs = try first()
    let path = inputs.path("first.store/encoding.json")
    var bytes = try Data(contentsOf: URL(fileURLWithPath: path))
    let place = try XCTUnwrap(bytes.range(of: Data("Rome".utf8))).lowerBound
    bytes[place] = UInt8(ascii: "H")
    try bytes.write(to: URL(fileURLWithPath: path))
    assertRefused("encoding.json at offset 0: ", "was damaged or edited") {
      _ = try StoreVerifier(Store(opening: inputs.path("first.store"))).verify()
    }
    assertRefused("encoding.json at offset 0: ") {
      try inputs.text("from,to,amount\nx,y,6\n", "tx2.csv")
      try inputs.text("name\nx\n", "people2.csv")
      _ = try second(inputs)
    }
    try FileManager.default.removeItem(atPath: path)
    assertRefused("encoding.json") { _ = try StoreVerifier(Store(opening: inputs.path("first.store"))).verify() }
  }

  func testSameTablesSameBytes() throws {
    let (one, other) = (try first(), try first())
    for file in ["encoding.json", "columns/features.gascol", "columns/splits.gascol", "columns/edge-features.gascol"] {
      XCTAssertEqual(
        try Data(contentsOf: URL(fileURLWithPath: one.path("first.store/\(file)"))),
        try Data(contentsOf: URL(fileURLWithPath: other.path("first.store/\(file)"))), file)
    }
  }
}
