import Foundation
import GasBase
import GasFormats
import XCTest

/// Sizes that no machine has: one line that names the number, before anything is written, and nothing left behind.
final class SizeTests: ToolTestCase {
  func testClassesThatNoLabelHas() throws {
    try makeStore()
    func ingest(_ classes: String, says: String) throws {
      try assertRefused(
        .ingest, "data/edges.npy", "--labels", "data/labels.npy", "--classes", classes, "--output", "h.store",
        says: says)
    }
    try ingest(
      "2147483647",
      says: "expected at most 1048576 classes, where the largest label is 2, found --classes 2147483647")
    try ingest("1048577", says: "found --classes 1048577")
    try ingest("2147483648", says: "expected from 1 to 2^31 − 1 classes, found 2147483648")
  }

  func testMatricesTooWide() throws {
    try write("0 1\n1 2\n", to: "edges.txt")
    try ScipyMatrix.write(
      starts: [0, 1, 2, 3], indices: [0, 1, 2], values: [1, 1, 1], width: 1 << 31, to: file("wide.npz"))
    try ScipyMatrix.write(
      starts: [0, 1, 2, 3], indices: [0, 1, 2], values: [1, 1, 1], width: (1 << 31) - 1, to: file("large.npz"))
    func ingest(_ arguments: String..., says: String, status: ExitStatus = .failed) throws {
      let before = try FileManager.default.contentsOfDirectory(atPath: folder.path).sorted()
      let result = try Tool.ingest.run(["edges.txt", "--output", "h.store"] + arguments, in: folder.path)
      XCTAssertEqual(result.status, status.code, result.errors)
      assertOneLine(result, of: .ingest, "\(arguments): \(result.errors)")
      XCTAssertTrue(result.errors.contains(says), result.errors)
      XCTAssertEqual(try FileManager.default.contentsOfDirectory(atPath: folder.path).sorted(), before)
    }
    for flags in [[], ["--dense-features"]] {
      let result = try Tool.ingest.run(
        ["edges.txt", "--output", "h.store", "--features", "wide.npz"] + flags, in: folder.path)
      assertOneLine(result, of: .ingest, result.errors)
      XCTAssertTrue(
        result.errors.contains("expected from 1 to 2147483647 features, found 2147483648"), result.errors)
    }
    try ingest(
      "--features", "large.npz",
      says: "expected at most 1048576 features, where the last that has a value is column 2, found 2147483647")
    try ingest(
      "--features", "large.npz", "--dense-features",
      says: "a row of 2147483647 features takes up to 32.0 GiB of memory, --memory allows 2.0 GiB",
      status: .refusedBudget)
    try ingest("--labels", "large.npz", says: "expected labels of 1 to 1048576 columns, found 2147483647")
  }

  func testMoreMemoryThanThereIs() throws {
    try makeStore()
    try succeed(
      .ingest, "data/edges.npy", "--memory", "2305843009213693951", "--partitions", "4", "--output", "h.store")
    let plan = try json(.ingest, "data/edges.npy", "--memory", "2305843009213693951", "--plan", "--output", "i.store")
    XCTAssertLessThanOrEqual(try XCTUnwrap(plan["memoryBytes"] as? Int), max(Memory.physicalBytes, 2 << 30))
  }

  func testGraphsThatNoDiskHolds() throws {
    func generate(edges: Int, features: Int, says: String) throws {
      try assertRefused(
        .ingest, "generate", "--nodes", "100", "--edges", "\(edges)", "--features", "\(features)", "--classes", "3",
        "--output", "data", says: says, status: .refusedBudget)
    }
    try generate(edges: 1 << 62, features: 0, says: "of free disk for 100 nodes and 4611686018427387904 edges")
    try generate(edges: .max, features: 1, says: "of free disk")
    for features in [1 << 40, 1 << 61, .max] {
      try generate(edges: 10, features: features, says: "\(features) features of 3 classes take")
    }
  }

  /// Row starts of a compressed matrix that go down would make it another graph; values of another number are no values
  /// of its entries.
  func testMatricesThatAreNotWhatTheySay() throws {
    func write(_ name: String, starts: [Int64], values: [Float]) throws {
      let writer = try NpzWriter(creating: file(name))
      try writer.add("indices", [1, 2, 0] as [Int64])
      try writer.add("indptr", starts)
      try writer.add("format", text: "csr")
      try writer.add("shape", [3, 3] as [Int64])
      try writer.add("data", values)
      try writer.finish()
    }
    try write("down.npz", starts: [0, 3, 1, 3], values: [1, 1, 1])
    try write("short.npz", starts: [0, 1, 2, 3], values: [1, 1])
    for flags in [[], ["--weighted"]] {
      for (name, says) in [("down.npz", "[indptr] at offset"), ("short.npz", "[data]: expected 3 values")] {
        let result = try Tool.ingest.run([name, "--output", "h.store"] + flags, in: folder.path)
        XCTAssertEqual(result.status, 1, name)
        assertOneLine(result, of: .ingest, result.errors)
        XCTAssertTrue(result.errors.contains(says), result.errors)
      }
    }
    for (name, says) in [("down.npz", "[indptr] at offset"), ("short.npz", "[data]: expected 3 values")] {
      try self.write("0 1\n1 2\n", to: "edges.txt")
      for flags in [[], ["--dense-features"]] {
        let result = try Tool.ingest.run(
          ["edges.txt", "--features", name, "--output", "h.store"] + flags, in: folder.path)
        XCTAssertEqual(result.status, 1, name)
        assertOneLine(result, of: .ingest, result.errors)
        XCTAssertTrue(result.errors.contains(says), result.errors)
      }
    }
    XCTAssertEqual(try leftovers(), [])
  }
}
