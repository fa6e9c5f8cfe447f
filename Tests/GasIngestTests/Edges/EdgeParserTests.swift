import GasBase
import TestSupport
import XCTest

@testable import GasEdges

final class EdgeParserTests: XCTestCase {
  private func parse(_ text: String, _ change: (inout EdgeFormat) -> Void = { _ in }) throws -> EdgeBatch {
    var format = EdgeFormat()
    change(&format)
    var parser = EdgeParser(format: format, file: "edges", names: nil)
    var bytes = Array((text + "\n").utf8)
    return try bytes.withUnsafeMutableBytes { try parser.parse(UnsafeRawBufferPointer($0)) }
  }

  private func pairs(_ text: String, _ change: (inout EdgeFormat) -> Void = { _ in }) throws -> [[Int64]] {
    let edges = try parse(text, change).edges
    return zip(edges.sources, edges.targets).map { [$0, $1] }
  }

  func testColumnsMayBeSeparatedByBlanksTabsOrAComma() throws {
    XCTAssertEqual(try pairs("1 2\n3\t4\n  9 \t 10  \n5  6\r\n"), [[1, 2], [3, 4], [9, 10], [5, 6]])
    XCTAssertEqual(try pairs("5,6\n7 , 8\n11,\t12\r\n 1\t,2"), [[5, 6], [7, 8], [11, 12], [1, 2]])
    for (text, separator) in [("1 2\n3,4", "blanks"), ("1,2\n3 4", "commas"), ("1,2\n3\t4", "commas")] {
      assertRefused("edges:2: expected columns separated by \(separator), as in line 1") { _ = try pairs(text) }
    }
  }

  func testCommentsAndEmptyLinesAreSkippedButCounted() throws {
    let batch = try parse("# a b\n1 2\n\n% x\n   \n \t# y\r\n3 4\n\r\n")
    XCTAssertEqual(batch.edges.sources, [1, 3])
    guard case .lines(let lines) = batch.places else { return XCTFail("no lines") }
    XCTAssertEqual(lines, [2, 7])
  }

  func testIdsCoverAll64Bits() throws {
    XCTAssertEqual(
      try pairs("9223372036854775807 -9223372036854775808\n-1 007\n1000000000000000000 -999999999999999999"),
      [[.max, .min], [-1, 7], [1_000_000_000_000_000_000, -999_999_999_999_999_999]])
    for tooLarge in ["9223372036854775808", "-9223372036854775809", "99999999999999999999999"] {
      assertRefused("edges:1: expected two integer node ids, found \"0 \(tooLarge)\"") {
        _ = try parse("0 \(tooLarge)")
      }
    }
  }

  func testMalformedLinesAreNamed() throws {
    for line in ["12 x", "x 12"] {
      assertRefused("edges:3: expected two integer node ids, found \"\(line)\"; pass --string-ids if nodes have names")
      {
        _ = try parse("0 1\n# fine\n\(line)\n5 6")
      }
    }
    for line in ["1", "1,", ",1", "1,,2", "1;2", "- 2", "1 -", "1\t\tx"] {
      assertRefused("edges:3: expected ") { _ = try parse("0 1\n# fine\n\(line)\n5 6") }
    }
    // Names would be other nodes than the numbers they look like.
    for (line, advice) in [
      ("1.0 2", "write ids as integers"), ("1 2e3", "write ids as integers"), ("+1 2", "in digits"),
      ("0x1 2", "in digits"),
    ] {
      assertRefused("edges:3: expected two integer node ids, found \"\(line)\"", advice) {
        _ = try parse("0 1\n# fine\n\(line)\n5 6")
      }
    }
    // Far too long to be shown whole.
    let long = String(repeating: "abc ", count: 100)
    assertRefused("…\"") { _ = try parse(long) }
  }

  func testAThirdColumnNeedsToBeAskedFor() throws {
    for line in ["1 2 3", "1,2,3"] {
      assertRefused(
        "edges:1: expected two columns, found", "--weighted (1 → 2 of weight 3)",
        "--ignore-extra-columns (1 → 2 alone)",
        "--columns 1,3 (1 → 3)"
      ) { _ = try parse(line) }
    }
    assertRefused("edges:1: expected two columns, found \"1\\t2\\tx\"", "--ignore-extra-columns (1 → 2 alone)") {
      _ = try parse("1\t2\tx")
    }
    assertRefused("edges:1: expected two integer node ids, found \"1 2,\"") { _ = try parse("1 2,") }
    XCTAssertEqual(try pairs("1 2 3\n4 5\n6 7 x y") { $0.ignoresExtraColumns = true }, [[1, 2], [4, 5], [6, 7]])
  }

  /// What the first line has is what the others must have.
  func testOtherNumbersOfColumnsAreRefused() throws {
    assertRefused("edges:2: expected 2 columns, as in line 1, found \"1 2 7\"") { _ = try parse("0 1\n1 2 7") }
    assertRefused(
      "edges:1: expected two columns, and the next line to have as many (it has 2), found \"6 6 5\"",
      "pass --skip-lines 1 if the line says sizes or names"
    ) { _ = try parse("6 6 5\n2 1\n3 1") }
    assertRefused("edges:2: expected 2 columns", "pass --format metis if line 1 counts nodes and edges") {
      _ = try parse("3 2\n2 3 1\n1\n1")
    }
    for text in ["1\t\t5\n", "1 2\n1\t\t5\n", "\t1\t5\n"] {
      assertRefused("edges:") { _ = try parse(text) { $0.ignoresExtraColumns = true } }
    }
  }

  func testWeights() throws {
    let text = "1 2 0.5\n3  4 -1e3\n5\t6\t7\r\n8 9  .25"
    for text in [text, "1,2,0.5\n3 ,4, -1e3\r\n5,\t6,7\n8,9,.25"] {
      XCTAssertEqual(try parse(text) { $0.isWeighted = true }.edges.weights, [0.5, -1000, 7, 0.25])
    }
    for kept in ["0", "-0", "0.00", "0e5", "1e-44"] {
      XCTAssertEqual(try parse("1 2 \(kept)\n3 4 5") { $0.isWeighted = true }.edges.weights, [Float(kept)!, 5])
    }
    for bad in [
      "1 2", "1 2 x", "1 2 nan", "1 2 inf", "1 2 1e999", "1 2 3x", "1 2 -", "1 2 0x10", "1 2 1e-50", "1 2 -0.0001e-44",
    ] {
      assertRefused("edges:1: expected two node ids and a finite weight, found \"\(bad)\"") {
        _ = try parse(bad) { $0.isWeighted = true }
      }
    }
    assertRefused("edges:1: expected three columns") { _ = try parse("1 2 3 4") { $0.isWeighted = true } }
    let extra = try parse("1 2 3 4") {
      $0.isWeighted = true
      $0.ignoresExtraColumns = true
    }
    XCTAssertEqual(extra.edges.weights, [3])
  }

  func testLinesAtTheStartCanBeSkipped() throws {
    XCTAssertEqual(try pairs("source,target\n1,2") { $0.skippedLines = 1 }, [[1, 2]])
    assertRefused("edges:1: expected two integer node ids, found \"source,target\"", "--skip-lines 1") {
      _ = try parse("source,target\n1,2") { $0.skippedLines = 0 }
    }
  }

  func testLineNumbersGoOnFromChunkToChunk() throws {
    let inputs = try Inputs()
    // Some 3 MB: several chunks.
    let path = try inputs.text(String(repeating: "1000000 2000000\n", count: 200_000) + "3 oops\n")
    assertRefused("edges.tsv:200001: expected two integer node ids, found \"3 oops\"") { try inputs.ingest(path) }
  }

  /// Whatever stands in the text, the parser reads edges or refuses a line; it never goes past the end.
  func testAnyBytesAreReadOrRefused() throws {
    let alphabet = Array("0123456789-+.,:; \t\r\n#%\"xe\u{7f}\u{0}é".utf8)
    var random = SeededRandom(seed: 5)
    for round in 0..<4000 {
      let bytes = (0..<random.below(40)).map { _ in alphabet[random.below(alphabet.count)] }
      _ = try? parse(String(decoding: bytes, as: UTF8.self)) {
        $0.isWeighted = round % 2 == 0
        $0.ignoresExtraColumns = round % 3 == 0
        $0.separator = round % 5 == 0 ? .comma : round % 7 == 0 ? .text("::") : nil
        $0.columns = round % 11 == 0 ? EdgeColumns("2,1,3") : nil
      }
    }
  }
}
