import Foundation
import GasStore
import TestSupport
import XCTest

@testable import GasIngest

/// The layout in which the Open Graph Benchmark publishes its data sets: Fixtures/formats/ogb.
final class OGBFolderTests: XCTestCase {
  private static let fixture = URL(fileURLWithPath: #filePath).appending(path: "../../../../Fixtures/formats/ogb")
    .standardized.path

  /// A copy of the fixture with some tables as they are given.
  private func folder(_ inputs: Inputs, _ tables: [String: String] = [:]) throws -> String {
    let path = inputs.path("ogb")
    try? FileManager.default.removeItem(atPath: path)
    try FileManager.default.copyItem(atPath: Self.fixture, toPath: path)
    for (name, text) in tables { try inputs.bytes(inputs.gzip(Array(text.utf8)), "ogb/\(name).csv.gz") }
    return path
  }

  func testEverythingIsTakenFromTheFolder() throws {
    let inputs = try Inputs()
    let report = try inputs.ingest(Self.fixture + "/")
    XCTAssertEqual(report.nodes, 7)
    XCTAssertEqual(report.edges.read, 7)
    XCTAssertEqual(report.edges.isolatedNodes, 1)
    let contents = try inputs.contents()
    XCTAssertEqual(try contents.features()[3], [0.75, -3, 3e-3])
    XCTAssertEqual(try contents.labels(), [0, 1, -1, 0, 1, 2, 0])
    XCTAssertEqual(contents.edgeFeatures[.init(source: 0, target: 5)], [4.5, -9])
    let part = { (part: SplitPart) in part.rawValue }
    XCTAssertEqual(
      try contents.splits().map { $0[0] },
      [part(.train), part(.validation), 0, part(.train), part(.test), 0, part(.test)])
    let names = contents.store.manifest.provenance.inputs.map(\.path)
    XCTAssertEqual(Set(names).count, 9)
    XCTAssertTrue(names.allSatisfy { $0.hasPrefix(Self.fixture) && $0.hasSuffix(".csv.gz") }, "\(names)")
    XCTAssertFalse(FileManager.default.fileExists(atPath: inputs.store + "/scratch"))
  }

  func testFlagsComeBeforeTheFolder() throws {
    let inputs = try Inputs()
    try inputs.ingest(Self.fixture) {
      $0.labels = try! inputs.array([1, 1, 1, 1, 1, 1, 0] as [Int64], "labels.npy")
      $0.splitParts[.train] = try! inputs.text("6\n", "train.txt")
      $0.isDirected = true
    }
    let contents = try inputs.contents()
    XCTAssertEqual(try contents.labels(), [1, 1, 1, 1, 1, 1, 0])
    XCTAssertEqual(try contents.splits().map { $0[0] }, [0, 0, 0, 0, 0, 0, SplitPart.train.rawValue])
    XCTAssertNil(contents.edges[.init(source: 1, target: 0)])
  }

  func testAGraphAloneIsEnough() throws {
    let inputs = try Inputs()
    let path = inputs.path("bare")
    try FileManager.default.createDirectory(atPath: path + "/raw", withIntermediateDirectories: true)
    for name in ["edge", "num-node-list"] {
      try FileManager.default.copyItem(
        atPath: "\(Self.fixture)/raw/\(name).csv.gz", toPath: "\(path)/raw/\(name).csv.gz")
    }
    let report = try inputs.ingest(path)
    XCTAssertEqual(report.nodes, 7)
    XCTAssertNil(report.featureWidth)
    XCTAssertNil(report.classCount)
    XCTAssertEqual(report.splits.count, 0)
  }

  /// What the tables of counts say has to be what is there.
  func testPromisedCounts() throws {
    let inputs = try Inputs()
    let edges = ["0,1\n", "2,1\n", "0,3\n", "3,2\n", "4,3\n", "5,0\n", "4,5\n", "6,1\n"]
    for count in [3, 6, 8] {
      let path = try folder(inputs, ["raw/edge": edges.prefix(count).joined()])
      assertRefused(
        "ogb/raw/edge.csv.gz: expected 7 edges, as \(path)/raw/num-edge-list.csv.gz says, found \(count); one of"
      ) { try inputs.ingest(path) }
    }
    let path = try folder(inputs, ["raw/edge": edges.prefix(7).joined()])
    XCTAssertEqual(try inputs.ingest(path).edges.read, 7)
    func refused(_ says: String, _ tables: [String: String], line: UInt = #line) throws {
      let path = try folder(inputs, tables)
      assertRefused(says, line: line) { try inputs.ingest(path) { $0.replacesExisting = true } }
    }
    try refused("num-edge-list.csv.gz: expected one graph, found 2", ["raw/num-edge-list": "3\n4\n"])
    try refused("num-edge-list.csv.gz:1: expected a count of at least 1", ["raw/num-edge-list": "-7\n"])
    try refused("node-feat.csv.gz: expected 8 rows, found 7", ["raw/num-node-list": "8\n"])
    try refused("node-label.csv.gz: expected 7 rows, found 6", ["raw/node-label": String(repeating: "1\n", count: 6)])
    try refused("edge-feat.csv.gz: expected 7 rows, found 1", ["raw/edge-feat": "1,2\n"])
    try refused(
      "split/time/train.csv.gz: expected a mask of 7 values, or node ids, each of them once, found 2 values, all of them 0 or 1, node id 0 twice",
      ["split/time/train": "0\n0\n"])
    try refused("node id 1 is in train and in val", ["split/time/train": "1\n"])
    // A mask is one here, too, and with two nodes a list holds ids.
    try inputs.ingest(
      folder(
        inputs, ["split/time/train": "1\n0\n0\n1\n0\n0\n0\n", "split/time/valid": "1\n", "split/time/test": "4\n"])
    ) { $0.replacesExisting = true }
    XCTAssertEqual(try inputs.contents().splits().map { $0[0] }, [1, 2, 0, 1, 3, 0, 0])
  }

  func testTwoNodes() throws {
    let inputs = try Inputs()
    let raw = inputs.path("two/raw")
    let split = inputs.path("two/split/std")
    for path in [raw, split] {
      try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
    }
    for (name, text) in [
      ("raw/edge", "0,1\n"), ("raw/num-node-list", "2\n"), ("raw/num-edge-list", "1\n"), ("split/std/train", "1\n0\n"),
    ] { try inputs.bytes(inputs.gzip(Array(text.utf8)), "two/\(name).csv.gz") }
    let report = try inputs.ingest(inputs.path("two"))
    XCTAssertEqual(try inputs.contents().splits(), [[1], [1]])
    XCTAssertEqual(
      report.notes, ["\(split)/train.csv.gz: 2 values of 0 and 1 for as many nodes, taken as node ids"])
  }

  func testWhatIsWrongIsNamedInTheFolder() throws {
    let inputs = try Inputs()
    func refused(
      _ says: String..., tables: [String: String], line: UInt = #line,
      _ change: (inout IngestOptions) -> Void = { _ in }
    ) throws {
      let path = try folder(inputs, tables)
      let before = try FolderContents(inputs.folder.path)
      for text in says { assertRefused(text, line: line) { try inputs.ingest(path, options: change) } }
      XCTAssertEqual(try FolderContents(inputs.folder.path).differences(from: before), [], line: line)
    }
    try refused("num-node-list.csv.gz: expected one graph, found 2", tables: ["raw/num-node-list": "3\n4\n"])
    try refused("num-node-list.csv.gz:1: expected a count of at least 1", tables: ["raw/num-node-list": "x\n"])
    try refused("node-feat.csv.gz: expected 7 rows, found 1", tables: ["raw/node-feat": "1,2\n"])
    try refused(
      "node-feat.csv.gz:2: expected 2 numbers, as in the first line, found 1", tables: ["raw/node-feat": "1,2\n3\n"])
    try refused("node-feat.csv.gz:2: expected a finite number, found \"x\"", tables: ["raw/node-feat": "1,2\n3,x\n"])
    try refused("node-feat.csv.gz:1: expected a finite number, found \"nan\"", tables: ["raw/node-feat": "1,nan\n"])
    try refused(
      "node-label.csv.gz:8: expected the end after 7 rows",
      tables: ["raw/node-label": String(repeating: "1\n", count: 8)])
    try refused(
      "ogb/raw/node-label.csv.gz: expected a label from 0", "found label -7 out of range in row 6",
      tables: ["raw/node-label": String(repeating: "1\n", count: 6) + "-7\n"])
    try refused("ogb/raw/edge.csv.gz:1: node id 7 is out of range", tables: ["raw/edge": "0,7\n"])
    try refused(
      "edge-feat.csv.gz:7: expected the end after 6 rows, found another", tables: ["raw/num-edge-list": "6\n"])
    try refused("split/time/test.csv.gz:1: node id 7 is out of range", tables: ["split/time/test": "7\n"])
    try refused("leave out --format and --binary", tables: [:]) { $0.format.kind = .text }
    try refused("expected 8 nodes (--nodes), found 7", tables: [:]) { $0.nodeCount = 8 }
    let path = try folder(inputs)
    try FileManager.default.copyItem(atPath: path + "/split/time", toPath: path + "/split/random")
    assertRefused("expected one split, found random, time; pass --train") { try inputs.ingest(path) }
  }
}
