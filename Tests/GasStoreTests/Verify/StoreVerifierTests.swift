import GasBase
import TestSupport
import XCTest

@testable import GasStore

final class StoreVerifierTests: XCTestCase {
  private var folder: TemporaryFolder!

  override func setUpWithError() throws { folder = try TemporaryFolder() }
  override func tearDown() { folder = nil }

  /// Graphs of all kinds make stores that verify: the tests of refusals would prove nothing otherwise.
  func testGoodStoresOfAllKinds() throws {
    let path = folder.file("store")
    for directed in [false, true] {
      for weighted in [false, true] {
        for (sparse, type) in [(true, ElementType.float32), (false, .float32), (false, .float16), (false, .bfloat16)] {
          let graph = TinyGraph.random(
            nodes: 60, partitions: 1 + (directed ? 4 : 0) + (weighted ? 2 : 0), seed: 3, directed: directed,
            selfLoops: 5, weighted: weighted, sparse: sparse)
          try graph.write(to: path, featureType: type, replaceExisting: true)
          let report = try StoreVerifier(Store(opening: path)).verify()
          XCTAssertEqual(report.partitionCount, Set(graph.partition).count)
          XCTAssertEqual(report.runFileCount, 0)
          for count in [2, 3, 9] { try assertSharesAreAll(of: Store(opening: path), count) }
        }
      }
    }
  }

  /// Several processes find together what one finds, also where some of them have no partition.
  private func assertSharesAreAll(of store: Store, _ count: Int) throws {
    let shares = try (0..<count).map { try StoreVerifier(store, share: VerifierShare($0, of: count)).verifyShare() }
    let (report, whole) = (try StoreVerifier(store).report(of: shares), try StoreVerifier(store).verify())
    XCTAssertEqual(report.partitionCount, whole.partitionCount)
    XCTAssertEqual(report.columnCount, whole.columnCount)
    XCTAssertEqual(report.byteCount, whole.byteCount)
    // What no share has is missing in the sums.
    guard store.partitions.count > 1 else { return }
    assertRefused("expected") { _ = try StoreVerifier(store).report(of: Array(shares.prefix(1))) }
  }

  func testReport() throws {
    let path = folder.file("store")
    try FixtureGraphs.names.write(to: path)
    let report = try StoreVerifier(Store(opening: path)).verify()
    XCTAssertEqual(report.columnCount, 14)
    XCTAssertEqual(report.partitionCount, 3)
    let columns = try FolderContents(path + "/columns").files.values
    XCTAssertEqual(report.byteCount, columns.reduce(0) { $0 + ($1?.count ?? 0) })
  }

  /// One byte anywhere in the data of any column.
  func testChangedBytesOfEveryColumn() throws {
    for graph in [FixtureGraphs.names, FixtureGraphs.integers] {
      let path = folder.file("store")
      try graph.write(to: path, replaceExisting: true)
      for name in try Store(opening: path).columnNames {
        let file = "\(path)/columns/\(name.fileName)"
        let bytes = try ColumnFile.bytes(file)
        for offset in stride(from: ColumnHeader.byteCount, to: bytes.count, by: 13) {
          try ColumnFile.patch(file, at: offset, [bytes[offset] ^ 4])
          assertRefused(file, "offset") { _ = try StoreVerifier(Store(opening: path)).verifyChecksums() }
          assertRefused(file, "offset") {
            for number in 0..<3 {
              let share = VerifierShare(number, of: 3)
              _ = try StoreVerifier(Store(opening: path), share: share).verifyChecksums()
            }
          }
          try ColumnFile.patch(file, at: offset, [bytes[offset]])
        }
      }
      _ = try StoreVerifier(Store(opening: path)).verify()
    }
  }

  func testHistoriesOfRuns() throws {
    let path = folder.file("store")
    try FixtureGraphs.names.write(to: path)
    let run = path + "/runs/first"
    try FileManager.default.createDirectory(atPath: run, withIntermediateDirectories: true)
    try MutableColumn.create(run + "/history-1.gascol", type: .float32, rowCount: 8, width: 4)
    try MutableColumn.create(run + "/pushed-1.gascol", type: .uint32, rowCount: 8, width: nil)
    XCTAssertEqual(try StoreVerifier(Store(opening: path)).verify().runFileCount, 2)
    try MutableColumn.create(run + "/pushed-1.gascol", type: .uint32, rowCount: 7, width: nil)
    assertRefused("pushed-1.gascol at offset 32: expected 8 rows, found 7") {
      _ = try StoreVerifier(Store(opening: path)).verify()
    }
    truncate(run + "/history-1.gascol", 4100)
    assertRefused("history-1.gascol at offset 4100: expected a file of 4224 bytes") {
      _ = try StoreVerifier(Store(opening: path)).verify()
    }
  }

  func testProgressReachesTheTotal() throws {
    let path = folder.file("store")
    try FixtureGraphs.integers.write(to: path)
    let column = try Store(opening: path).column(.features)
    var seen = 0
    try column.verify { seen += $0 }
    XCTAssertEqual(seen, column.header.dataBytes)
  }
}
