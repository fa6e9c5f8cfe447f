import XCTest

/// `gas-ingest` and edge lists that are not: the file and the line are named, and no store appears.
final class IngestInputTests: ToolTestCase {
  func testUnreadableFiles() throws {
    try assertRefused(.ingest, "none.tsv", "-o", "s", says: "none.tsv: cannot open: No such file", "check the path")
    try FileManager.default.createDirectory(atPath: file("folder"), withIntermediateDirectories: true)
    try assertRefused(.ingest, "folder", "-o", "s", says: "folder: cannot read")
    try write("0 1\n", to: "edges.tsv")
    for flag in [
      "--features", "--labels", "--train", "--val", "--test", "--ids", "--splits", "--edge-weights", "--edge-features",
    ] {
      try assertRefused(.ingest, "edges.tsv", flag, "none.npy", "-o", "s", says: "none.npy: cannot open")
    }
    try assertRefused(.ingest, "edges.tsv", "--partitioner", "file:none.txt", "-o", "s", says: "none.txt: cannot open")
  }

  func testFilesWithoutPermission() throws {
    try write("0 1\n", to: "edges.tsv")
    try XCTSkipIf(geteuid() == 0, "root reads files of any permissions")
    chmod(file("edges.tsv"), 0)
    try assertRefused(.ingest, "edges.tsv", "-o", "s", says: "edges.tsv: cannot open: Permission denied")
  }

  func testMalformedLines() throws {
    let cases: [(text: String, flags: [String], says: String)] = [
      ("# header\n0 1\n1 x\n", [], "edges.tsv:3: expected two integer node ids, found \"1 x\""),
      ("0 1\n1\n", [], "edges.tsv:2: expected two integer node ids, found \"1\""),
      ("0 1\r\n\r\n% comment\r\n2,\r\n", [], "edges.tsv:4: expected columns separated by blanks, as in line 1"),
      ("0 1\n1.5 2\n", [], "edges.tsv:2: "),
      ("0 1\n0 99999999999999999999\n", [], "edges.tsv:2: "),
      ("0 1\n1 2 7\n", [], "edges.tsv:2: expected 2 columns, as in line 1, found \"1 2 7\""),
      ("0 1 1\n1 2\n", ["--weighted"], "edges.tsv:2: expected two node ids and a finite weight"),
      ("0 1 nan\n", ["--weighted"], "edges.tsv:1: expected two node ids and a finite weight, found \"0 1 nan\""),
      ("0 1 2\n1 2 inf\n", ["--weighted"], "edges.tsv:2: expected two node ids and a finite weight"),
      ("ant bee\nant\n", ["--string-ids"], "edges.tsv:2: "),
      ("0 1\n\u{1}\u{2}\u{1b}[2J\n", [], "edges.tsv:2: expected two integer node ids"),
      ("0 1\n1 5\n", ["--nodes", "3"], "edges.tsv:2: node id 5 is out of range"),
      ("0 1\n-1 2\n", ["--nodes", "3"], "edges.tsv:2: node id -1 is out of range"),
    ]
    for (text, flags, says) in cases {
      try write(text, to: "edges.tsv")
      try refuse(flags, says)
    }
  }

  private func refuse(_ flags: [String], _ says: String, line: UInt = #line) throws {
    let before = try Set(FileManager.default.contentsOfDirectory(atPath: folder.path))
    let result = try Tool.ingest.run(["edges.tsv", "-o", "s"] + flags, in: folder.path)
    XCTAssertEqual(result.status, 1, result.errors, line: line)
    assertOneLine(result, of: .ingest, "\(flags): \(result.errors)", line: line)
    XCTAssertTrue(result.errors.contains(says), "no \"\(says)\" in \(result.errors)", line: line)
    XCTAssertEqual(try Set(FileManager.default.contentsOfDirectory(atPath: folder.path)), before, line: line)
  }

  /// The line is that of its own file, or of standard input.
  func testTheFileIsTheOneThatIsWrong() throws {
    try write("0 1\n1 2\n", to: "a.tsv")
    try write("0 1\noops\n", to: "b.tsv")
    try assertRefused(.ingest, "a.tsv", "b.tsv", "-o", "s", says: "b.tsv:2: ")
    try assertRefused(.ingest, "a.tsv", "-", "-o", "s", says: "standard input:1: ", input: "x y\n")
  }

  func testEmptyGraphs() throws {
    for text in ["", "\n\n", "# nothing\n% but comments\n"] {
      try write(text, to: "edges.tsv")
      try assertRefused(.ingest, "edges.tsv", "-o", "s", says: "edges.tsv: the graph is empty")
    }
    try assertRefused(.ingest, "-", "-o", "s", says: "the graph is empty")
    try write([UInt32](), shape: [0, 2], to: "edges.npy")
    try assertRefused(.ingest, "edges.npy", "-o", "s", says: "edges.npy", "empty")
  }

  func testTruncatedInput() throws {
    try write([Int64](0..<200), shape: [100, 2], to: "edges.npy")
    for length in [0, 5, 60, 128, 1000, 1727] {
      truncate(file("edges.npy"), off_t(length))
      try assertRefused(.ingest, "edges.npy", "-o", "s", says: "edges.npy")
      try write([Int64](0..<200), shape: [100, 2], to: "edges.npy")
    }
    // gzip of "0 1\n1 2\n2 30\n"
    let bytes: [UInt8] = [
      0x1f, 0x8b, 0x08, 0x00, 0x00, 0x00, 0x00, 0x00, 0x02, 0xff, 0x33, 0x50, 0x30, 0xe4, 0x32, 0x54, 0x30,
      0xe2, 0x32, 0x52, 0x30, 0x36, 0xe0, 0x02, 0x00, 0x66, 0x95, 0xcc, 0xd2, 0x0d, 0x00, 0x00, 0x00,
    ]
    try Data(bytes).write(to: URL(fileURLWithPath: file("whole.gz")))
    try succeed(.ingest, "whole.gz", "-o", "whole.store")
    for length in [15, bytes.count - 3] {
      try Data(bytes[..<length]).write(to: URL(fileURLWithPath: file("edges.gz")))
      try assertRefused(.ingest, "edges.gz", "-o", "s", says: "edges.gz")
    }
  }

  func testWrongEdgeArrays() throws {
    try write([Int64](0..<6), shape: [2, 3, 1], to: "deep.npy")
    try assertRefused(.ingest, "deep.npy", "-o", "s", says: "deep.npy", "expected")
    try write([Int64](0..<9), shape: [3, 3], to: "wide.npy")
    try assertRefused(.ingest, "wide.npy", "-o", "s", says: "wide.npy", "expected")
    try write([Float](repeating: 0.5, count: 8), shape: [4, 2], to: "floats.npy")
    try assertRefused(.ingest, "floats.npy", "-o", "s", says: "floats.npy", "expected")
    try write([Int64]([0, 1, 1, 2, 2, 0]), shape: [3, 2], to: "edges.npy")
    try write([Float]([1, 2]), to: "weights.npy")
    try assertRefused(
      .ingest, "edges.npy", "--edge-weights", "weights.npy", "-o", "s",
      says: "weights.npy: expected a weight for each edge, found 2")
    try write([Float]([1, 2, .nan]), to: "weights.npy")
    try assertRefused(.ingest, "edges.npy", "--edge-weights", "weights.npy", "-o", "s", says: "weights.npy")
  }
}
