import GasStore
import TestSupport
import XCTest

@testable import GasFormats
@testable import GasIngest

final class SplitTests: XCTestCase {
  /// Nodes 10, 20, 30, 40 unless the options say otherwise.
  @discardableResult
  private func ingest(_ inputs: Inputs, _ change: (inout IngestOptions) -> Void) throws -> IngestReport {
    try inputs.ingest(inputs.text("10 20\n20 30\n30 40\n")) {
      $0.partitioner = .random
      $0.partitionCount = 2
      $0.replacesExisting = true
      change(&$0)
    }
  }

  private func splits(_ inputs: Inputs, _ train: String?, _ val: String?, _ test: String?) throws -> [[UInt8]] {
    try ingest(inputs) { $0.splitParts = Self.parts(train, val, test) }
    return try inputs.contents().splits()
  }

  private static func parts(_ train: String?, _ val: String?, _ test: String?) -> [SplitPart: String] {
    [.train: train, .validation: val, .test: test].compactMapValues { $0 }
  }

  func testIdsAndMasks() throws {
    let inputs = try Inputs()
    let train = try inputs.array([10, 40] as [Int64], "train.npy")
    let val = try inputs.mask([false, true, false, false], [4], "val.npy")
    let test = try inputs.text("30\n", "test.txt")
    XCTAssertEqual(try splits(inputs, train, val, test), [[1], [2], [3], [1]])
    let bytes = try inputs.array([0, 0, 1, 0] as [UInt8], "bytes.npy")
    XCTAssertEqual(try splits(inputs, train, nil, bytes), [[1], [0], [3], [1]])
    let report = try ingest(inputs) { $0.splitParts = Self.parts(train, nil, bytes) }
    XCTAssertEqual([report.splits[0].train, report.splits[0].validation, report.splits[0].test], [2, 0, 1])
  }

  func testMasksWithAColumnForEachSplit() throws {
    let inputs = try Inputs()
    let train = try inputs.mask([true, false, false, true, false, false, false, false], [4, 2], "train.npy")
    let val = try inputs.mask([false, true, true, false, false, false, false, false], [4, 2], "val.npy")
    // One test set for both, as WikiCS has.
    let test = try inputs.array([30, 40] as [Int32], "test.npy")
    XCTAssertEqual(try splits(inputs, train, val, test), [[1, 2], [2, 1], [3, 3], [3, 3]])
    let three = try inputs.mask([Bool](repeating: false, count: 12), [4, 3], "three.npy")
    assertRefused("train.npy: expected 3 columns, one for each split as in the other parts, found 2") {
      try ingest(inputs) { $0.splitParts = Self.parts(train, three, nil) }
    }
  }

  func testManySplitsInOneFile() throws {
    let inputs = try Inputs()
    let path = inputs.path("splits.npz")
    let writer = try NpzWriter(creating: path)
    for (split, ids) in [[10, 20, 30], [40, 10, 20]].enumerated() {
      for (part, id) in zip(["train", "val", "test"], ids) { try writer.add("\(part)_\(split)", [Int64(id)]) }
    }
    try writer.finish()
    try ingest(inputs) { $0.splits = path }
    XCTAssertEqual(try inputs.contents().splits(), [[1, 2], [2, 3], [3, 0], [0, 1]])
    let one = try NpzWriter(creating: path)
    try one.add("train", [10 as Int64])
    try one.add("test", [20 as Int64])
    try one.finish()
    try ingest(inputs) { $0.splits = path }
    XCTAssertEqual(try inputs.contents().splits(), [[1], [3], [0], [0]])
  }

  /// As PyTorch Geometric calls them, and the ten splits of Geom-GCN: a file each.
  func testMasksByTheirUsualNames() throws {
    let inputs = try Inputs()
    let path = inputs.path("masks.npz")
    let masks = try NpzWriter(creating: path)
    try masks.add("train_mask", [1, 0, 0, 1] as [UInt8])
    try masks.add("val_mask", [0, 1, 0, 0] as [Float])
    try masks.add("test_mask", [0, 0, 1, 0] as [Int64])
    try masks.finish()
    try ingest(inputs) { $0.splits = path }
    XCTAssertEqual(try inputs.contents().splits(), [[1], [2], [3], [1]])
    let both = try NpzWriter(creating: path)
    try both.add("train_mask", [1, 0, 0, 1] as [UInt8])
    try both.add("train", [10 as Int64])
    try both.finish()
    assertRefused("without gaps, found \"train_mask\"") { try ingest(inputs) { $0.splits = path } }
  }

  func testSplitFilesWithOtherNamesAreRefused() throws {
    let inputs = try Inputs()
    let path = inputs.path("splits.npz")
    for (names, text) in [
      (["a", "b"], "expected arrays train_0, val_0, test_0, …, found a, b"),
      (["train_0", "train_2"], "without gaps, found \"train_2\""),
    ] {
      let writer = try NpzWriter(creating: path)
      for name in names { try writer.add(name, [10 as Int64]) }
      try writer.finish()
      assertRefused(text) { try ingest(inputs) { $0.splits = path } }
    }
  }

  func testNamesOfNodes() throws {
    let inputs = try Inputs()
    let edges = try inputs.text("a b\nb c\n", "names.tsv")
    let train = try inputs.names(["c"], "train.npy")
    let val = try inputs.text("a\n", "val.txt")
    let test = try inputs.array([0, 1, 0] as [UInt8], "test.npy")
    try inputs.ingest(edges) {
      $0.format.hasStringIds = true
      $0.splitParts = Self.parts(train, val, test)
    }
    XCTAssertEqual(try inputs.contents().splits(), [[2], [3], [1]])
    func refused(_ text: String, _ path: String) {
      assertRefused(text) {
        try inputs.ingest(edges) {
          $0.format.hasStringIds = true
          $0.replacesExisting = true
          $0.splitParts = [.train: path]
        }
      }
    }
    refused("element 1: node id \"z\" is unknown", try inputs.names(["a", "z"], "x.npy"))
    refused("y.txt:2: node id \"z\" is unknown", try inputs.text("a\nz\n", "y.txt"))
    refused("expected names of nodes, or a mask, found <i8", try inputs.array([0, 1] as [Int64], "z.npy"))
  }

  func testUnknownIdsAreNamed() throws {
    let inputs = try Inputs()
    func refused(_ text: String, _ path: String, nodes: Int? = nil) {
      assertRefused(text) {
        try inputs.ingest(nodes == nil ? inputs.text("10 20\n") : inputs.text("0 1\n")) {
          $0.nodeCount = nodes
          $0.replacesExisting = true
          $0.splitParts = [.test: path]
        }
      }
    }
    let path = try inputs.array([10, 11] as [Int64], "test.npy")
    refused("test.npy: element 1: node id 11 is unknown", path)
    refused("test.npy: element 0: node id 10 is out of range (there are 5 nodes, ids 0 to 4)", path, nodes: 5)
    refused("test.txt:3: node id -1 is out of range", try inputs.text("# ids\n1\n-1\n", "test.txt"), nodes: 5)
    refused("test.txt:1: expected a node id, found \"one\"", try inputs.text("one\n", "test.txt"), nodes: 5)
    refused("expected integer node ids, found text (element 0: \"a\")", try inputs.names(["a"], "names.npy"), nodes: 5)
    refused("expected whole numbers, found 0.5 (element 1)", try inputs.array([0, 0.5] as [Float], "floats.npy"))
    refused("expected whole numbers, found nan (element 0)", try inputs.array([.nan, 1] as [Double], "nan.npy"))
    refused(
      "expected a vector of node ids, or a mask of 2 rows, found <f4 of shape (1,); save a mask as 2 numbers 0 and 1, and make ids "
        + "integers from the start: floats may have been rounded", try inputs.array([10 as Float], "float-ids.npy"))
    refused(
      "found <i8 of shape (1, 1); save ids as a vector, a.ravel()",
      try inputs.array([10 as Int64], [1, 1], "column.npy"))
    refused(
      "expected a mask of 2 values, or node ids, each of them once, found 3 values",
      try inputs.mask([true, false, false], [3], "long.npy"))
  }

  func testANodeIsInOnePartOnly() throws {
    let inputs = try Inputs()
    let train = try inputs.array([20] as [Int64], "train.npy")
    let test = try inputs.array([10, 20] as [Int64], "test.npy")
    assertRefused("test.npy: node id 20 is in train and in test") {
      try ingest(inputs) { $0.splitParts = Self.parts(train, nil, test) }
    }
    let twice = try inputs.array([20, 20] as [Int64], "twice.npy")
    assertRefused("twice.npy: element 1: node id 20 stands twice in train; name each node once") {
      _ = try splits(inputs, twice, nil, nil)
    }
  }

  func testMasksHoldZerosAndOnes() throws {
    let inputs = try Inputs()
    let path = try inputs.array([0, 1, 2, 3] as [UInt8], "mask.npy")
    assertRefused("mask.npy: element 0: node id 0 is unknown; a mask holds 0 and 1 alone") {
      try ingest(inputs) { $0.splitParts = [.train: path] }
    }
  }
}
