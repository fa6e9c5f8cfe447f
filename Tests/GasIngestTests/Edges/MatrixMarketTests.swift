import TestSupport
import XCTest

@testable import GasEdges
@testable import GasIngest

final class MatrixMarketTests: XCTestCase {
  private func edges(_ inputs: Inputs) throws -> [String] {
    let contents = try inputs.contents()
    return contents.edges.keys.sorted().map {
      contents.store.manifest.weighted ? "\($0) \(contents.edges[$0]!)" : "\($0)"
    }
  }

  func testEntriesAreEdgesAndTheSizeCountsNodes() throws {
    let inputs = try Inputs()
    let text = "%%MatrixMarket matrix coordinate real general\n% comment\n\n5 5 3\n1 2 0.5\n2 3 -1e1\n%\n4 4 2\n"
    let report = try inputs.ingest(inputs.text(text, "a.mtx")) { $0.isDirected = true }
    XCTAssertEqual(report.nodes, 5)
    XCTAssertEqual(report.edges.read, 3)
    XCTAssertFalse(report.isWeighted)
    XCTAssertEqual(try edges(inputs), ["0→1", "1→2", "3→3"])
    XCTAssertEqual(try inputs.contents().store.manifest.idKind, .sequential)
    // Recognised without the ending too, whatever the case and the line ends, packed or not.
    let other = text.replacing("\n", with: "\r\n").replacing("%%MatrixMarket matrix", with: "%%matrixmarket MATRIX")
    try inputs.ingest(inputs.bytes(inputs.zstd(Array(other.utf8)), "b")) {
      $0.isDirected = true
      $0.format.isWeighted = true
      $0.replacesExisting = true
    }
    XCTAssertEqual(try edges(inputs), ["0→1 0.5", "1→2 -10.0", "3→3 2.0"])
  }

  /// They are not read, so they need not be finite.
  func testValuesThatNobodyAskedFor() throws {
    let inputs = try Inputs()
    for value in ["-1.5E+3", "nan", "+Inf", "1e999", "1.5d-3", "infinity"] {
      let text = "%%MatrixMarket matrix coordinate real general\n3 3 1\n1 2 \(value)\n"
      try inputs.ingest(inputs.text(text, "a.mtx")) { $0.replacesExisting = true }
      XCTAssertEqual(try edges(inputs), ["0→1", "1→0"], value)
    }
  }

  func testFieldsAndSymmetries() throws {
    let inputs = try Inputs()
    for (banner, values) in [
      ("pattern general", ["", ""]), ("pattern symmetric", ["", ""]), ("integer symmetric", [" 3", " 4"]),
      ("real general", [" 1", " 2"]), ("unsigned-integer general", [" 1", " 2"]),
    ] {
      let text = "%%MatrixMarket matrix coordinate \(banner)\n3 3 2\n2 1\(values[0])\n3 2\(values[1])"
      try inputs.ingest(inputs.text(text, "a.mtx")) { $0.replacesExisting = true }
      XCTAssertEqual(try edges(inputs), ["0→1", "1→0", "1→2", "2→1"], banner)
    }
    try inputs.ingest(inputs.text("%%MatrixMarket matrix coordinate integer symmetric\n2 2 1\n2 1 7\n", "a.mtx")) {
      $0.format.isWeighted = true
      $0.replacesExisting = true
    }
    XCTAssertEqual(try edges(inputs), ["0→1 7.0", "1→0 7.0"])
  }

  /// As Network Repository, spreadsheets and editors write it, under any name.
  func testSpellingsOfTheBanner() throws {
    let inputs = try Inputs()
    let rest = "matrix coordinate real symmetric\n6 6 5\n2 1 0.5\n3 1 0.5\n3 2 0.5\n4 2 0.5\n6 4 0.5\n"
    let mark = "\u{feff}"
    for front in [
      "%MatrixMarket ", "%%MatrixMarket\t", "% %MatrixMarket  ", "%% MatrixMarket ", "%%%matrixmarket ",
      "%MATRIXMARKET ",
      "\(mark)%%MatrixMarket ", "\n \n\t\n%MatrixMarket ", "% by somebody\n% for nobody\n%%MatrixMarket ",
      "  %%MatrixMarket ", "MatrixMarket ", "\(mark)\r\n%MatrixMarket ", "# saved\n%%MatrixMarket ",
    ] {
      for (number, name) in ["a.mtx", "a.txt", "a", "a.graph", "a.edges.gz", "a.tsv"].enumerated() {
        let text = Array((number % 2 == 0 ? front + rest : (front + rest).replacing("\n", with: "\r\n")).utf8)
        let bytes = name.hasSuffix(".gz") ? try inputs.gzip(text) : number == 2 ? inputs.bzip2(text) : text
        let report = try inputs.ingest(inputs.bytes(bytes, name)) {
          $0.format.isWeighted = true
          $0.replacesExisting = true
        }
        XCTAssertEqual(report.nodes, 6, "\(front) \(name)")
        XCTAssertEqual(report.edges.selfLoops, 0, "\(front) \(name)")
        XCTAssertEqual(
          try edges(inputs),
          ["0→1", "0→2", "1→0", "1→2", "1→3", "2→0", "2→1", "3→1", "3→5", "5→3"].map { "\($0) 0.5" },
          "\(front) \(name)")
      }
    }
  }

  /// Neither a name without a banner nor a banner under another format is guessed about.
  func testContradictionsAreRefused() throws {
    let inputs = try Inputs()
    for name in ["a.mtx", "a.MTX", "a.mtx.gz"] {
      let text = Array("6 6 2\n2 1\n3 1\n".utf8)
      let path = try inputs.bytes(name.hasSuffix("gz") ? inputs.gzip(text) : text, name)
      assertRefused("\(name):1: expected %%MatrixMarket", "found \"6 6 2\"") { try inputs.ingest(path) }
    }
    let matrix = try inputs.text("%MatrixMarket matrix coordinate pattern general\n3 3 1\n1 2\n", "b")
    assertRefused("b: the file says that it is a Matrix Market file", "leave out --format text") {
      try inputs.ingest(matrix) { $0.format.kind = .text }
    }
    assertRefused("b: --columns is for edge lists, not for matrices") {
      try inputs.ingest(matrix) { $0.format.columns = EdgeColumns("1,2") }
    }
    // A comment about the format is none of its banners.
    let list = try inputs.text("# MatrixMarket files are there as well\n0 1\n", "c")
    XCTAssertEqual(try inputs.ingest(list).edges.read, 1)
  }

  func testNodesHaveToAgree() throws {
    let inputs = try Inputs()
    let matrix = try inputs.text("%%MatrixMarket matrix coordinate pattern general\n3 3 1\n1 2\n", "a.mtx")
    let more = try inputs.text("%%MatrixMarket matrix coordinate pattern general\n4 4 1\n1 2\n", "b.mtx")
    let list = try inputs.text("0 1\n2 3\n", "c.tsv")
    assertRefused("a.mtx: expected 4 nodes, as --nodes has, found 3") { try inputs.ingest(matrix) { $0.nodeCount = 4 } }
    assertRefused("b.mtx: expected 3 nodes, as", "a.mtx has, found 4") { try inputs.ingest(matrix, more) }
    assertRefused("c.tsv:2: node id 3 is out of range") { try inputs.ingest(matrix, list) }
    assertRefused("b.mtx: the file says how many nodes there are, but edges before it") {
      try inputs.ingest(list, more)
    }
    let ids = try inputs.text("5\n1\n2\n", "ids.txt")
    assertRefused("a.mtx: the file numbers its nodes itself, from 0 to 2; leave out --ids") {
      try inputs.ingest(matrix) { $0.ids = ids }
    }
    XCTAssertEqual(try inputs.ingest(more, list).edges.read, 3)
  }

  func testWhatIsWrongIsNamed() throws {
    let inputs = try Inputs()
    func refused(_ says: String, _ text: String, line: UInt = #line, _ change: (inout IngestOptions) -> Void = { _ in })
      throws
    {
      let path = try inputs.text(text, "a.mtx")
      assertRefused(says, line: line) { try inputs.ingest(path, options: change) }
    }
    let real = "%%MatrixMarket matrix coordinate real general\n"
    let pattern = "%%MatrixMarket matrix coordinate pattern symmetric\n"
    try refused(
      "a.mtx:1: expected a sparse matrix (coordinate), found", "%%MatrixMarket matrix array real general\n2 2\n1\n")
    try refused(
      "a.mtx:1: expected pattern, real or integer values", "%%MatrixMarket matrix coordinate complex general\n")
    try refused(
      "a.mtx:1: expected a general or a symmetric matrix", "%%MatrixMarket matrix coordinate real hermitian\n")
    try refused("a.mtx:1: expected %%MatrixMarket matrix coordinate FIELD", "%%MatrixMarket vector coordinate real\n")
    try refused("a.mtx:3: expected the size: rows, columns and entries, found \"3 3\"", real + "%\n3 3\n")
    try refused("a.mtx:2: expected a square matrix", real + "3 4 1\n1 1 1\n")
    try refused("a.mtx: expected the size: rows, columns and entries, found the end", real)
    try refused("a.mtx:3: expected a row and a column from 1 to 3, found \"0 1 5\"", real + "3 3 1\n0 1 5\n")
    try refused("a.mtx:3: expected a row and a column from 1 to 3, found \"1 4 5\"", real + "3 3 1\n1 4 5\n")
    for value in ["", " abc", " 1_0", " \u{b5}", " 0.5;"] {
      try refused("a.mtx:3: expected a row, a column and a value", real + "3 3 1\n1 2\(value)\n")
    }
    try refused("a.mtx:3: expected three columns", real + "3 3 1\n1 2 3 4\n")
    try refused("a.mtx:3: expected two columns", pattern + "3 3 1\n1 2 3\n")
    try refused("a.mtx:4: expected the end after 1 entries, found \"2 3 1\"", real + "3 3 1\n1 2 1\n2 3 1\n")
    try refused(
      "a.mtx:3: expected 2 entries, as the size says, found 1; the file is truncated", real + "3 3 2\n1 2 1\n")
    try refused("a.mtx:3: expected a row, a column and a finite value", real + "3 3 1\n1 2 nan\n") {
      $0.format.isWeighted = true
    }
    try refused("a.mtx:1: expected values for weights", pattern + "3 3 0\n") { $0.format.isWeighted = true }
    try refused("a.mtx:1: expected a general matrix for a directed graph", pattern + "3 3 0\n") { $0.isDirected = true }
    try refused("a.mtx: --skip-lines is for edge lists, not for matrices", real) { $0.format.skippedLines = 1 }
    try refused("a.mtx: --ignore-extra-columns is for edge lists", real) { $0.format.ignoresExtraColumns = true }
    try refused("a.mtx: edges between named nodes are read from text only", real) { $0.format.hasStringIds = true }
    try refused("the graph is empty: no edges", real + "3 3 0\n")
    try refused("a.mtx: the graph is empty: no nodes", real + "0 0 0\n")
    let list = try inputs.text("0 1\n", "list.tsv")
    assertRefused("list.tsv:1: expected %%MatrixMarket") { try inputs.ingest(list) { $0.format.kind = .matrixMarket } }
  }
}
