import Foundation
import TestSupport
import XCTest

@testable import GasFormats
@testable import GasIngest

/// Comments are counted, and never names by mistake.
final class CommentTests: XCTestCase {
  private func named(
    _ inputs: Inputs, _ text: String, comment: String? = nil, _ change: (inout IngestOptions) -> Void = { _ in }
  ) throws -> ReadGraph {
    try inputs.read(text) {
      $0.format.hasStringIds = true
      if let comment { $0.format.comments = CommentMarks(comment)! }
      change(&$0)
    }
  }

  func testCommentsAreCounted() throws {
    let inputs = try Inputs()
    let graph = try inputs.read("# a\n% b\n\n1 2\n  # c\n2 3\n%\n")
    XCTAssertEqual(graph.edges, ["1-2", "2-3"])
    XCTAssertEqual(graph.report.commentLines, 4)
    XCTAssertEqual(try named(inputs, "# from to\n#\n## x y\na b\n").report.commentLines, 2 + 1)
    XCTAssertEqual(try inputs.read("1 2\n").report.commentLines, 0)
  }

  /// What could be an edge between names does not vanish unasked.
  func testNamesWithMarks() throws {
    let inputs = try Inputs()
    let text = "x1 y\n#swift x1\n%pct x1\n"
    assertRefused("edges:2: expected comments in front of all edges alone, found \"#swift x1\"", "--comment none") {
      _ = try named(inputs, text)
    }
    XCTAssertEqual(try named(inputs, text, comment: "none").edges, ["x1-y", "x1-#swift", "x1-%pct"])
    let kept = try named(inputs, text, comment: "#%")
    XCTAssertEqual(kept.edges, ["x1-y"])
    XCTAssertEqual(kept.report.commentLines, 2)
    XCTAssertEqual(try named(inputs, text, comment: "#").edges, ["x1-y", "x1-%pct"])
    for text in ["#swift x1\nx1 y\n", "%a b\na c\n", "#a,b\na,c\n", "#a\tb\na\tc\n"] {
      assertRefused("edges:1: expected edges or comments", "which could be either", "--comment none") {
        _ = try named(inputs, text)
      }
      XCTAssertEqual(try named(inputs, text, comment: "none").report.edges.read, 2, text)
    }
    XCTAssertEqual(try named(inputs, "#source\ttarget\na\tb\n").edges, ["a-b"])
    // Another comment behind it makes it no less doubtful.
    assertRefused("edges:1: expected edges or comments", "\"#swift x1\"") {
      _ = try named(inputs, "#swift x1\n#end\nx1 y\n")
    }
  }

  /// Where no edge follows, nothing tells that they are comments: they may be all the edges.
  func testNamesWithMarksAlone() throws {
    let inputs = try Inputs()
    let text = "x1 y\n#swift x1\n%pct x1\n"
    assertRefused("edges:2: expected edges or comments, found \"#swift x1\"", "--comment none") {
      _ = try named(inputs, text) { $0.format.skippedLines = 1 }
    }
    let kept = try named(inputs, text, comment: "none") { $0.format.skippedLines = 1 }
    XCTAssertEqual(Set(kept.nodes), ["#swift", "x1", "%pct"])
    assertRefused(
      "the graph is empty: no edges; --skip-lines 1 left out the first, and 2 lines were skipped as comments"
    ) {
      _ = try named(inputs, text, comment: "#%") { $0.format.skippedLines = 1 }
    }
    assertRefused("the graph is empty: no edges; 1 line was skipped as comments (--comment none reads them as edges)") {
      _ = try inputs.read("# a\n")
    }
  }

  func testOtherMarks() throws {
    let inputs = try Inputs()
    XCTAssertEqual(
      try inputs.read("; x\n1 2\n//\n") { $0.format.comments = CommentMarks(";/")! }.edges, ["1-2"])
    assertRefused("edges:1: expected two integer node ids") {
      _ = try inputs.read("#1 2\n1 2\n") { $0.format.comments = CommentMarks("none")! }
    }
    for bad in ["", "a", "1", "-", "\"", " ", "é"] { XCTAssertNil(CommentMarks(bad), bad) }
    assertRefused("--comment is for edge lists, not for matrices") {
      _ = try inputs.read("%%MatrixMarket matrix coordinate pattern general\n2 2 1\n1 2\n") {
        $0.format.comments = CommentMarks("#")!
      }
    }
  }

  /// A name that vanished from a list would move all rows behind it.
  func testListsOfNames() throws {
    let inputs = try Inputs()
    for list in ["#a\nb\n", "b\n# a\n", "b\n%a\n"] {
      let ids = try inputs.text(list, "ids")
      assertRefused("ids:", "expected names or comments", "--comment none") {
        _ = try named(inputs, "b b\n") { $0.ids = ids }
      }
      XCTAssertEqual(try named(inputs, "b b\n", comment: "none") { $0.ids = ids }.report.nodes, 2, list)
      XCTAssertEqual(try named(inputs, "b b\n", comment: "#%") { $0.ids = ids }.report.nodes, 1, list)
    }
    let ids = try inputs.text("# names\nb\na\n", "ids")
    let graph = try named(inputs, "b a\n") { $0.ids = ids }
    XCTAssertEqual(graph.nodes, ["b", "a"])
    XCTAssertTrue(graph.report.notes.contains { $0.hasSuffix("ids: 1 line skipped as comments") })
  }

  /// Headers as those of SNAP are compared with what was read.
  func testHeadersThatContradict() throws {
    let inputs = try Inputs()
    let header = "# Directed graph (each pair is saved once): web.txt\n# Nodes: 4 Edges: 5\n# FromNodeId\tToNodeId\n"
    let text = header + "1\t2\n2\t3\n2\t1\n3\t3\n"
    let (start, path) = ("the header says ", inputs.path("edges"))
    for (text, isDirected, note) in [
      (
        text, false,
        "\(path):1: \(start)that the graph is directed, and its edges go both ways in the store (--directed keeps their "
          + "directions); 4 nodes, and edges name 3; 5 edges, and 4 were read"
      ),
      (text, true, "\(path):2: \(start)4 nodes, and edges name 3; 5 edges, and 4 were read"),
      (text.replacingOccurrences(of: "4 Edges: 5", with: "3 Edges: 4"), true, nil),
      (
        "%Undirected graph: a\n%nodes:2\n1 2\n", true,
        "\(path):1: \(start)that the graph is undirected, and its edges go one way in the store, as --directed says"
      ),
      ("# Undirected graph: a\n1 2\n# Edges: 7\n2 3\n", false, nil), ("# a directed graph\n# edges\n1 2\n", false, nil),
    ] as [(String, Bool, String?)] {
      let notes = try inputs.read(text) { $0.isDirected = isDirected }.report.notes
      XCTAssertEqual(notes.filter { $0.contains(start) }, note.map { [$0] } ?? [], text)
    }
    let named = try self.named(inputs, "# Nodes: 3 Edges: 1\na b\n").report.notes
    XCTAssertTrue(named.contains { $0.hasSuffix("the header says 3 nodes, and edges name 2") }, "\(named)")
    // Of several files, each says how many edges it has, and none how many nodes there are.
    let other = try inputs.text("# Nodes: 9 Edges: 2\n7 8\n", "other")
    let both = try inputs.ingest(inputs.text("1 2\n", "edges")) {
      $0.edges.append(other)
      $0.replacesExisting = true
    }
    XCTAssertEqual(both.notes.filter { $0.contains(start) }, ["\(other):1: \(start)2 edges, and 1 were read"])
  }

  /// Each of several headers is compared: those in front of the edges, and those of files that were joined.
  func testSeveralHeaders() throws {
    let inputs = try Inputs()
    let path = inputs.path("edges")
    func notes(_ text: String) throws -> [String] {
      try inputs.read(text).report.notes.filter { $0.contains("the header says ") }
    }
    XCTAssertEqual(
      try notes("# Nodes: 3 Edges: 2\n# Nodes: 10 Edges: 20\n1 2\n2 3\n"),
      ["\(path):2: the header says 10 nodes, and edges name 3; 20 edges, and 2 were read"])
    XCTAssertEqual(
      try notes("# Nodes: 4 Edges: 5\n# Nodes: 3 Edges: 6\n1 2\n2 3\n"),
      [
        "\(path):1: the header says 4 nodes, and edges name 3; 5 edges, and 2 were read; 6 edges, and 2 were read (line 2)"
      ])
    let joined = "# Undirected graph: a\n# Nodes: 3 Edges: 2\n1 2\n2 3\n# Directed graph: b\n# Nodes: 2 Edges: 4\n7 8\n"
    XCTAssertEqual(
      try notes(joined),
      [
        "\(path):5: the header says that the graph is directed, and its edges go both ways in the store (--directed keeps "
          + "their directions); 4 edges, and 1 were read"
      ])
    XCTAssertEqual(
      try notes(joined.replacing("Directed", with: "Undirected").replacing("Edges: 4", with: "Edges: 1")), [])
  }

  /// SNAP writes the same words over graphs with directions (web-Google) and without (roadNet-CA).
  func testUnorderedPairsOfADirectedGraph() throws {
    let inputs = try Inputs()
    let text = "# Directed graph (each unordered pair of nodes is saved once): roadNet-CA.txt\n1\t2\n2\t1\n"
    let said = try inputs.read(text).report.notes
    XCTAssertEqual(said.count, 1, "\(said)")
    for words in [
      "edges:1: the header says \"directed\" and \"each unordered pair\"", "edges go both ways in the store",
      "--directed keeps their directions", "the graph is the same",
    ] { XCTAssertTrue(said[0].contains(words), said[0]) }
    XCTAssertEqual(try inputs.read(text) { $0.isDirected = true }.report.notes, [])
    XCTAssertEqual(try inputs.read(text.replacing("Directed", with: "Undirected")).report.notes, [])
  }

  func testNoMessageHoldsControlCharacters() throws {
    let inputs = try Inputs()
    for text in [
      "1 2\n\u{1b}[31mred x\n", "1 2 \u{9b}31m\n", "1 2\n\u{202e}3 4\n", "1\u{7} 2\n", "\u{1b}]0;x\u{7},b,c\n1,2,3\n",
    ] {
      for hasNames in [false, true] {
        do { _ = try inputs.read(text) { $0.format.hasStringIds = hasNames } } catch {
          let bad = "\(error)".unicodeScalars.filter { [.control, .format].contains($0.properties.generalCategory) }
          XCTAssertTrue(bad.isEmpty, "\(error)".debugDescription)
        }
      }
    }
  }

  /// A column's name, or a slip, among integers would make names of all ids, and a node of itself.
  func testOneNameAmongIntegersIsRefused() throws {
    let inputs = try Inputs()
    let edges = try inputs.text("0 1\n1 2\n", "edges")
    for (text, line, found) in [
      ("id\n0\n1\n2\n", 1, "id"), ("0\n1\n2x\n2\n", 3, "2x"), ("# c\n\"0\"\n1\n2\n", 2, "\"0\""),
    ] {
      let ids = try inputs.text(text, "ids.txt")
      assertRefused(
        "ids.txt:\(line): expected ids that are all integers or all names, found \"\(found)\" and", "--string-ids"
      ) {
        try inputs.ingest(edges) { $0.ids = ids }
      }
    }
    let named = try inputs.text("id\n0\n1\n2\n", "ids.txt")
    let report = try inputs.ingest(edges) { ($0.ids, $0.format.hasStringIds) = (named, true) }
    XCTAssertEqual(report.nodes, 4)
  }
}
