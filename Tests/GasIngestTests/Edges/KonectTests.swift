import TestSupport
import XCTest

@testable import GasIngest

/// The header of KONECT's files.
final class KonectTests: XCTestCase {
  func testTwoSidesAreNumberedApart() throws {
    let inputs = try Inputs()
    for header in [
      "% bip unweighted", "%bip", "# BIP unweighted", "\u{feff}% bip unweighted", "% bip unweighted\n% 3 2 3",
      "% bip\tunweighted\r\n% 3 2 3 \r", "% a comment\n\n% bip", "% bip unweighted 2013",
    ] {
      let graph = try inputs.read("\(header)\n1 1\n1 2\n2 3\n")
      XCTAssertEqual(graph.nodes, ["1", "2", "3", "4", "5"], header)
      XCTAssertEqual(graph.edges, ["1-3", "1-4", "2-5"], header)
      XCTAssertTrue(graph.report.notes.contains { $0.contains("bipartite (bip)") }, header)
    }
    // Ids from zero, with gaps, and a left side that counts more nodes than have edges.
    XCTAssertEqual(try inputs.read("% bip\n0 0\n1 1\n").edges, ["0-2", "1-3"])
    XCTAssertEqual(try inputs.read("% bip unweighted\n% 2 4 7\n1 7\n2 1\n").edges, ["1-11", "2-5"])
    XCTAssertEqual(try inputs.read("% bip\n1 1\n") { $0.isDirected = true }.edges, ["1→2"])
    XCTAssertEqual(
      try inputs.read("% bip weighted\n1 1 0.5 99\n1 2 2 98\n") { $0.format.isWeighted = true }.edges,
      ["1-2:0.5", "1-3:2.0"])
  }

  func testDirections() throws {
    let inputs = try Inputs()
    for header in ["% asym unweighted", "%asym", "# asym positive", "% asym unweighted\r\n% 2 3 3"] {
      let graph = try inputs.read("\(header)\n1 2\n2 3\n")
      XCTAssertEqual(graph.edges, ["1→2", "2→3"], header)
      XCTAssertTrue(graph.report.notes.contains { $0.contains("edges have a direction (asym)") }, header)
      XCTAssertEqual(try inputs.read("\(header)\n1 2\n2 3\n") { $0.isDirected = true }.edges, graph.edges, header)
    }
    let overruled = try inputs.read("% asym unweighted\n1 2\n") { $0.isUndirected = true }
    XCTAssertEqual(overruled.edges, ["1-2"])
    XCTAssertTrue(overruled.report.notes.contains { $0.hasSuffix("(asym), which --undirected overrules") })
    XCTAssertEqual(try inputs.read("% sym unweighted\n1 2\n").edges, ["1-2"])
    assertRefused("edges:1: the header of KONECT says that edges have no direction (sym); leave out --directed") {
      _ = try inputs.read("% sym unweighted\n1 2\n") { $0.isDirected = true }
    }
  }

  func testFilesHaveToAgreeOnDirections() throws {
    let inputs = try Inputs()
    let (one, other) = (try inputs.text("% asym\n1 2\n", "a"), try inputs.text("2 3\n", "b"))
    assertRefused("its edges have a direction", "pass --directed or --undirected") { try inputs.ingest(one, other) }
    XCTAssertTrue(try inputs.ingest(one, other) { $0.isDirected = true }.isDirected)
    assertRefused("the network is bipartite, and there are other files; give it alone") {
      try inputs.ingest(inputs.text("% bip\n1 1\n", "c"), other) { $0.replacesExisting = true }
    }
  }

  func testPromisedCountsAreChecked() throws {
    let inputs = try Inputs()
    func refused(_ says: String, _ text: String) {
      assertRefused(says) { _ = try inputs.read(text) }
    }
    refused(
      "edges:4: expected 3 edges, as line 2 says, found 2; the file is truncated",
      "% sym unweighted\n% 3 3 3\n1 2\n2 3\n")
    refused("expected 1 edges, as line 2 says, found 2", "% sym unweighted\n% 1 3 3\n1 2\n2 3\n")
    refused("edges:4: expected ids from 1 to 2, as line 2 says, found 3", "% asym\n% 2 2 2\n1 2\n2 3\n")
    refused("edges:3: expected ids from 1 to 2, as line 2 says, found 3", "% bip\n% 1 2 5\n3 1\n")
    refused("edges:3: expected ids from 1 to 3, as line 2 says, found 0", "% bip\n% 1 2 3\n1 0\n")
    assertRefused("the header of KONECT says that nodes are numbered; leave out --string-ids") {
      _ = try inputs.read("% bip\n1 1\n") { $0.format.hasStringIds = true }
    }
    assertRefused("bipartite, and its header does not say how many nodes are on the left") {
      _ = try inputs.read("% bip\n1 1\n") { $0.nodeCount = 5 }
    }
  }

  func testWeightsAndTimesAreSkippedAndSaid() throws {
    let inputs = try Inputs()
    let graph = try inputs.read("% sym positive\n1 2\n2\t3\t4\t1300000000\n")
    XCTAssertEqual(graph.edges, ["1-2", "2-3"])
    XCTAssertTrue(graph.report.notes.contains { $0.contains("weights (positive) and times are not read; --weighted") })
  }

  /// Comments that only speak of these things.
  func testOtherCommentsAreNoHeader() throws {
    let inputs = try Inputs()
    for comment in ["% symmetric", "% this graph is asym", "% bipartite graph", "# sym of all things"] {
      XCTAssertEqual(try inputs.read("\(comment)\n1 1\n1 2\n").edges, ["1-1", "1-2"], comment)
    }
  }
}
