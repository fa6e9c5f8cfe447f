import Foundation
import GasStore
import TestSupport
import XCTest

/// `--plan` and `--memory` of `gas-ingest`.
final class PlanTests: ToolTestCase {
  private func writeRing(_ count: Int, to name: String) throws {
    try write((0..<UInt32(count)).flatMap { [$0, ($0 + 1) % UInt32(count)] }, shape: [count, 2], to: name)
  }

  func testThePlanOfAnArrayIsExactAndLeavesNothing() throws {
    try writeRing(5000, to: "edges.npy")
    try write([Float](repeating: 1, count: 5000 * 3), shape: [5000, 3], to: "features.npy")
    let plan = try json(.ingest, "edges.npy", "--features", "features.npy", "-o", "s", "--plan")
    XCTAssertEqual(plan["nodes"] as? Int, 5000)
    XCTAssertEqual(plan["edges"] as? Int, 5000)
    XCTAssertEqual(plan["areEdgesExact"] as? Bool, true)
    XCTAssertEqual(plan["entries"] as? Int, 10_000)
    XCTAssertEqual(plan["partitioner"] as? String, "metis")
    XCTAssertEqual(plan["memoryBytes"] as? Int, 2 << 30)
    let names = try FileManager.default.contentsOfDirectory(atPath: folder.path).sorted()
    XCTAssertEqual(names, ["edges.npy", "features.npy"])
    let report = try json(.ingest, "edges.npy", "--features", "features.npy", "-o", "s")
    XCTAssertEqual((report["partitions"] as? [Any])?.count, plan["partitions"] as? Int)
  }

  func testTextIsEstimatedFromItsBeginning() throws {
    // Longer than the batches that are looked at, in lines of one length.
    let lines = (0..<600_000).map { "\(1_000_000 + $0) \(2_000_000 + $0)\n" }
    try write(lines.joined(), to: "edges.tsv")
    let plan = try json(.ingest, "edges.tsv", "-o", "s", "--plan")
    XCTAssertEqual(plan["areEdgesExact"] as? Bool, false)
    let edges = try XCTUnwrap(plan["edges"] as? Int)
    XCTAssertTrue(590_000...610_000 ~= edges, "\(edges)")
    XCTAssertNil(plan["nodes"])
    let people = try succeed(.ingest, "edges.tsv", "-o", "s", "--plan", "--memory", "64MiB")
    for word in ["those that the edges name", "about \(edges)", "temporary", "up to 64.0 MiB"] {
      XCTAssertTrue(people.contains(word), people)
    }
  }

  func testPlansNeedFiles() throws {
    try assertRefused(.ingest, "-", "-o", "s", "--plan", says: "standard input can be read only once")
    try assertRefused(.ingest, "none.tsv", "-o", "s", "--plan", says: "none.tsv: cannot open")
  }

  func testMemoryIsReadAsPeopleWriteIt() throws {
    try writeRing(100, to: "edges.npy")
    for (text, bytes) in [("64MiB", 64 << 20), ("1g", 1 << 30), ("1.5GB", 1_500_000_000), ("134217728", 128 << 20)] {
      let plan = try json(.ingest, "edges.npy", "-o", "s", "--plan", "--memory", text)
      XCTAssertEqual(plan["memoryBytes"] as? Int, bytes, text)
    }
    for text in ["much", "2GiBs", "-1", "1xB"] {
      try assertUsage(.ingest, "edges.npy", "-o", "s", "--memory=\(text)", says: "'\(text)' is invalid")
    }
    try assertUsage(.ingest, "edges.npy", "-o", "s", "--memory", "1MiB", says: "--memory takes at least 64MiB")
    try assertUsage(.ingest, "edges.npy", "-o", "s", "--threads", "0", says: "--threads takes a count of at least 1")
  }

  /// 64 MiB hold a million entries to sort, and there are 1.2 million: the columns are those of a run that holds all of
  /// them.
  func testMemoryDoesNotChangeTheStore() throws {
    var random = UInt32(1)
    let ids = (0..<1_200_000).map { _ -> UInt32 in
      random = random &* 1_664_525 &+ 1_013_904_223
      return (random >> 8) % 50_000
    }
    try write(ids, shape: [600_000, 2], to: "edges.npy")
    var stores: [FolderContents] = []
    for (memory, threads) in [("2GiB", "2"), ("64MiB", "2"), ("64MiB", "1")] {
      try succeed(
        .ingest, "edges.npy", "-o", "s", "--overwrite", "--memory", memory, "--threads", threads, "--partitioner",
        "contiguous", "--partitions", "8")
      stores.append(try FolderContents(file("s/columns")))
    }
    XCTAssertEqual(stores[1].differences(from: stores[0]), [])
    XCTAssertEqual(stores[2].differences(from: stores[0]), [])
  }
}
