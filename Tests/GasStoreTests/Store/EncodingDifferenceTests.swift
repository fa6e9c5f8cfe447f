import XCTest

@testable import GasStore

/// What tells two stores of tables apart whose counts of features and classes are alike.
final class EncodingDifferenceTests: XCTestCase {
  private let known = TableEncoding(
    gaps: [],
    nodes: [
      .init(name: "age", kind: .number, mean: 30, deviation: 4), .init(name: "note", kind: .none),
      .init(name: "city", kind: .category, categories: ["Bern", "Oslo"]),
    ],
    edges: [.init(name: "amount", kind: .number, mean: 1, deviation: 2)], relations: ["pays"],
    labels: .init(kind: .classes, columns: ["fraud"], classes: ["no", "yes"]))

  private func difference(
    edges: Bool = true, labels: Bool = true, _ change: (inout TableEncoding) -> Void
  ) -> String? {
    var other = known
    change(&other)
    return other.difference(from: known, comparesEdges: edges, comparesLabels: labels)
  }

  func testEncodingsThatAreAlike() {
    XCTAssertNil(difference { _ in })
    XCTAssertNil(difference { $0.nodes[1].name = "remark" }, "a column that is left out")
    XCTAssertNil(difference { $0.gaps = ["unknown"] })
    XCTAssertNil(difference { $0.labels?.columns = ["isFraud"] })
    XCTAssertNil(difference { $0.labels = nil })
    XCTAssertNil(difference(edges: false) { ($0.edges, $0.relations) = ([], []) })
    XCTAssertNil(difference(labels: false) { $0.labels?.classes = ["yes", "no"] })
  }

  func testEncodingsThatDiffer() {
    XCTAssertEqual(difference { $0.nodes[0].mean = 31 }, "column \"age\" is encoded otherwise")
    XCTAssertEqual(difference { $0.nodes[2].categories = ["Bern", "Rome"] }, "column \"city\" is encoded otherwise")
    XCTAssertEqual(difference { $0.nodes[0].name = "size" }, "column \"size\" stands where \"age\" is expected")
    XCTAssertEqual(difference { $0.nodes.removeLast() }, "1 of 2 columns")
    XCTAssertEqual(
      difference { $0.edges[0].deviation = 3 }, "of edges: column \"amount\" is encoded otherwise")
    XCTAssertEqual(difference { $0.relations = ["owes"] }, "other relations: owes")
    XCTAssertEqual(difference { $0.labels?.classes = ["ham", "spam"] }, "classes ham, spam, and not no, yes")
  }

  func testLabelsOfSeveralColumns() {
    var values = known
    values.labels = .init(kind: .regression, columns: ["height", "weight"])
    var turned = values
    turned.labels?.columns = ["weight", "height"]
    XCTAssertEqual(
      turned.difference(from: values, comparesEdges: true, comparesLabels: true),
      "labels weight, height, and not height, weight")
  }
}
