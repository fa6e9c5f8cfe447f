import GasBase
import TestSupport
import XCTest

@testable import GasGraph
@testable import GasIngest

/// Edges that come with several weights, from the text to the store. (Threads and memory: `GraphBuilderTests`.)
final class DuplicateWeightTests: XCTestCase {
  private func read(
    _ inputs: Inputs, _ text: String, _ policy: DuplicatePolicy, _ change: (inout IngestOptions) -> Void = { _ in }
  ) throws -> ReadGraph {
    try inputs.read(text) {
      $0.format.isWeighted = true
      $0.duplicates = policy
      change(&$0)
    }
  }

  func testEachPolicy() throws {
    let inputs = try Inputs()
    let text = "1 2 3\n2 3 1\n1 2 -4\n2 1 7\n2 3 1\n"
    let expected: [(DuplicatePolicy, Float)] = [(.first, 3), (.sum, 6), (.max, 7), (.min, -4), (.mean, 2)]
    for (policy, weight) in expected {
      let graph = try read(inputs, text, policy)
      XCTAssertEqual(graph.edges, ["1-2:\(weight)", "2-3:\(policy == .sum ? 2 : Float(1))"], "\(policy)")
      XCTAssertEqual(graph.report.edges.duplicates, 3)
      XCTAssertEqual(graph.report.edges.conflicting, 1)
      XCTAssertEqual(graph.report.duplicates, policy)
    }
    let directed = try read(inputs, text, .sum) { $0.isDirected = true }
    XCTAssertEqual(directed.edges, ["1→2:-1.0", "2→1:7.0", "2→3:2.0"])
    XCTAssertEqual(directed.report.edges.conflicting, 1)
  }

  /// Such a node has an infinite degree, which models that divide by it refuse; the store is whole.
  func testWeightsOfANodeThatAddUpToMoreThanAFloatHolds() throws {
    let inputs = try Inputs()
    XCTAssertEqual(try read(inputs, "0 1 3e38\n2 1 3e38\n", .first).edges, ["0-1:3e+38", "1-2:3e+38"])
    XCTAssertEqual(try inputs.contents().edges.count, 4)
  }

  func testBothDirectionsHaveTheSameWeight() throws {
    let inputs = try Inputs()
    for text in ["1 2 3\n2 1 4\n", "2 1 3\n1 2 4\n"] {
      for policy in DuplicatePolicy.allCases {
        _ = try read(inputs, text, policy)
        XCTAssertEqual(Set(try inputs.contents().edges.values).count, 1, "\(policy)")
      }
      XCTAssertEqual(try read(inputs, text, .first).edges, ["1-2:3.0"])
      XCTAssertEqual(try read(inputs, text, .first).report.edges.conflicting, 1)
    }
    XCTAssertEqual(try read(inputs, "1 2 3\n2 1 3\n", .first).report.edges.conflicting, 0)
    let said = try read(inputs, "1 2 3\n2 1 3\n2 3 1\n3 2 1\n", .sum)
    XCTAssertEqual(said.edges, ["1-2:6.0", "2-3:2.0"])
    XCTAssertTrue(
      said.report.notes.contains { $0.contains("every edge stands in both directions with the same weights") })
  }

  func testLoops() throws {
    let inputs = try Inputs()
    let text = "0 0 3\n0 0 5\n0 1 1\n"
    for (policy, weight) in [
      (DuplicatePolicy.first, "3.0"), (.sum, "8.0"), (.mean, "4.0"), (.max, "5.0"), (.min, "3.0"),
    ] {
      for (loops, own) in [(SelfLoopPolicy.keep, []), (.add, ["1-1:1.0"])] {
        let graph = try read(inputs, text, policy) { $0.selfLoops = loops }
        XCTAssertEqual(graph.edges, ["0-0:\(weight)", "0-1:1.0"] + own, "\(policy) \(loops)")
        XCTAssertEqual(graph.report.edges.conflicting, 1)
      }
    }
    XCTAssertEqual(try read(inputs, text, .sum) { $0.selfLoops = .drop }.report.edges.conflicting, 0)
  }

  func testMatricesAndArraysOfWeights() throws {
    let inputs = try Inputs()
    let matrix = "%%MatrixMarket matrix coordinate real general\n2 2 3\n1 2 1\n1 2 2\n2 1 4\n"
    XCTAssertEqual(try read(inputs, matrix, .sum).edges, ["0-1:7.0"])
    let weights = try inputs.array([1, 2, 4] as [Float], "w.npy")
    XCTAssertEqual(
      try inputs.read("0 1\n0 1\n1 0\n") {
        $0.edgeWeights = weights
        $0.duplicates = .max
      }.edges, ["0-1:4.0"])
    XCTAssertEqual(try read(inputs, "% sym positive\n1 2 1\n2 1 5\n", .mean).edges, ["1-2:3.0"])
  }

  func testASumThatLeavesTheRangeIsRefused() throws {
    let inputs = try Inputs()
    assertRefused("the weights of edge", "add up to more than a float can hold; pass --duplicates mean") {
      _ = try read(inputs, "1 2 3e38\n1 2 3e38\n", .sum)
    }
    XCTAssertEqual(try read(inputs, "1 2 3e38\n1 2 3e38\n", .mean).edges, ["1-2:\(Float(3e38))"])
  }
}
