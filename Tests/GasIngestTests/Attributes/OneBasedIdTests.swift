import GasBase
import GasGraph
import GasStore
import TestSupport
import XCTest

@testable import GasEdges
@testable import GasIngest

/// Ids that are counted from 1 where rows of arrays are counted from 0.
final class OneBasedIdTests: XCTestCase {
  private static let advice =
    "the ids look 1-based, since they go from 1 to 4: if the first row of the arrays is node 1, pass --ids with the numbers"

  private func ingest(_ inputs: Inputs, _ edges: String, _ change: (inout IngestOptions) -> Void = { _ in }) throws {
    let features = try inputs.array((0..<8).map { Float($0) }, [4, 2], "features.npy")
    try inputs.ingest(inputs.text(edges)) {
      $0.features = features
      $0.replacesExisting = true
      change(&$0)
    }
  }

  func testEdges() throws {
    let inputs = try Inputs()
    for edges in ["1 2\n2 3\n3 4\n", "4 3\n2 1\n", "3 4\n1 1\n"] {
      assertRefused("node id 4 is out of range (there are 4 nodes, ids 0 to 3)", Self.advice) {
        try ingest(inputs, edges)
      }
    }
    for edges in ["0 1\n3 4\n", "2 3\n3 4\n", "3 4\n1 0\n", "1 2\n4 5\n", "1 4\n-1 2\n"] {
      XCTAssertThrowsError(try ingest(inputs, edges)) {
        XCTAssertFalse("\($0)".contains("1-based"), "\(edges): \($0)")
        XCTAssertTrue("\($0)".contains("is out of range"), "\(edges): \($0)")
      }
    }
    // What the advice says makes the graph that is meant.
    let ids = try inputs.text("1\n2\n3\n4\n", "ids.txt")
    try ingest(inputs, "1 2\n2 3\n3 4\n") { $0.ids = ids }
    let contents = try inputs.contents()
    XCTAssertEqual(Set(contents.edges.keys.filter { $0.source < $0.target }.map(\.description)), ["0→1", "1→2", "2→3"])
  }

  /// Many chunks are read before all ids are known.
  func testManyEdges() throws {
    let inputs = try Inputs()
    let path = "2 3\n" + String(repeating: "2 3\n3 2\n", count: 300_000)
    assertRefused("edges.tsv:600002: node id 4 is out of range", Self.advice) { try ingest(inputs, path + "4 1\n") }
    assertRefused("edges.tsv:1: node id 4 is out of range", Self.advice) {
      try ingest(inputs, "4 2\n" + path + "2 1\n")
    }
    XCTAssertThrowsError(try ingest(inputs, "4 1\n" + path + "2 0\n")) {
      XCTAssertFalse("\($0)".contains("1-based"), "\($0)")
    }
  }

  /// No more is read than it takes to tell: what comes later may be anything.
  func testEnoughEdgesTell() throws {
    let error = GasError("node id 4 is out of range", file: "edges.tsv", at: .line(1))
    let nodes = NodeIds.sequential(count: 4)
    let before = try EdgeLog<UInt32>(in: TestWorkspace().space, isWeighted: false)
    func chunk(_ ids: [Int64]) -> EdgeChunk<Int64> { EdgeChunk(sources: ids, targets: ids) }
    let many = chunk(Array(repeating: 2, count: 1 << 20))
    var found = try XCTUnwrap(OneBasedIds(error, nodes, chunk([4, 1]), before))
    assertRefused("edges.tsv:1: ", "since those of the first 1048578 edges go from 1 to 4") { try found.check(many) }
    var without = try XCTUnwrap(OneBasedIds(error, nodes, chunk([4]), before))
    try without.check(many)
    XCTAssertFalse("\(without.conclusion)".contains("1-based"))
    XCTAssertThrowsError(try without.check(chunk([0]))) { XCTAssertFalse("\($0)".contains("1-based"), "\($0)") }
    var later = try XCTUnwrap(OneBasedIds(error, nodes, chunk([4]), before))
    try later.check(many)
    assertRefused("the ids look 1-based", "pass --ids with the numbers 1 to 4") { try later.check(chunk([1])) }
  }

  func testLists() throws {
    let inputs = try Inputs()
    func split(_ path: String) throws {
      try ingest(inputs, "0 1\n1 2\n2 3\n") { $0.splitParts = [.train: path] }
    }
    let advice =
      "the ids look 1-based, since they go from 1 to 4: if they are, and those of the edges are not, take 1 away"
    let text = try inputs.text("2\n4\n1\n", "train.txt")
    assertRefused("train.txt:2: node id 4 is out of range", advice) { try split(text) }
    let array = try inputs.array([1, 4, 3] as [Int64], "train.npy")
    assertRefused("train.npy: element 1: node id 4 is out of range", advice) { try split(array) }
    for ids in [[0, 1, 4], [2, 4], [1, 5]] {
      let array = try inputs.array(ids.map { Int64($0) }, "other.npy")
      let text = try inputs.text(ids.map { "\($0)\n" }.joined(), "other.txt")
      for path in [array, text] {
        XCTAssertThrowsError(try split(path)) { XCTAssertFalse("\($0)".contains("1-based"), "\($0)") }
      }
    }
  }
}
