import GasStore
import TestSupport
import XCTest

/// What `gas-ingest` says that it did, and that it does the same whatever the edges come in.
final class IngestReportTests: ToolTestCase {
  private let edges = [(0, 1), (1, 0), (0, 1), (2, 2), (2, 2), (3, 1), (1, 2), (4, 3)]

  private func text(separator: String, lineEnd: String = "\n") -> String {
    "# source target" + lineEnd + edges.map { "\($0)\(separator)\($1)\(lineEnd)" }.joined()
  }

  func testCounts() throws {
    try write(text(separator: " "), to: "edges.tsv")
    let flags = ["--partitions", "2", "--partitioner", "contiguous"]
    let report = try json(.ingest, "edges.tsv", "-o", "s", flags[0], flags[1], flags[2], flags[3])
    let counts = try XCTUnwrap(report["edges"] as? [String: Int])
    XCTAssertEqual(counts["read"], 8)
    XCTAssertEqual(counts["kept"], 5, "0–1, 1–2, 1–3, 3–4 and the loop at 2")
    XCTAssertEqual(counts["duplicates"], 3)
    XCTAssertEqual(counts["selfLoopsRead"], 2)
    XCTAssertEqual(counts["entries"], 9)
    // Nodes 0, 1, 2 and 3, 4, or 0, 1 and 2, 3, 4: the cut edges are 1–3, or 1–2 and 1–3.
    let partitions = try XCTUnwrap(report["partitions"] as? [[String: Int]])
    let cut = partitions[0]["nodes"] == 3 ? 2 : 4
    XCTAssertEqual(report["cutEntries"] as? Int, cut)
    XCTAssertEqual(report["haloRows"] as? Int, cut == 2 ? 2 : 3)
    let halo = try XCTUnwrap(report["halo"] as? [String: Int])
    XCTAssertEqual(halo["rows"], report["haloRows"] as? Int)
    XCTAssertEqual(halo["rowBytes"], 128, "there are no features")
    XCTAssertEqual(halo["pages"], 2, "one for each partition")
    let shown = try json(.stat, "s")
    let store = try XCTUnwrap(shown["store"] as? [String: Any])
    XCTAssertEqual(store["halo"] as? [String: Int], halo)
    XCTAssertEqual(store["edgeCount"] as? Int, 9)
    XCTAssertEqual(store["selfLoopCount"] as? Int, 1)
    let bits = try XCTUnwrap(report["bitsPerEntry"] as? Double)
    XCTAssertTrue(0 < bits && bits <= 32, "\(bits)")
    XCTAssertEqual(store["bitsPerEntry"] as? Double, bits)
    XCTAssertTrue(try succeed(.stat, "s").contains(" bits of them for the neighbour"))
    let people = try succeed(.ingest, "edges.tsv", "-o", "s", "--overwrite", "--verbose")
    for word in ["8 read", "5 kept", "3 duplicates", "halo rows", "bits each", "nodes in border order"] {
      XCTAssertTrue(people.contains(word), people)
    }
  }

  /// METIS has something to say about clusters of a star, and says it on standard output.
  func testNothingIsPrintedBesidesTheReport() throws {
    try write((1...300).map { "0 \($0)\n" }.joined(), to: "star.tsv")
    let report = try json(.ingest, "star.tsv", "-o", "s", "--partitioner", "stream", "--partitions", "150")
    let partitions = try XCTUnwrap(report["partitions"] as? [[String: Int]])
    XCTAssertEqual(partitions.reduce(0) { $0 + $1["nodes"]! }, 301)
  }

  func testOrderOfNodes() throws {
    try write("0 1\n1 2\n2 3\n3 4\n4 5\n", to: "edges.tsv")
    func orders(_ flags: String...) throws -> [UInt32] {
      let arguments =
        ["edges.tsv", "-o", "s", "--overwrite", "--partitions", "2", "--partitioner", "contiguous"] + flags
      XCTAssertEqual(try Tool.ingest.run(arguments, in: folder.path).status, 0)
      let store = try Store(opening: file("s"))
      XCTAssertEqual(store.manifest.provenance.nodeOrder, flags.last ?? "border")
      XCTAssertTrue(try succeed(.stat, "s").contains("\(flags.last ?? "border") order"))
      return try store.column(.order).array(0..<6)
    }
    XCTAssertEqual(try orders("--order", "original"), [0, 1, 2, 3, 4, 5])
    XCTAssertEqual(try orders(), [2, 0, 1, 3, 4, 5])
    XCTAssertEqual(try orders("--order", "border"), [2, 0, 1, 3, 4, 5])
    try assertUsage(.ingest, "edges.tsv", "-o", "t", "--order", "random", says: "'random' is invalid")
  }

  /// Blanks, tabs, commas, other line ends, several files, standard input and arrays make the same columns.
  func testFormsOfInput() throws {
    try write(text(separator: " "), to: "edges.txt")
    try succeed(.ingest, "edges.txt", "-o", "expected", "--partitions", "2")
    let expected = try FolderContents(file("expected/columns"))
    func check(_ arguments: String..., input: String = "", line: UInt = #line) throws {
      let result = try Tool.ingest.run(
        arguments + ["-o", "s", "--overwrite", "--partitions", "2"], in: folder.path, input: input)
      XCTAssertEqual(result.status, 0, result.errors, line: line)
      XCTAssertEqual(try FolderContents(file("s/columns")).differences(from: expected), [], line: line)
      try succeed(.stat, "verify", "s", line: line)
    }
    for (separator, lineEnd) in [("\t", "\n"), (",", "\n"), (", ", "\r\n"), ("   ", "\n\n")] {
      try write(text(separator: separator, lineEnd: lineEnd), to: "other.txt")
      try check("other.txt")
    }
    try check("-", input: text(separator: " "))
    let lines = text(separator: " ").split(separator: "\n").map { $0 + "\n" }
    try write(lines[..<4].joined(), to: "a.txt")
    try write(lines[4...].joined().dropLast().description, to: "b.txt")
    try check("a.txt", "b.txt")
    try write(edges.flatMap { [Int32($0), Int32($1)] }, shape: [8, 2], to: "pairs.npy")
    try check("pairs.npy")
    try write(edges.map { UInt64($0.0) } + edges.map { UInt64($0.1) }, shape: [2, 8], to: "rows.npy")
    try check("rows.npy")
  }

  func testEdgeFeatures() throws {
    try write(text(separator: " "), to: "edges.tsv")
    try write([Float](repeating: 0.5, count: 16), shape: [8, 2], to: "features.npy")
    let report = try json(.ingest, "edges.tsv", "--edge-features", "features.npy", "-o", "s")
    XCTAssertEqual(report["edgeFeatureWidth"] as? Int, 2)
    let people = try succeed(.ingest, "edges.tsv", "--edge-features", "features.npy", "-o", "s", "--overwrite")
    XCTAssertTrue(people.contains("undirected, 2 features each"), people)
    let shown = try XCTUnwrap(json(.stat, "s")["store"] as? [String: Any])
    XCTAssertEqual(shown["edgeFeatures"] as? [String: Int], ["width": 2])
    let page = try succeed(.stat, "s")
    for word in ["2 features each", "edge-features", "9 × 2"] { XCTAssertTrue(page.contains(word), page) }
    try succeed(.stat, "verify", "s")
    XCTAssertTrue(try succeed(.ingest, "store", "--help").contains("--edge-features"))
    try write([Float](repeating: 0.5, count: 14), shape: [7, 2], to: "few.npy")
    try assertRefused(
      .ingest, "edges.tsv", "--edge-features", "few.npy", "-o", "t",
      says: "few.npy: expected 8 rows, one for each edge, found 7")
  }
}
