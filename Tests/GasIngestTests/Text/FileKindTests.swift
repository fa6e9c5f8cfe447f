import TestSupport
import XCTest

@testable import GasIngest

/// What is known and not read is named, with what to do instead.
final class FileKindTests: XCTestCase {
  private func refused(_ inputs: Inputs, _ bytes: [UInt8], _ name: String, _ advice: String, line: UInt = #line) throws
  {
    for (file, bytes) in [("edges", bytes), ("edges.txt", try inputs.gzip(bytes))] {
      let path = try inputs.bytes(bytes, file)
      for hasNames in [false, true] {
        assertRefused(name, advice, line: line) {
          _ = try inputs.read(file: path) { $0.format.hasStringIds = hasNames }
        }
      }
    }
  }

  func testBinaryKinds() throws {
    let inputs = try Inputs()
    let rest = [UInt8](repeating: 7, count: 100)
    let kinds: [([UInt8], String, String)] = [
      ([0x89] + Array("HDF\r\n\u{1a}\n".utf8), "an HDF5 file", "save its edges as text"),
      (Array("PAR1".utf8), "a Parquet file", "pandas.read_parquet(f).to_csv"),
      (Array("ARROW1\0\0".utf8), "an Arrow file", "pandas.read_feather(f).to_csv"),
      (Array("FEA1".utf8), "a Feather file", "to_csv"),
      ([0x80, 2, 0x7d], "a pickle of Python", "load it in Python"), ([0x80, 4, 0x95], "a pickle of Python", "as .npy"),
      ([0x80, 5, 0x95], "a pickle of Python", "[E, 2]"), (Array("(dp0\n".utf8), "a pickle of Python", "as .npy"),
      ([0x80, 2, 0x8a, 0x0a, 0x6c, 0xfc, 0x9c, 0x46, 0xf9, 0x20], "a file of PyTorch", "as .npy"),
      (Array("SQLite format 3\0".utf8), "an SQLite database", "sqlite3 -csv"),
      (Array("7z".utf8) + [0xbc, 0xaf, 0x27, 0x1c], "a 7z archive", "7z x"),
      (Array("Rar!".utf8) + [0x1a, 7, 0], "a RAR archive", "unrar x"),
      ([0x04, 0x22, 0x4d, 0x18], "data packed by lz4", "lz4 -dc"),
      ([0x1f, 0x9d], "data packed by compress", "gzip -dc"),
      (Array("%PDF-1.7\n".utf8), "a PDF document", "as text"),
      ([0xd0, 0xcf, 0x11, 0xe0, 0xa1, 0xb1, 0x1a, 0xe1], "an Excel file", "as CSV"),
      (Array("<!DOCTYPE html>".utf8), "an HTML page", "fetch the file again"),
      (Array("\n<HTML><body>404".utf8), "an HTML page", "fetch the file again"),
      (Array("version https://git-lfs.github.com/spec/v1\n".utf8), "a pointer of Git LFS", "git lfs pull"),
      (Array("1 2\n3 ".utf8) + [0], "binary data (a zero byte at offset 6)", "--binary"),
      (Array("1 2\r2 3\r".utf8), "carriage return alone", "tr '\\r' '\\n'"),
    ]
    for (start, name, advice) in kinds { try refused(inputs, start + rest, name, advice) }
  }

  func testZipArchivesAreNamedByWhatTheyHold() throws {
    let inputs = try Inputs()
    func zip(_ name: String) -> [UInt8] {
      [0x50, 0x4b, 3, 4] + [UInt8](repeating: 0, count: 22) + [UInt8(name.utf8.count), 0, 0, 0] + Array(name.utf8)
        + [UInt8](repeating: 7, count: 50)
    }
    try refused(inputs, zip("edges.csv"), "a zip archive", "unzip -p")
    try refused(inputs, zip("archive/data.pkl"), "a file of PyTorch", "numpy.save")
    try refused(inputs, zip("[Content_Types].xml"), "an Excel file", "save the sheet as CSV")
  }

  func testOtherEncodings() throws {
    let inputs = try Inputs()
    let wide = "1 2\n2 3\n".utf16
    let little = wide.flatMap { [UInt8($0 & 0xff), UInt8($0 >> 8)] }
    let big = wide.flatMap { [UInt8($0 >> 8), UInt8($0 & 0xff)] }
    for bytes in [[0xff, 0xfe] + little, [0xfe, 0xff] + big, little, big] {
      try refused(inputs, bytes, "text in UTF-16", "iconv -f UTF-16 -t UTF-8")
    }
  }

  func testLanguages() throws {
    let inputs = try Inputs()
    for (text, name) in [
      ("{\"nodes\": []}", "JSON"), ("[[0,1],[1,2]]", "JSON"), ("[0, 1]\n[1, 2]\n", "JSON"),
      ("{\"source\":1,\"target\":2}\n", "JSON"), ("<?xml version=\"1.0\"?>\n<graphml>", "GraphML"), ("<gexf>", "GEXF"),
      ("\u{feff}<?xml version=\"1.0\"?><gexf xmlns=\"\">", "GEXF"), ("graph [\n  node [\n    id 0", "GML"),
      ("Creator \"x\"\ngraph\n[\n", "GML"), ("*Vertices 3\n1 \"a\"\n", "a Pajek network"),
      ("*Network x\n*Vertices 3\n", "a Pajek network"), ("dl n=4\ndata:\n", "a UCINET network"),
      ("digraph G {\n a -> b\n}", "a Graphviz graph"), ("strict graph {a -- b}", "a Graphviz graph"),
      ("c comment\np edge 3 2\ne 1 2\n", "a DIMACS graph"), ("p sp 3 2\na 1 2 4\n", "a DIMACS graph"),
      ("nodedef>name VARCHAR\n", "a GDF graph"), (">>graph6<<A_", "graph6"),
    ] {
      try refused(inputs, Array(text.utf8), name, "convert it, e.g. with networkx")
    }
  }

  /// Names that only begin like these.
  func testEdgesBetweenSuchNames() throws {
    let inputs = try Inputs()
    for text in ["graph node\nnode x\n", "p x\nx y\n", "PAR2 x\nx y\n", "BZh9 b\nb c\n", "c d\nd e\n", "dl x\nx y\n"] {
      XCTAssertEqual(try inputs.read(text) { $0.format.hasStringIds = true }.report.nodes, 3, text)
    }
  }

  func testGraphsUnderOtherNames() throws {
    let inputs = try Inputs()
    for (text, name) in [("0 1\n1 2\n", "x.graph"), ("0,1\n1,2\n", "y.graph"), ("3 2\n2 1\n1 3\n", "z.graph")] {
      assertRefused("\(name):", "pass --format text if it is an edge list") { _ = try inputs.read(text, called: name) }
    }
    let metis = "7 11\n5 3 2\n1 3 4\n5 4 2 1\n2 3 6 7\n1 3 6\n5 4 7\n6 4\n"
    for change: (inout IngestOptions) -> Void in [{ _ in }, { $0.format.ignoresExtraColumns = true }] {
      assertRefused("edges.txt:2: expected 2 columns, as in line 1", "pass --format metis") {
        _ = try inputs.read(metis, called: "edges.txt", change)
      }
    }
    XCTAssertEqual(try inputs.read(metis, called: "edges.txt") { $0.format.kind = .metis }.report.edges.kept, 11)
    assertRefused("edges:1: expected two columns, and the next line to have as many") {
      _ = try inputs.read("3 2 1\n2 5\n1 5 3 6\n2 6\n")
    }
  }
}
