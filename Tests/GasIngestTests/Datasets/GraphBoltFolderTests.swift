import Foundation
import GasStore
import TestSupport
import XCTest

@testable import GasIngest

/// A data set as GraphBolt keeps it on disk: Fixtures/formats/graphbolt.
final class GraphBoltFolderTests: XCTestCase {
  private static let fixture = URL(fileURLWithPath: #filePath)
    .appending(path: "../../../../Fixtures/formats/graphbolt").standardized.path

  /// A copy of the fixture, its metadata changed.
  private func folder(_ inputs: Inputs, _ old: String = "", _ new: String = "") throws -> String {
    let path = inputs.path("set")
    try? FileManager.default.removeItem(atPath: path)
    try FileManager.default.copyItem(atPath: Self.fixture, toPath: path)
    guard !old.isEmpty else { return path }
    let metadata = try String(contentsOfFile: path + "/metadata.yaml", encoding: .utf8)
    XCTAssertTrue(metadata.contains(old), old)
    try inputs.text(metadata.replacing(old, with: new, maxReplacements: 1), "set/metadata.yaml")
    return path
  }

  func testRealValuesAreNotTakenForClasses() throws {
    let inputs = try Inputs()
    assertRefused(
      "graphbolt/metadata.yaml: the labels of a data set of this kind are read as classes", "pass --labels with a value"
    ) {
      try inputs.ingest(Self.fixture) { $0.labelKind = .regression }
    }
    let values = try inputs.array([0.5, 1, 2, 3, 4, 5, 6] as [Float], "values.npy")
    let report = try inputs.ingest(Self.fixture) {
      $0.labelKind = .regression
      $0.labels = values
    }
    XCTAssertEqual(report.labelKind, .values)
  }

  func testEverythingIsTakenFromTheFolder() throws {
    let inputs = try Inputs()
    let report = try inputs.ingest(Self.fixture) { $0.isDirected = true }
    XCTAssertEqual(report.nodes, 7)
    XCTAssertEqual(report.edges.read, 7)
    XCTAssertEqual(report.classCount, 4)
    let contents = try inputs.contents()
    XCTAssertEqual(contents.edges.keys.sorted().map(\.description), ["0→1", "0→3", "2→1", "3→2", "4→3", "4→5", "5→0"])
    XCTAssertEqual(contents.edgeFeatures[.init(source: 5, target: 0)], [9])
    XCTAssertEqual(try contents.features()[3], [1.5, 1.75])
    XCTAssertEqual(try contents.labels(), [0, 1, -1, 0, 1, -1, 0])
    let (train, test) = (SplitPart.train.rawValue, SplitPart.test.rawValue)
    XCTAssertEqual(
      try contents.splits().map { $0[0] }, [train, SplitPart.validation.rawValue, 0, train, test, 0, test])
    let names = contents.store.manifest.provenance.inputs.map(\.path)
    XCTAssertEqual(Set(names).count, 10, "\(names)")
    XCTAssertTrue(names.allSatisfy { $0.hasPrefix(Self.fixture) }, "\(names)")
    XCTAssertFalse(FileManager.default.fileExists(atPath: inputs.store + "/scratch"))
  }

  func testEdgesAsText() throws {
    let inputs = try Inputs()
    let path = try folder(inputs, "{format: numpy, path: edges/edges.npy}", "{format: csv, path: edges.csv}")
    try inputs.text("0,1\n2,1\n0,3\n3,2\n4,3\n5,0\n4,5\n", "set/edges.csv")
    try inputs.ingest(path) { $0.isDirected = true }
    XCTAssertEqual(try inputs.contents().edges.count, 7)
  }

  func testFlagsComeBeforeTheFolder() throws {
    let inputs = try Inputs()
    let labels = try inputs.array([0, 1, 0, 1, 0, 1, 0] as [Int64], "labels.npy")
    let test = try inputs.text("6\n", "test.txt")
    let report = try inputs.ingest(Self.fixture) {
      $0.labels = labels
      $0.splitParts[.test] = test
      $0.features = Self.fixture + "/features/year.npy"
    }
    XCTAssertEqual(report.classCount, 2)
    XCTAssertEqual(report.featureWidth, 1)
    XCTAssertEqual(report.splits.map { [$0.train, $0.validation, $0.test] }, [[0, 0, 1]])
  }

  /// Sources above targets where the array could also be two pairs, in either order.
  func testTwoEdges() throws {
    let inputs = try Inputs()
    for isFortran in [false, true] {
      let path = try folder(inputs, "  - {domain: edge", "  - {domain: other")
      try ForeignArray([0, 1, 2, 3], [2, 2], ">i8", fortran: isFortran).write(to: path + "/edges/edges.npy")
      let report = try inputs.ingest(path) {
        $0.isDirected = true
        $0.replacesExisting = true
      }
      XCTAssertEqual(try inputs.contents().edges.keys.sorted().map(\.description), ["0→2", "1→3"])
      XCTAssertEqual(report.notes, [])
      XCTAssertTrue(report.nodes == 7 && report.edges.read == 2)
    }
  }

  /// What the metadata promise, and what sets promise of each other.
  func testPromises() throws {
    let inputs = try Inputs()
    func refused(_ says: String, line: UInt = #line, _ change: (String) throws -> Void) throws {
      let path = try folder(inputs)
      try change(path)
      assertRefused(says, line: line) { try inputs.ingest(path) }
    }
    try refused("feat.npy: expected 7 nodes, as \(inputs.path("set"))/metadata.yaml has, found 6") {
      try ForeignArray([Double](repeating: 1, count: 12), [6, 2]).write(to: $0 + "/features/feat.npy")
    }
    try refused("weight.npy: expected 7 rows, one for each edge, found 6") {
      try ForeignArray([Double](repeating: 1, count: 6)).write(to: $0 + "/features/weight.npy")
    }
    try refused("edges.npy: edge 1: node id 7 is out of range") {
      try ForeignArray([0, 7, 1, 1, 2, 3], [2, 3], "<i8").write(to: $0 + "/edges/edges.npy")
    }
    try refused("train-seeds.npy: node id 0 has a label before; a set names each node once") {
      try ForeignArray([0, 0], nil, "<i8").write(to: $0 + "/sets/train-seeds.npy")
    }
    try refused("test-seeds.npy: node id 3 has a label before") {
      try ForeignArray([3, 4], nil, "<i4").write(to: $0 + "/sets/test-seeds.npy")
    }
    // A mask in the place of ids would give each node another's label.
    try refused("train-seeds.npy: node id 0 has a label before") {
      try ForeignArray([1, 0, 0, 1, 0, 0, 0], nil, "<i8").write(to: $0 + "/sets/train-seeds.npy")
      try ForeignArray([0, 1, 2, 3, 0, 1, 2], nil, "<i8").write(to: $0 + "/sets/train-labels.npy")
    }
  }

  /// What would cost more than a data set's metadata ever do is refused before it does.
  func testBombs() throws {
    let folder = try TemporaryFolder()
    func refused(_ text: String, _ says: String, line: UInt = #line) throws {
      let path = folder.file("metadata.yaml")
      try Data(text.utf8).write(to: URL(fileURLWithPath: path))
      assertRefused(says, line: line) { _ = try GraphBoltMetadata(reading: path) }
    }
    let levels = (1...9).map {
      "l\($0): &l\($0) [" + Array(repeating: "*l\($0 - 1)", count: 9).joined(separator: ",") + "]"
    }
    try refused("l0: &l0 x\n" + levels.joined(separator: "\n"), "metadata have no aliases")
    try refused(String(repeating: "[", count: 200_000), "not YAML: ")
    try refused("a: [" + String(repeating: "1,", count: 30_000) + "1]", "more than 20000 values")
    try refused("a: " + String(repeating: "x", count: 2 << 20), "expected at most 1.0 MiB, found more")
    try refused("", "the file is of another type than a GraphBolt data set has")
    try refused("graph: 7", "\"graph\" is of another type than a GraphBolt data set has")
  }

  func testWhatIsWrongIsNamed() throws {
    let inputs = try Inputs()
    func refused(_ says: String, _ old: String, _ new: String, line: UInt = #line) throws {
      let path = try folder(inputs, old, new)
      let before = try FolderContents(inputs.folder.path)
      assertRefused(says, line: line) { try inputs.ingest(path) }
      XCTAssertEqual(try FolderContents(inputs.folder.path).differences(from: before), [], line: line)
    }
    let edges = "    - {format: numpy, path: edges/edges.npy}\n"
    try refused("metadata.yaml: expected a field \"graph\", found none", "graph:", "graphs:")
    try refused("metadata.yaml: \"graph.nodes", "num: 7", "num: many")
    try refused("not YAML: ", "graph:", "graph: [")
    try refused("expected one type of nodes and of edges, found 1 and 2", edges, edges + edges)
    try refused(
      "expected format csv or numpy, found torch", "{format: numpy, path: edges", "{format: torch, path: edges")
    try refused("expected edges of shape (2, E), found (7, 2)", "edges/edges.npy", "features/feat.npy")
    try refused("expected node features called \"feat\", found x, year", "name: feat", "name: x")
    try refused(
      "metadata.yaml: expected format numpy, found torch", "name: seeds, format: numpy", "name: seeds, format: torch")
    try refused("expected seeds in a set, found nodes, labels", "name: seeds", "name: nodes")
    try refused(
      "expected one item in a set, of the one type of nodes, found 2", "    train_set:\n",
      "    train_set:\n      - {data: [{name: seeds, format: numpy, path: sets/test-seeds.npy}]}\n")
    try refused("missing.npy: cannot open", "sets/test-labels.npy", "missing.npy")
    try refused("expected a class for each of 2 nodes", "sets/train-labels.npy", "sets/validation-labels.npy")
    try refused("metadata.yaml: expected a label from 0 to 0", "num_classes: 4", "num_classes: 1")
    for count in ["0", "-1", "\(Int.min)", "\(Int.max)"] {
      try refused("expected from 1 to 2^31 − 1 classes, found \(count)", "num_classes: 4", "num_classes: \(count)")
    }
    try refused("node id 6 is out of range (there are 6 nodes", "num: 7", "num: 6")
  }
}
