import Foundation
import GasStore
import TestSupport
import XCTest

/// What people see of numbers that are too large.
final class NumberTests: ToolTestCase {
  /// ../shared/cases/make-hub.py, smaller: one node is joined to all others.
  private func makeHub(nodes: Int = 600, scale: Float = 1) throws {
    var edges: [Int32] = []
    for node in 1..<Int32(nodes) { edges += [0, node, node, node * 7 % Int32(nodes)] }
    try write(edges, shape: [edges.count / 2, 2], to: "edges.npy")
    let labels = (0..<nodes).map { Int64($0 % 3) }
    let features = (0..<nodes).flatMap { node in (0..<4).map { Float($0 == node % 3 ? 1.25 : 0.25) * scale } }
    try write(features, shape: [nodes, 4], to: "features.npy")
    try write(labels, to: "labels.npy")
    for (part, name) in ["train", "val", "test"].enumerated() {
      try write((0..<nodes / 3).map { Int64(3 * $0 + part) }, to: "\(name).npy")
    }
    try succeed(
      .ingest, "edges.npy", "--features", "features.npy", "--labels", "labels.npy", "--train", "train.npy", "--val",
      "val.npy", "--test", "test.npy", "--partitions", "4", "--output", "hub.store")
  }

  func testAHubInFloat16() throws {
    try makeHub(scale: 2000)
    try succeed(.run, "train", "hub.store", "--model", "gin", "--layers", "5", "--epochs", "3", "--run", "a")
    let infer = ["infer", "hub.store", "--run", "a", "--logits", "l.npy"]
    try assertRefused(
      .run, infer[0], infer[1], infer[2], infer[3], infer[4], infer[5], "--history-type", "float16",
      says: "of node 0 is", "rows in float16 hold no more than 65504; pass --history-type bfloat16 or float32")
    for type in ["float32", "bfloat16", "int8"] {
      try succeed(
        .run, infer[0], infer[1], infer[2], infer[3], infer[4], infer[5], "--history-type", type, "--overwrite",
        "--embeddings", "e.npy")
      for name in ["l.npy", "e.npy"] {
        let data = try Data(contentsOf: URL(fileURLWithPath: file(name)))
        let numbers = data.dropFirst(128).withUnsafeBytes { bytes in
          (0..<bytes.count / 4).map { bytes.loadUnaligned(fromByteOffset: 4 * $0, as: Float.self) }
        }
        XCTAssertTrue(numbers.count >= 1800 && numbers.allSatisfy(\.isFinite) && numbers.contains { $0 != 0 }, type)
      }
    }
    let train = ["train", "hub.store", "--model", "gin", "--layers", "5", "--run", "b", "--history-type", "float16"]
    let result = try Tool.run.run(train, in: folder.path)
    XCTAssertEqual(result.status, 1)
    assertOneLine(result, of: .run, result.errors)
    XCTAssertTrue(result.errors.contains("rows in float16 hold no more than 65504"), result.errors)
    XCTAssertFalse(FileManager.default.fileExists(atPath: file("hub.store/runs/b")), "nothing was trained")
  }

  func testARunThatFailedGoesOnWithAnotherRate() throws {
    try makeStore()
    try succeed(.run, "train", "g.store", "--epochs", "2", "--run", "a")
    let result = try Tool.run.run(
      ["resume", "g.store", "--run", "a", "--epochs", "9", "--lr", "1e30"], in: folder.path)
    XCTAssertEqual(result.status, 1)
    assertOneLine(result, of: .run, result.errors)
    for text in ["--lr", "epoch 2 is kept, and gas-run resume goes on from there with another --lr, --clip or"] {
      XCTAssertTrue(result.errors.contains(text), result.errors)
    }
    try succeed(
      .run, "resume", "g.store", "--run", "a", "--epochs", "4", "--lr", "0.005", "--clip", "1", "--history-type",
      "bfloat16")
    let config = try String(contentsOfFile: file("g.store/runs/a/config.json"), encoding: .utf8)
    for text in ["\"lr\" : 0.005", "\"clip\" : 1", "\"history-type\" : \"bfloat16\""] {
      XCTAssertTrue(config.contains(text), config)
    }
    try assertRefused(.run, "resume", "g.store", "--run", "a", "--lr=-1", says: "expected lr to be above 0")
    try succeed(.run, "train", "g.store", "--epochs", "1", "--run", "p", "--schedule", "plateau")
    try assertRefused(.run, "resume", "g.store", "--run", "p", "--lr", "0.1", says: "schedule plateau")
  }

  func testInfiniteDriftIsNull() throws {
    try makeStore()
    try succeed(.run, "train", "g.store", "--epochs", "2", "--run", "a")
    let path = file("g.store/runs/a/history-1.gascol")
    try FileManager.default.removeItem(atPath: file("g.store/runs/a/histories.json"))
    for bytes in [[0, 0, 0x80, 0x7f], [0, 0, 0xc0, 0x7f], [0, 0, 0x80, 0xff]] as [[UInt8]] {
      let handle = try XCTUnwrap(FileHandle(forWritingAtPath: path))
      try handle.seekToEnd()
      try handle.seek(toOffset: try handle.offset() - 4)
      try handle.write(contentsOf: bytes)
      try handle.close()
      let report = try json(.stat, "g.store", "--run", "a")
      let now = try XCTUnwrap((report["now"] as? [[String: Any]])?.first)
      XCTAssertTrue(now["drift"] is NSNull && now["largestDistance"] is NSNull, "\(now)")
      XCTAssertTrue(try succeed(.stat, "g.store", "--run", "a").contains("as they are now"))
    }
  }

  func testFeaturesOf1e38() throws {
    try makeHub(scale: 1e38)
    for model in ["gcn", "gin", "sage", "gat"] {
      let result = try Tool.run.run(["train", "hub.store", "--model", model, "--run", model], in: folder.path)
      XCTAssertEqual(result.status, 1, model)
      XCTAssertTrue(result.errors.contains("--feature-norm standard"), result.errors)
      XCTAssertEqual(result.output, "")
    }
  }
}
