import TestSupport
import XCTest

@testable import GasIngest

/// A Matrix Market file is one however its banner is spelled and whatever the file is called.
final class MatrixSpellingTests: XCTestCase {
  private let entries = "6 6 5\n2 1 0.5\n3 1 0.5\n3 2 0.5\n4 2 0.5\n6 4 0.25\n"
  private let edges = ["0-1:0.5", "0-2:0.5", "1-2:0.5", "1-3:0.5", "3-5:0.25"]
  private let words = "MatrixMarket matrix coordinate real symmetric"

  private func check(_ inputs: Inputs, _ graph: ReadGraph, _ name: String) {
    XCTAssertEqual(graph.edges, edges, name)
    XCTAssertEqual(graph.report.nodes, 6, name)
    XCTAssertEqual(graph.report.edges.selfLoops, 0, name)
    XCTAssertEqual(graph.report.edges.entries, 10, name)
  }

  func testEverySpellingOfTheBanner() throws {
    let inputs = try Inputs()
    for front in [
      "%%", "%", "%%%", "% %%", "%% ", "% ", "  %%", "\u{feff}%%", "\u{feff}%", "\n\n%%", "\r\n \n%", "% x\n%%", "#%%",
      "",
    ] {
      for words in [words, words.lowercased(), words.uppercased(), words.replacing(" ", with: "\t")] {
        let text = front + words + "\n" + entries
        for text in [text, text.replacing("\n", with: "\r\n"), text.replacing("\n", with: " \n")] {
          check(inputs, try inputs.read(text) { $0.format.isWeighted = true }, "\(front.debugDescription) \(words)")
        }
      }
    }
    let apart = "%%Matrix Market matrix coordinate real symmetric\n"
    check(inputs, try inputs.read(apart + entries) { $0.format.isWeighted = true }, apart)
  }

  func testAnyNameAndPacking() throws {
    let inputs = try Inputs()
    let bytes = Array("%\(words)\n\(entries)".utf8)
    for name in ["a.mtx", "a.txt", "a.edges", "a.csv", "a.graph", "a", "a.MTX"] {
      for packed in [bytes, try inputs.gzip(bytes), inputs.zstd(bytes), inputs.bzip2(bytes), inputs.xz(bytes)] {
        check(inputs, try inputs.read(file: inputs.bytes(packed, name)) { $0.format.isWeighted = true }, name)
      }
    }
  }

  func testAPatternHasNoWeights() throws {
    let inputs = try Inputs()
    let text = "%MatrixMarket matrix coordinate pattern symmetric\n6 6 5\n2 1\n3 1\n3 2\n4 2\n6 4\n"
    let graph = try inputs.read(text)
    XCTAssertEqual(graph.edges, ["0-1", "0-2", "1-2", "1-3", "3-5"])
    XCTAssertEqual(graph.report.nodes, 6)
    assertRefused("--ignore-extra-columns is for edge lists, not for matrices") {
      _ = try inputs.read(text) { $0.format.ignoresExtraColumns = true }
    }
    assertRefused("edges:1: expected values for weights") { _ = try inputs.read(text) { $0.format.isWeighted = true } }
  }

  /// The name promises what the content does not hold: nothing is guessed.
  func testANameWithoutTheBanner() throws {
    let inputs = try Inputs()
    for name in ["a.mtx", "a.MTX", "a.mtx.gz"] {
      for text in ["3 3 2\n2 1 1\n3 1 1\n", "0 1\n1 2\n", "% matrix\n2 2 1\n2 1 1\n"] {
        assertRefused("\(name):", "expected %%MatrixMarket matrix coordinate FIELD SYMMETRY", "--format text") {
          _ = try inputs.read(text, called: name)
        }
      }
    }
    XCTAssertEqual(try inputs.read("0 1\n1 2\n", called: "a.mtx") { $0.format.kind = .text }.edges, ["0-1", "1-2"])
  }

  /// A text without a banner whose first line counts rows, columns and entries.
  func testSizesAreNoEdge() throws {
    let inputs = try Inputs()
    for text in ["5 5 3\n2 1 1\n3 1 1\n5 4 1\n", "% rows\n4 4 2\n2 1 1\n3 1 1\n", "3,3,2\n1,2,5\n3,1,6\n"] {
      assertRefused("reads like counts of nodes and edges", "--skip-lines", "--format metis") {
        _ = try inputs.read(text) { $0.format.isWeighted = true }
      }
      assertRefused("reads like counts of nodes and edges") {
        _ = try inputs.read(text) { $0.format.ignoresExtraColumns = true }
      }
    }
    // METIS graphs in which all nodes have two neighbours.
    assertRefused("edges:1: expected an edge, found what reads like counts of nodes and edges (3 edges follow)") {
      _ = try inputs.read("3 3\n2 3\n1 3\n1 2\n")
    }
    XCTAssertEqual(try inputs.read("3 3\n2 3\n1 3\n1 2\n") { $0.format.kind = .metis }.edges, ["0-1", "0-2", "1-2"])
    XCTAssertEqual(try inputs.read("2 2\n1 2\n0 1\n") { $0.format.skippedLines = 0 }.edges, ["0-1", "1-2", "2-2"])
    let said = try inputs.read("5 3\n2 1\n3 1\n5 4\n").report.notes
    XCTAssertTrue(said.contains { $0.contains("reads like counts of nodes and edges (3 edges follow)") }, "\(said)")
  }

  func testABannerBehindALongPreface() throws {
    let inputs = try Inputs()
    let text = String(repeating: "% preface\n", count: 2000) + "%%\(words)\n\(entries)"
    assertRefused("edges:2001: expected no banner of Matrix Market in an edge list") {
      _ = try inputs.read(text) { $0.format.isWeighted = true }
    }
  }
}
