import Foundation
import TestSupport
import XCTest

/// `gas-ingest` makes the same columns of the same graph, whatever it is written in: Fixtures/formats.
final class IngestFormatTests: ToolTestCase {
  private static let fixtures = URL(fileURLWithPath: #filePath).appending(path: "../../../../Fixtures/formats")
    .standardized.path

  private func fixture(_ name: String) -> String { "\(Self.fixtures)/\(name)" }

  /// Ingests a fixture; `<` in front of its name gives it to standard input.
  private func ingest(_ name: String, _ flags: [String], to store: String, line: UInt = #line) throws {
    let isPiped = name.hasPrefix("<")
    let source = fixture(isPiped ? String(name.dropFirst()) : name)
    let arguments = [isPiped ? "-" : source, "-o", store, "--overwrite", "--partitions", "2"] + flags
    let running = try Tool.ingest.start(arguments, in: folder.path)
    running.send(bytes: isPiped ? try Data(contentsOf: URL(fileURLWithPath: source)) : Data())
    let result = try running.wait()
    XCTAssertEqual(result.status, 0, "\(name) \(flags): \(result.errors)", line: line)
    XCTAssertEqual(result.errors, "", "\(name) \(flags)", line: line)
  }

  private func check(_ forms: [(name: String, flags: [String])], _ shared: [String] = [], line: UInt = #line) throws {
    try ingest(forms[0].name, forms[0].flags + shared, to: "expected", line: line)
    let expected = try FolderContents(file("expected/columns"))
    for (name, flags) in forms.dropFirst() {
      try ingest(name, flags + shared, to: "s", line: line)
      let found = try FolderContents(file("s/columns"))
      XCTAssertEqual(found.differences(from: expected), [], "\(name) \(flags + shared)", line: line)
    }
  }

  private let count = ["--nodes", "7"]

  func testEdges() throws {
    let forms: [(name: String, flags: [String])] = [
      ("edges.tsv", count), ("edges.tsv.gz", count), ("edges.tsv.zst", count), ("<edges.tsv.zst", count),
      ("weighted.csv", count + ["--ignore-extra-columns"]), ("pairs.npy", count), ("rows.npy", count),
      ("edges.u32", count + ["--binary", "u32"]), ("edges.u64", count + ["--binary", "u64"]),
      ("<edges.i32", count + ["--binary", "i32"]), ("edges.i64", count + ["--binary", "i64"]),
      ("general.mtx", []), ("pattern.mtx.gz", []), ("<general.mtx", ["--format", "matrix-market"]),
      ("csr.npz", []), ("csc.npz", []), ("coo.npz", []), ("stored.npz", ["--format", "scipy"]),
    ]
    try check(forms, ["--directed"])
    try check(
      forms + [
        ("symmetric.mtx", []), ("plain.graph", []), ("<plain.graph", ["--format", "metis"]), ("weighted.graph", []),
      ])
    try succeed(.stat, "verify", "s")
  }

  func testWeights() throws {
    let forms: [(name: String, flags: [String])] = [
      ("weighted.csv", count), ("general.mtx", []), ("<general.mtx", []), ("csr.npz", []), ("csc.npz", []),
      ("coo.npz", []), ("stored.npz", []),
    ]
    try check(forms, ["--directed", "--weighted"])
    try check(forms + [("symmetric.mtx", []), ("weighted.graph", [])], ["--weighted"])
  }

  func testFolders() throws {
    for (name, features) in [("ogb", 3), ("ogb-binary", 2), ("graphbolt", 2)] {
      let report = try json(.ingest, fixture(name), "-o", "\(name).store")
      XCTAssertEqual(report["nodes"] as? Int, 7)
      XCTAssertEqual(report["featureWidth"] as? Int, features)
      XCTAssertEqual((report["splits"] as? [[String: Int]])?.first?["train"], 2)
      try succeed(.stat, "verify", "\(name).store")
      try assertRefused(.ingest, fixture(name), "-o", "s", "--format", "text", says: "leave out --format")
    }
  }

  func testFlagsThatDoNotGoTogether() throws {
    try assertUsage(.ingest, "a", "-o", "s", "--format", "text", "--binary", "u32", says: "pass it without --format")
    try assertUsage(.ingest, "a", "-o", "s", "--string-ids", "--binary", "u32", says: "--string-ids goes with text")
    try assertUsage(.ingest, "a", "-o", "s", "--format", "xml", says: "xml")
    try assertUsage(.ingest, "a", "-o", "s", "--binary", "f32", says: "f32")
    let matrix = fixture("general.mtx")
    try assertRefused(.ingest, matrix, "-o", "s", "--skip-lines", "1", says: "--skip-lines is for edge lists")
    try assertRefused(.ingest, matrix, "-o", "s", "--nodes", "8", says: "general.mtx: expected 8 nodes", "found 7")
    try assertRefused(.ingest, "-", "-o", "s", "--binary", "u32", says: "standard input at offset 0: ", input: "12345")
  }

  func testHelpNamesTheFormats() throws {
    let help = try succeed(.ingest, "store", "--help")
    for word in ["--format", "--binary", "matrix-market", "scipy", "metis", "Matrix Market", "zstd", "u64"] {
      XCTAssertTrue(help.contains(word), word)
    }
  }
}
