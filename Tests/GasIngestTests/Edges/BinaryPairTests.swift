import TestSupport
import XCTest

@testable import GasEdges
@testable import GasIngest

final class BinaryPairTests: XCTestCase {
  private func bytes<ID: FixedWidthInteger>(_ ids: [ID]) -> [UInt8] {
    ids.flatMap { id in withUnsafeBytes(of: id.littleEndian) { Array($0) } }
  }

  private func check(_ path: String, _ ids: BinaryIds, _ expected: [Int64], line: UInt = #line) throws {
    let inputs = try Inputs()
    try inputs.ingest(path) {
      $0.format.binaryIds = ids
      $0.isDirected = true
    }
    let contents = try inputs.contents()
    XCTAssertEqual(try contents.integerIds(), expected, "\(ids)", line: line)
    XCTAssertEqual(contents.edges.keys.sorted().map(\.description), ["0→1", "1→2"], "\(ids)", line: line)
  }

  func testTypes() throws {
    let inputs = try Inputs()
    try check(inputs.bytes(bytes([5, 7, 7, .max] as [UInt32]), "a"), .u32, [5, 7, Int64(UInt32.max)])
    try check(inputs.bytes(bytes([.min, 7, 7, .max] as [Int32]), "a"), .i32, [Int64(Int32.min), 7, Int64(Int32.max)])
    try check(inputs.bytes(bytes([.min, 7, 7, .max] as [Int64]), "a"), .i64, [.min, 7, .max])
    try check(inputs.bytes(bytes([5, 7, 7, UInt64(Int64.max)] as [UInt64]), "a"), .u64, [5, 7, .max])
  }

  /// What a file begins with says nothing here; only its ending does.
  func testPackedPairs() throws {
    let inputs = try Inputs()
    let pairs = bytes([0x8b1f, 0x8b20, 0x8b20, 0x8b21] as [UInt32])
    for path in [
      try inputs.bytes(pairs, "plain"), try inputs.bytes(inputs.gzip(pairs), "a.gz"),
      try inputs.bytes(inputs.zstd(pairs), "a.zst"),
    ] {
      try check(path, .u32, [0x8b1f, 0x8b20, 0x8b21])
    }
    let plain = try inputs.bytes(pairs, "plain.zst")
    assertRefused("plain.zst at offset", "the zstd data is damaged") {
      try inputs.ingest(plain) { $0.format.binaryIds = .u32 }
    }
  }

  /// More than are read at once.
  func testManyPairs() throws {
    let inputs = try Inputs()
    let count = 300_000
    let path = try inputs.bytes(bytes((0..<count).flatMap { [Int32($0), Int32($0 + 1)] }), "a")
    let report = try inputs.ingest(path) { $0.format.binaryIds = .i32 }
    XCTAssertEqual(report.nodes, count + 1)
    XCTAssertEqual(report.edges.kept, count)
  }

  func testWhatIsWrongIsNamed() throws {
    let inputs = try Inputs()
    func refused(
      _ says: String, _ bytes: [UInt8], _ ids: BinaryIds, line: UInt = #line,
      _ change: (inout IngestOptions) -> Void = { _ in }
    ) throws {
      let path = try inputs.bytes(bytes, "a")
      assertRefused(says, line: line) {
        try inputs.ingest(path) {
          $0.format.binaryIds = ids
          change(&$0)
        }
      }
    }
    let pairs = bytes([0, 1, 1, 2] as [UInt32])
    try refused("a at offset 16: expected pairs of 8 bytes, found 3 bytes at the end", pairs + [1, 2, 3], .u32)
    try refused("a at offset 0: expected pairs of 16 bytes, found 8 bytes at the end", Array(pairs.prefix(8)), .u64)
    try refused(
      "a at offset 24: expected ids up to 2^63 − 1, found a larger one in edge 1", bytes([0, 1, 1, .max] as [UInt64]),
      .u64)
    try refused("a: edge 1: node id 2 is out of range", pairs, .u32) { $0.nodeCount = 2 }
    try refused("a: the pairs hold no weights; pass --edge-weights", pairs, .u32) { $0.format.isWeighted = true }
    try refused("a: --skip-lines is for edge lists, not for pairs", pairs, .u32) { $0.format.skippedLines = 1 }
    try refused("a: edges between named nodes", pairs, .u32) { $0.format.hasStringIds = true }
    try refused("the graph is empty", [], .u32)
  }
}
