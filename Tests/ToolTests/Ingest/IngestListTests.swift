import GasStore
import TestSupport
import XCTest

/// `gas-ingest` and lists of nodes and labels that could be taken for something else: what it makes of them, and what
/// it says.
final class IngestListTests: ToolTestCase {
  override func setUpWithError() throws {
    try super.setUpWithError()
    try write("0 1\n1 2\n2 3\n3 4\n4 5\n", to: "edges.tsv")
  }

  /// The nodes that are trained on.
  private func trained() throws -> [UInt32] {
    let store = try Store(opening: file("s"))
    let order = try store.column(.order).array(0..<store.nodeCount, as: UInt32.self)
    let parts = try store.column(.splits).array(0..<store.nodeCount, as: UInt8.self)
    return zip(order, parts).filter { $0.1 == SplitPart.train.rawValue }.map(\.0).sorted()
  }

  func testMasks() throws {
    let mask: [Double] = [0, 1, 1, 0, 1, 0]
    for type in ["<i8", ">i8", "<f4", "|u1", "|b1"] {
      try ForeignArray(mask, nil, type).write(to: file("mask.npy"))
      let report = try json(.ingest, "edges.tsv", "--train", "mask.npy", "-o", "s", "--overwrite")
      XCTAssertEqual(try trained(), [1, 2, 4], type)
      XCTAssertEqual((report["splits"] as? [[String: Int]])?.first?["train"], 3, type)
      XCTAssertEqual(report["notes"] as? [String], [], type)
    }
    try write("0\n1\n1\n0\n1\n0\n", to: "mask.txt")
    try succeed(.ingest, "edges.tsv", "--train", "mask.txt", "-o", "s", "--overwrite")
    XCTAssertEqual(try trained(), [1, 2, 4])
    try write([Int64]([0, 1]), to: "ids.npy")
    let said = try succeed(.ingest, "edges.tsv", "--train", "ids.npy", "-o", "s", "--overwrite")
    XCTAssertEqual(try trained(), [0, 1])
    XCTAssertTrue(said.contains("note         ids.npy: 2 values of 0 and 1, taken as node ids; a mask has 6\n"), said)
    try write([Int64]([0, 1, 1, 0, 1]), to: "short.npy")
    try assertRefused(
      .ingest, "edges.tsv", "--train", "short.npy", "-o", "t", says: "short.npy: expected a mask of 6 values",
      "found 5 values")
    try write([Int64]([3, 5, 3]), to: "twice.npy")
    try assertRefused(
      .ingest, "edges.tsv", "--val", "twice.npy", "-o", "t", says: "twice.npy: element 2: node id 3 stands twice in val"
    )
  }

  func testLabels() throws {
    try write([UInt8]([0, 1, 5, 255, 255, 1]), to: "labels.npy")
    try write([Int64]([0, 3]), to: "train.npy")
    var said = try succeed(.ingest, "edges.tsv", "--labels", "labels.npy", "-o", "s")
    for text in [
      "labels       256 classes; 252 of them without nodes; 0 to 2 nodes each\n",
      "note         labels.npy: 252 of 256 classes have no node (2 to 4, 6 to 254); if 255, which 2 nodes have, means no label, save -1 in a signed type\n",
    ] { XCTAssertTrue(said.contains(text), said) }
    try write([Float]([0, 1, 1, .nan, -1, 2]), to: "labels.npy")
    said = try succeed(.ingest, "edges.tsv", "--labels", "labels.npy", "--train", "train.npy", "-o", "s", "--overwrite")
    for text in [
      "labels       3 classes; nodes of each: 1, 2, 1; 2 nodes without a label\n",
      "split 0      train 2 (1 without a label), val 0, test 0\n",
    ] { XCTAssertTrue(said.contains(text), said) }
    let report = try json(
      .ingest, "edges.tsv", "--labels", "labels.npy", "--train", "train.npy", "-o", "s", "--overwrite")
    XCTAssertEqual(report["classNodes"] as? [Int], [1, 2, 1])
    XCTAssertEqual(report["unlabelledNodes"] as? Int, 2)
    XCTAssertEqual((report["splits"] as? [[String: Int]])?.first?["unlabelledTrain"], 1)
  }

  func testKindsOfLabels() throws {
    try write([UInt8]([1, 0, 0, 1, 0, 1, 1, 0, 1, 0, 0, 1]), shape: [6, 2], to: "labels.npy")
    let report = try json(.ingest, "edges.tsv", "--labels", "labels.npy", "-o", "s")
    XCTAssertEqual(report["labelKind"] as? String, "single")
    XCTAssertEqual(
      report["notes"] as? [String],
      ["labels.npy: each row has exactly one 1, taken as one of 2 classes (--label-kind multi-label: several a node)"])
    let several = try json(
      .ingest, "edges.tsv", "--labels", "labels.npy", "--label-kind", "multi-label", "-o", "s", "--overwrite")
    XCTAssertEqual(several["labelKind"] as? String, "multi")
    XCTAssertEqual(several["notes"] as? [String], [])
    try assertRefused(.ingest, "edges.tsv", "--label-kind", "classes", "-o", "t", says: "--label-kind", "pass --labels")
    try assertUsage(.ingest, "edges.tsv", "--label-kind", "one-hot", "-o", "t", says: "'one-hot' is invalid")
    let help = try succeed(.ingest, "store", "--help")
    for text in ["--label-kind <label-kind>", "NaN for none"] { XCTAssertTrue(help.contains(text), help) }
  }

  func testFortranOrder() throws {
    let ends: [Double] = [0, 1, 1, 2, 2, 3, 3, 4, 4, 5, 5, 0]
    for (order, isFortran) in [("<", true), (">", true), (">", false)] {
      try ForeignArray(ends, [6, 2], order + "i8", fortran: isFortran).write(to: file("edges.npy"))
      let report = try json(.ingest, "edges.npy", "-o", "s", "--overwrite")
      XCTAssertEqual((report["edges"] as? [String: Int])?["kept"], 6)
      XCTAssertEqual(report["nodes"] as? Int, 6)
      try succeed(.stat, "verify", "s")
      XCTAssertTrue(try succeed(.ingest, "edges.npy", "-o", "t", "--plan").contains("edges        6,"))
    }
  }
}
