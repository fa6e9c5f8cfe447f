import Foundation
import GasBase
import GasStore
import TestSupport
import XCTest

@testable import GasIngest

/// What ingest refuses leaves nothing behind and nothing damaged.
final class FailureTests: XCTestCase {
  /// Ingests something wrong, once to a new name and once over a store that is there.
  private func refused(
    _ inputs: Inputs, _ text: String, _ edges: String, line: UInt = #line,
    _ change: (inout IngestOptions) -> Void = { _ in }
  ) throws {
    if !FileManager.default.fileExists(atPath: inputs.store) {
      try inputs.ingest(inputs.text("0 1\n", "good.tsv"))
    }
    let before = try FolderContents(inputs.folder.path)
    for (output, replaces) in [(inputs.path("new.store"), false), (inputs.store, true)] {
      assertRefused(text, line: line) {
        try inputs.ingest(edges) {
          $0.output = output
          $0.replacesExisting = replaces
          change(&$0)
        }
      }
      XCTAssertEqual(before.differences(from: try FolderContents(inputs.folder.path)), [], line: line)
    }
  }

  func testEachStageCleansUp() throws {
    let inputs = try Inputs()
    let good = try inputs.text("0 1\n1 2\n", "edges.tsv")
    let bad = try inputs.text("0 1\n1 x\n", "bad.tsv")
    let labels = try inputs.array([0, -7, 1] as [Int64], "labels.npy")
    let split = try inputs.array([5] as [Int64], "split.npy")
    let features = try inputs.array([1e6, 1e6, 1e6] as [Float], [3, 1], "features.npy")
    let partitions = try inputs.text("0\n0\n", "partitions.txt")
    try refused(inputs, "missing.tsv: cannot open", inputs.path("missing.tsv"))
    try refused(inputs, "bad.tsv:2: expected two integer node ids, found \"1 x\"", bad)
    try refused(inputs, "label -7 out of range in row 1", good) { $0.labels = labels }
    try refused(inputs, "node id 5 is out of range", good) { $0.splitParts[.train] = split }
    try refused(inputs, "does not fit into float16", good) {
      $0.features = features
      $0.featureType = .float16
    }
    try refused(inputs, "expected 3 partition numbers", good) { $0.partitioner = .file(partitions) }
    try refused(inputs, "expected from 1 to 3 partitions (there are so many nodes), found --partitions 4", good) {
      $0.partitionCount = 4
    }
    try refused(inputs, "found --partitions 0", good) { $0.partitionCount = 0 }
  }

  func testEmptyGraphsAreRefused() throws {
    let inputs = try Inputs()
    try refused(inputs, "the graph is empty: no edges", try inputs.text("# nothing\n\n", "none.tsv"))
    try refused(inputs, "the graph is empty: no edges", try inputs.text("", "void.tsv")) { $0.nodeCount = 3 }
    try refused(inputs, "the graph is empty: all edges are self-loops", try inputs.text("1 1\n", "loop.tsv")) {
      $0.selfLoops = .drop
    }
    try refused(inputs, "the graph is empty: no edges", try inputs.array([Int64](), [0, 2], "none.npy"))
  }

  func testAnExistingStoreIsNotReplacedUnasked() throws {
    let inputs = try Inputs()
    try inputs.ingest(inputs.text("0 1\n"))
    let before = try FolderContents(inputs.folder.path)
    assertRefused("out.store: already exists; name another --output, or pass --overwrite") {
      try inputs.ingest(inputs.path("edges.tsv"))
    }
    XCTAssertEqual(before.differences(from: try FolderContents(inputs.folder.path)), [])
    try inputs.ingest(inputs.text("0 1\n1 2\n")) { $0.replacesExisting = true }
    XCTAssertEqual(try inputs.contents().store.nodeCount, 3)
    XCTAssertEqual(
      try FileManager.default.contentsOfDirectory(atPath: inputs.folder.path).sorted(), ["edges.tsv", "out.store"])
  }

  func testFoldersThatAreNoStoresAreNeverReplaced() throws {
    let inputs = try Inputs()
    try FileManager.default.createDirectory(atPath: inputs.store, withIntermediateDirectories: true)
    try inputs.text("precious", "out.store/thesis.tex")
    assertRefused("is not a store, so it is not overwritten") {
      try inputs.ingest(inputs.text("0 1\n")) { $0.replacesExisting = true }
    }
    XCTAssertTrue(FileManager.default.fileExists(atPath: inputs.path("out.store/thesis.tex")))
  }
}
