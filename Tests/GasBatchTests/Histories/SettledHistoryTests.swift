import TestSupport
import XCTest

@testable import GasHistories

/// Which rows of new histories are brought into memory.
final class SettledHistoryTests: XCTestCase {
  private static let rowBytes = 256

  /// Which of `rows` lie in a file after the parts were settled, and no longer in a hole of it.
  private func settled(_ parts: [Range<Int>], _ rows: [Int], processes: Int = 1) throws -> [Int] {
    let folder = try TemporaryFolder()
    let history = try History(
      scratchIn: folder.path, layer: 1, nodeCount: 40_000, width: Self.rowBytes / 4, .float32, isReserved: false)
    let values = history.embeddings.values
    XCTAssertFalse(values.isSmall)
    try XCTSkipUnless(values.isHole(row: 20_000), "this file system does not tell of holes")
    try HistorySet(layers: [history], folder: folder.path, isReserved: false)
      .settleInMemory(parts, processes: processes)
    return rows.filter { !values.isHole(row: $0) }
  }

  func testPartsAndWhatLiesBetweenNearOnes() throws {
    let parts = [0..<4000, 5000..<9000, 9000..<9000, 30_000..<30_100]
    XCTAssertEqual(
      try settled(parts, [100, 3900, 4500, 5100, 8900, 9500, 20_000, 30_050, 30_500]),
      [100, 3900, 4500, 5100, 8900, 30_050])
  }

  func testNothingIsJoinedThatWouldTakeAQuarterMore() throws {
    XCTAssertEqual(try settled([0..<160, 1600..<1760], [80, 800, 1680]), [80, 1680])
  }

  func testWhatDoesNotFitIsLeftAlone() throws {
    XCTAssertEqual(try settled([0..<4000], [100], processes: 1 << 40), [])
  }
}
