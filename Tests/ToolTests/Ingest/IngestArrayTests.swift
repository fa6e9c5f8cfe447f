import GasFormats
import XCTest

/// `gas-ingest` and arrays of the wrong shape, type or content.
final class IngestArrayTests: ToolTestCase {
  override func setUpWithError() throws {
    try super.setUpWithError()
    try write("0 1\n1 2\n2 3\n", to: "edges.tsv")
  }

  func testFeatures() throws {
    try write([Float]([0, 1, 2, 3]), to: "vector.npy")
    try assertRefused(
      .ingest, "edges.tsv", "--features", "vector.npy", "-o", "s", says: "vector.npy: expected features")
    try write([Float](repeating: 1, count: 6), shape: [3, 2], to: "short.npy")
    try assertRefused(.ingest, "edges.tsv", "--features", "short.npy", "-o", "s", says: "edges.tsv:3: node id 3")
    for value in [Float.nan, .infinity] {
      try write([1, 2, 3, 4, 5, value, 7, 8], shape: [4, 2], to: "holes.npy")
      try assertRefused(
        .ingest, "edges.tsv", "--features", "holes.npy", "-o", "s", says: "holes.npy", "row 2", "column 1")
    }
    try write([Float](repeating: 1, count: 8), shape: [4, 2], to: "whole.npy")
    truncate(file("whole.npy"), 150)
    try assertRefused(.ingest, "edges.tsv", "--features", "whole.npy", "-o", "s", says: "whole.npy at offset")
    try write("not an array", to: "text.npy")
    try assertRefused(
      .ingest, "edges.tsv", "--features", "text.npy", "-o", "s",
      says: "text.npy at offset 0: expected the magic bytes of a .npy file")
    try assertRefused(
      .ingest, "edges.tsv", "--features", "edges.tsv", "-o", "s", says: "edges.tsv: expected a .npy array")
  }

  /// One number too large for the precision that is asked for.
  func testFeaturesThatDoNotFitTheirType() throws {
    try write([Float]([1, 2, 3, 1e6]), shape: [4, 1], to: "features.npy")
    try assertRefused(
      .ingest, "edges.tsv", "--features", "features.npy", "--feature-type", "float16", "-o", "s", says: "features.npy")
  }

  func testMatricesOfSciPy() throws {
    func write(_ name: String, indptr: [Int32], indices: [Int32], format: String = "csr") throws {
      let archive = try NpzWriter(creating: file(name))
      try archive.add("indptr", indptr)
      try archive.add("indices", indices)
      try archive.add("data", [Float](repeating: 1, count: indices.count))
      try archive.add("shape", [Int64]([4, 3]))
      try archive.add("format", text: format)
      try archive.finish()
    }
    func refuse(_ name: String, line: UInt = #line) throws {
      try assertRefused(.ingest, "edges.tsv", "--features", name, "-o", "s", says: name, line: line)
    }
    try write("good.npz", indptr: [0, 1, 2, 2, 3], indices: [0, 2, 1])
    try succeed(.ingest, "edges.tsv", "--features", "good.npz", "-o", "good.store")
    try write("csc.npz", indptr: [0, 1, 2, 2, 3], indices: [0, 2, 1], format: "csc")
    try refuse("csc.npz")
    try write("outside.npz", indptr: [0, 1, 2, 2, 3], indices: [0, 3, 1])
    try refuse("outside.npz")
    try write("decreasing.npz", indptr: [0, 2, 1, 2, 3], indices: [0, 2, 1])
    try refuse("decreasing.npz")
    try write("short.npz", indptr: [0, 1, 3], indices: [0, 2, 1])
    try refuse("short.npz")
    for length in [0, 10, 100, 400] {
      try write("cut.npz", indptr: [0, 1, 2, 2, 3], indices: [0, 2, 1])
      truncate(file("cut.npz"), off_t(length))
      try refuse("cut.npz")
    }
  }

  func testLabels() throws {
    try write([Int64]([0, 1, -2, 1]), to: "labels.npy")
    try assertRefused(.ingest, "edges.tsv", "--labels", "labels.npy", "-o", "s", says: "labels.npy", "-2", "row 2")
    try write([Int64]([0, 1, 5, -1]), to: "labels.npy")
    try assertRefused(
      .ingest, "edges.tsv", "--labels", "labels.npy", "--classes", "5", "-o", "s", says: "labels.npy",
      "label 5 out of range in row 2")
    try write([Float]([0, 1, 0.5, 1]), to: "labels.npy")
    try assertRefused(.ingest, "edges.tsv", "--labels", "labels.npy", "-o", "s", says: "labels.npy")
    try write([UInt8]([0, 1, 2, 1, 0, 0, 1, 1]), shape: [4, 2], to: "labels.npy")
    try assertRefused(.ingest, "edges.tsv", "--labels", "labels.npy", "-o", "s", says: "labels.npy", "row 1")
    try write([Int64]([0, 1]), to: "labels.npy")
    try assertRefused(.ingest, "edges.tsv", "--labels", "labels.npy", "-o", "s", says: "edges.tsv:3: node id 2")
    try write([Float](repeating: 1, count: 10), shape: [5, 2], to: "features.npy")
    try assertRefused(
      .ingest, "edges.tsv", "--features", "features.npy", "--labels", "labels.npy", "-o", "s", says: "labels.npy",
      "features.npy", "2")
  }

  func testSplits() throws {
    try write([Int64]([0, 4]), to: "train.npy")
    try assertRefused(.ingest, "edges.tsv", "--train", "train.npy", "-o", "s", says: "train.npy", "node id 4")
    try write([Int64]([0, -1]), to: "train.npy")
    try assertRefused(.ingest, "edges.tsv", "--train", "train.npy", "-o", "s", says: "train.npy", "node id -1")
    try write("0\n77\n", to: "train.txt")
    try assertRefused(.ingest, "edges.tsv", "--train", "train.txt", "-o", "s", says: "train.txt:2", "77")
    let header = "{'descr': '|b1', 'fortran_order': False, 'shape': (3,), }"
    let mask = [0x93] + Array("NUMPY\u{1}\0".utf8) + [UInt8(header.utf8.count), 0] + Array(header.utf8) + [1, 0, 1]
    try Data(mask).write(to: URL(fileURLWithPath: file("mask.npy")))
    try assertRefused(.ingest, "edges.tsv", "--train", "mask.npy", "-o", "s", says: "mask.npy")
    try write([Int64]([0, 1]), to: "train.npy")
    try write([Int64]([2, 1]), to: "val.npy")
    try assertRefused(
      .ingest, "edges.tsv", "--train", "train.npy", "--val", "val.npy", "-o", "s", says: "val.npy",
      "node id 1 is in train and in val")
  }

  /// Ids of the user's own: what a split or an edge names has to be among them.
  func testUnknownIds() throws {
    try write("ant bee\nbee cat\n", to: "names.tsv")
    try write("ant\nbee\n", to: "ids.txt")
    try assertRefused(
      .ingest, "names.tsv", "--string-ids", "--ids", "ids.txt", "-o", "s", says: "names.tsv:2: node id \"cat\"",
      "ids.txt")
    try write("ant\nbee\nant\n", to: "ids.txt")
    try assertRefused(
      .ingest, "names.tsv", "--string-ids", "--ids", "ids.txt", "-o", "s", says: "ids.txt:3: id \"ant\" stands twice")
    try write("ant\ndog\n", to: "train.txt")
    try assertRefused(
      .ingest, "names.tsv", "--string-ids", "--train", "train.txt", "-o", "s", says: "train.txt:2", "\"dog\"")
    try write("5\n0\n1\n2\n3\n5\n", to: "ids.txt")
    try assertRefused(.ingest, "edges.tsv", "--ids", "ids.txt", "-o", "s", says: "ids.txt:6")
  }

  func testPartitions() throws {
    try assertRefused(.ingest, "edges.tsv", "--partitions", "5", "-o", "s", says: "from 1 to 4 partitions")
    try write("0\n1\n0\n", to: "parts.txt")
    try assertRefused(
      .ingest, "edges.tsv", "--partitioner", "file:parts.txt", "-o", "s",
      says: "parts.txt: expected 4 partition numbers")
    try write("0\n1\n-1\n0\n", to: "parts.txt")
    try assertRefused(.ingest, "edges.tsv", "--partitioner", "file:parts.txt", "-o", "s", says: "parts.txt", "-1")
    try write("0\n1\nx\n0\n", to: "parts.txt")
    try assertRefused(.ingest, "edges.tsv", "--partitioner", "file:parts.txt", "-o", "s", says: "parts.txt:3")
  }
}
