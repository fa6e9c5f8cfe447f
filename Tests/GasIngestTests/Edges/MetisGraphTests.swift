import TestSupport
import XCTest

@testable import GasIngest

final class MetisGraphTests: XCTestCase {
  private func edges(_ inputs: Inputs) throws -> [String] {
    let contents = try inputs.contents()
    return contents.edges.keys.sorted().map {
      contents.store.manifest.weighted ? "\($0) \(contents.edges[$0]!)" : "\($0)"
    }
  }

  func testEachEdgeIsReadOnce() throws {
    let inputs = try Inputs()
    let report = try inputs.ingest(inputs.text("% a graph\n5 3\n2 3\n1 3\n% between\n 1\t2\n\n\n", "a.graph"))
    XCTAssertEqual(report.nodes, 5)
    XCTAssertEqual(report.edges.read, 3)
    XCTAssertEqual(report.edges.duplicates, 0)
    XCTAssertEqual(report.edges.isolatedNodes, 2)
    XCTAssertEqual(try edges(inputs), ["0→1", "0→2", "1→0", "1→2", "2→0", "2→1"])
  }

  /// The last node's blank line may be the end of the file.
  func testPackedAndWithoutTheEnding() throws {
    let inputs = try Inputs()
    let text = Array("3 1\n2\n1\n\n".utf8)
    try inputs.ingest(inputs.bytes(inputs.gzip(text), "a.graph.gz"))
    XCTAssertEqual(try edges(inputs), ["0→1", "1→0"])
    try inputs.ingest(inputs.bytes(text, "edges")) {
      $0.format.kind = .metis
      $0.replacesExisting = true
    }
    XCTAssertEqual(try inputs.contents().store.nodeCount, 3)
    let list = try inputs.text("0 1\n1 2\n", "list.graph")
    assertRefused("list.graph:1: expected the header of a METIS graph", "pass --format text if it is an edge list") {
      try inputs.ingest(list) { $0.replacesExisting = true }
    }
    try inputs.ingest(list) {
      $0.format.kind = .text
      $0.replacesExisting = true
    }
    XCTAssertEqual(try edges(inputs), ["0→1", "1→0", "1→2", "2→1"])
  }

  func testSizesAndWeights() throws {
    let inputs = try Inputs()
    let formats: [(header: String, lines: [String])] = [
      ("3 2 1", ["2 5", "1 5 3 7", "2 7"]), ("3 2 011", ["9 2 5", "9 1 5 3 7", "9 2 7"]),
      ("3 2 011 2", ["9 8 2 5", "9 8 1 5 3 7", "9 8 2 7"]), ("3 2 111 1", ["4 9 2 5", "4 9 1 5 3 7", "4 9 2 7"]),
      // METIS takes no weights for one.
      ("3 2 011 0", ["9 2 5", "9 1 5 3 7", "9 2 7"]), ("3 2 101 0", ["4 2 5", "4 1 5 3 7", "4 2 7"]),
      ("3 2 101", ["4 2 5", "4 1 5 3 7", "4 2 7"]),
    ]
    for (header, lines) in formats {
      for isWeighted in [true, false] {
        try inputs.ingest(inputs.text("\(header)\n\(lines.joined(separator: "\n"))\n", "a.graph")) {
          $0.format.isWeighted = isWeighted
          $0.replacesExisting = true
        }
        let expected = ["0→1 5.0", "1→0 5.0", "1→2 7.0", "2→1 7.0"]
        XCTAssertEqual(try edges(inputs), isWeighted ? expected : expected.map { String($0.prefix(3)) }, header)
      }
    }
    for (header, lines) in [
      ("3 2", ["2", "1 3", "2"]), ("3 2 100", ["9 2", "9 1 3", "9 2"]), ("3 2 10", ["9 2", "9 1 3", "9 2"]),
    ] {
      try inputs.ingest(inputs.text("\(header)\n\(lines.joined(separator: "\n"))\n", "a.graph")) {
        $0.replacesExisting = true
      }
      XCTAssertEqual(try edges(inputs), ["0→1", "1→0", "1→2", "2→1"], header)
    }
  }

  func testWhatIsWrongIsNamed() throws {
    let inputs = try Inputs()
    func refused(_ says: String, _ text: String, line: UInt = #line, _ change: (inout IngestOptions) -> Void = { _ in })
      throws
    {
      let path = try inputs.text(text, "a.graph")
      assertRefused(says, line: line) { try inputs.ingest(path, options: change) }
    }
    let header = "a.graph:1: expected the header of a METIS graph"
    for text in ["3\n", "a b\n", "3 1 2\n", "3 1 0000\n", "3 1 1 1\n", "3 -1\n", "3 1 11 2 5\n"] {
      try refused(header, text)
    }
    try refused("a.graph: expected the header of a METIS graph, found the end", "% nothing\n")
    try refused("a.graph:2: expected neighbours of node 1 from 1 to 3, found \"4\"", "3 1\n4\n1\n\n")
    try refused("a.graph:2: expected neighbours of node 1 from 1 to 3, found \"0\"", "3 1\n0\n1\n\n")
    try refused("a.graph:3: expected neighbours of node 2 from 1 to 3, found \"1 x\"", "3 1\n2\n1 x\n\n")
    try refused("a.graph:3: expected no self-loops in a METIS graph, but node 2", "3 1\n\n2\n\n")
    try refused("a.graph:2: expected a weight behind each neighbour of node 1", "2 1 001\n2\n1\n")
    try refused(
      "a.graph:2: expected 2 numbers in front of the neighbours of node 1, found \"7\"", "2 1 010 2\n7\n7 7 1\n")
    try refused("a.graph:3: expected a line for each of 3 nodes, found 2; the file is truncated", "3 1\n2\n1")
    try refused("a.graph:5: expected the end after the lines of 3 nodes", "3 1\n2\n1\n\n1\n")
    try refused("a.graph: expected 4 neighbours, two for each edge of the header, found 2", "3 2\n2\n1\n\n")
    try refused("a.graph: the graph is not symmetric", "3 1\n2 3\n\n\n")
    try refused("a.graph: the graph is not symmetric", "4 2\n2\n1\n4\n2\n")
    try refused("a.graph: the graph is not symmetric", "2 1 001\n2 5\n1 6\n")
    try refused("a.graph:1: expected a format with edge weights", "2 1\n2\n1\n") { $0.format.isWeighted = true }
    try refused("a.graph: edges of METIS graphs go both ways; leave out --directed", "2 1\n2\n1\n") {
      $0.isDirected = true
    }
    try refused("a.graph: --skip-lines is for edge lists, not for METIS graphs", "2 1\n2\n1\n") {
      $0.format.skippedLines = 1
    }
  }
}
