import GasBase
import TestSupport
import XCTest

@testable import GasIngest
@testable import GasTables

/// Edges that stand in several relations have the features of all.
final class TableRelationTests: XCTestCase {
  private static let names = ["pays", "knows", "owes"]

  /// Makes a store of a table for each relation, and returns its entries' features, and the report.
  private func features(
    _ tables: [[(Int, Int)]], isDirected: Bool, _ change: (inout TableOptions) -> Void = { _ in },
    options: (inout IngestOptions) -> Void = { _ in }
  ) throws -> (StoreContents, IngestReport) {
    let inputs = try Inputs()
    // A first table of its own numbers the nodes in their order.
    try inputs.text("id,age\n" + (0..<9).map { "\($0),\($0 % 4)\n" }.joined(), "n.csv")
    for (number, edges) in tables.enumerated() {
      try inputs.text("s,t,w\n" + edges.map { "\($0),\($1),\(number + 1)\n" }.joined(), "e\(number).csv")
    }
    let report = try inputs.ingestTables {
      $0.edges = tables.indices.map {
        .init(path: "e\($0).csv", source: "s", target: "t", relation: Self.names[$0])
      }
      ($0.nodes, $0.id) = ("n.csv", "id")
      change(&$0)
    } options: {
      $0.isDirected = isDirected
      options(&$0)
    }
    return (try inputs.contents(), report)
  }

  func testAnEdgeInTwoRelations() throws {
    let tables = [[(0, 1), (1, 2)], [(1, 0), (2, 3)]]
    let (both, report) = try features(tables, isDirected: false)
    XCTAssertEqual(both.edgeFeatures[.init(source: 0, target: 1)], [1, 1])
    XCTAssertEqual(both.edgeFeatures[.init(source: 1, target: 0)], [1, 1])
    XCTAssertEqual(both.edgeFeatures[.init(source: 1, target: 2)], [1, 0])
    XCTAssertEqual(both.edgeFeatures[.init(source: 3, target: 2)], [0, 1])
    XCTAssertTrue(
      report.notes.contains("repeated edges (1) count once, with the relations of all their rows"), "\(report.notes)")
    let (apart, _) = try features(tables, isDirected: true)
    XCTAssertEqual(apart.edgeFeatures[.init(source: 0, target: 1)], [1, 0])
    XCTAssertEqual(apart.edgeFeatures[.init(source: 1, target: 0)], [0, 1])
  }

  func testWeightsAndColumnsBesides() throws {
    let (both, report) = try features([[(0, 1), (1, 2)], [(0, 1), (3, 2)]], isDirected: true) {
      ($0.weight, $0.edgeColumns) = ("w", ["w"])
    } options: {
      $0.duplicates = .sum
    }
    XCTAssertEqual(both.edges[.init(source: 0, target: 1)], 3)
    let first = both.edgeFeatures[.init(source: 1, target: 2)] ?? []
    XCTAssertEqual(both.edgeFeatures[.init(source: 0, target: 1)], [first[0], 1, 1], "the column of the first row")
    XCTAssertTrue(
      report.notes.contains {
        $0.hasSuffix("with the relations of all their rows, and else the features of the first")
      }, "\(report.notes)")
  }

  /// Random tables with many repeated edges and self-loops, beside a dictionary.
  func testRandomTables() throws {
    var random = SeededRandom(seed: 3)
    for isDirected in [false, true] {
      let tables = (0..<3).map { _ in (0..<30).map { _ in (random.below(9), random.below(9)) } }
      var expected: [StoreContents.Edge: [Float]] = [:]
      for (relation, edges) in tables.enumerated() {
        for (source, target) in edges {
          for (a, b) in isDirected ? [(source, target)] : [(source, target), (target, source)] {
            expected[.init(source: a, target: b), default: [0, 0, 0]][relation] = 1
          }
        }
      }
      XCTAssertEqual(try features(tables, isDirected: isDirected).0.edgeFeatures, expected)
    }
  }
}
