import Foundation
import GasFormats
import TestSupport
import XCTest

/// Tables of probabilities as people and databases ask for them.
final class ScoreToolTests: ToolTestCase {
  override func setUpWithError() throws {
    try super.setUpWithError()
    try makeStore()
    try succeed(.run, "train", "g.store", "--run", "first", "--epochs", "2")
  }

  private func text(_ name: String) throws -> String { try String(contentsOfFile: file(name), encoding: .utf8) }

  func testFilesAndPipesSayTheSame() throws {
    try succeed(.run, "infer", "g.store", "--run", "first", "--scores", "s.csv")
    let table = try text("s.csv")
    XCTAssertEqual(table.split(separator: "\n").count, 121)
    XCTAssertTrue(table.hasPrefix("id,class,p_0,p_1,p_2\n0,"))
    XCTAssertEqual(try succeed(.run, "infer", "g.store", "--run", "first", "--scores", "-"), table)
    try succeed(.run, "infer", "g.store", "--run", "first", "--scores", "s.tsv")
    XCTAssertEqual(try text("s.tsv"), table.replacingOccurrences(of: ",", with: "\t"))
    try succeed(.run, "infer", "g.store", "--run", "first", "--scores", "s.csv.gz", "--threads", "1")
    let packed = [UInt8](try XCTUnwrap(FileManager.default.contents(atPath: file("s.csv.gz"))))
    var unpacked = [UInt8](repeating: 0, count: table.utf8.count + 1)
    let step = packed.withUnsafeBytes { packed in
      unpacked.withUnsafeMutableBytes { Inflater(format: .gzip).inflate(packed, into: $0) }
    }
    XCTAssertEqual(String(decoding: unpacked[..<step.produced], as: UTF8.self), table)
    XCTAssertEqual(try leftovers(), [])
  }

  func testTopAndNodes() throws {
    try write("7\n3\n7\n", to: "ids.txt")
    let some = try succeed(
      .run, "infer", "g.store", "--run", "first", "--nodes", "ids.txt", "--scores", "-", "--predictions", "p.npy")
    let rows = some.split(separator: "\n").dropFirst()
    XCTAssertEqual(rows.map { $0.split(separator: ",")[0] }, ["7", "3", "7"])
    XCTAssertEqual(
      try NpyReader(opening: file("p.npy")).integers(0..<3).map(String.init),
      rows.map { String($0.split(separator: ",")[1]) })
    let best = try succeed(
      .run, "infer", "g.store", "--run", "first", "--scores", "-", "--top", "4", "--top-class", "2")
    let values = best.split(separator: "\n").dropFirst().compactMap { Double($0.split(separator: ",")[4]) }
    XCTAssertEqual(values.count, 4)
    XCTAssertEqual(values, values.sorted(by: >))
    let report = try succeed(.run, "infer", "g.store", "--run", "first", "--nodes", "ids.txt", "--scores", "n.csv")
    XCTAssertTrue(report.contains("3 nodes in") && report.contains("n.csv"), report)
  }

  func testWhatCannotBeAskedFor() throws {
    let infer = ["infer", "g.store", "--run", "first"]
    try assertUsage(.run, infer[0], infer[1], infer[2], infer[3], "--top", "3", says: "--top is of --scores")
    try assertUsage(.run, infer[0], infer[1], infer[2], infer[3], "--scores", "s.csv", "--top", "0", says: "at least 1")
    try assertUsage(
      .run, infer[0], infer[1], infer[2], infer[3], "--scores", "s.csv", "--top-class", "1", says: "goes with --top")
    try assertUsage(.run, infer[0], infer[1], infer[2], infer[3], "--scores", "-", "--json", says: "name a file")
    try write("7\n", to: "ids.txt")
    try assertUsage(
      .run, infer[0], infer[1], infer[2], infer[3], "--nodes", "ids.txt", "--ids", "i.npy", says: "has the ids already")
    try assertRefused(
      .run, "infer", "g.store", "--run", "first", "--scores", "s.csv", "--top", "3", "--top-class", "frog",
      says: "expected one of the classes 0, 1, 2, found \"frog\"")
    try write("7\n500\n", to: "ids.txt")
    try assertRefused(
      .run, "infer", "g.store", "--run", "first", "--scores", "s.csv", "--nodes", "ids.txt",
      says: "ids.txt:2: \"500\" is no node of the store")
    try assertRefused(
      .run, "infer", "g.store", "--run", "first", "--scores", "s.csv", "--nodes", "none.txt", says: "none.txt: ")
  }
}
