import Foundation
import GasFiles
import GasStore
import TestSupport
import XCTest

@testable import GasHistories

/// Rows of a file that was hardly written to, such as a plan makes: what is between them is not brought to memory.
final class HollowRowsTests: XCTestCase {
  private static let (rowCount, width) = (1 << 19, 16)
  /// Near enough that pages between two rows are asked for where the disk has them.
  private static let gap = 320

  func testPagesBetweenRowsAreLeftOut() throws {
    let folder = try TemporaryFolder()
    let values = try MutableColumn.nameless(
      in: folder.path, type: .float32, rowCount: Self.rowCount, width: Self.width, isReserved: false
    ).values
    let written = [Float](repeating: 7, count: Self.width)
    try written.withUnsafeBytes { try values.writeRows(Self.gap..<Self.gap + 1, $0) }
    XCTAssertTrue(values.isHole(row: Self.gap / 2))
    XCTAssertFalse(values.isHole(row: Self.gap))
    XCTAssertTrue(values.isHole(row: Self.rowCount - 1))
    let wanted = stride(from: UInt32(0), to: UInt32(Self.rowCount), by: Self.gap).map { $0 }
    var found = [Float](repeating: 1, count: wanted.count * Self.width)
    try wanted.withUnsafeBufferPointer { wanted in
      try found.withUnsafeMutableBytes { try RowGatherer.gather(EncodedRows(values), wanted, into: $0.baseAddress!) }
    }
    XCTAssertEqual(Array(found[Self.width..<2 * Self.width]), written)
    XCTAssertTrue(found[..<Self.width].allSatisfy { $0 == 0 })
    XCTAssertTrue(found[(2 * Self.width)...].allSatisfy { $0 == 0 })
    let between = wanted.dropLast().count { values.isCached(row: Int($0) + Self.gap / 2) }
    XCTAssertLessThan(between, wanted.count / 4, "of \(wanted.count)")
  }

  /// Whether what was written has reached the disk or not.
  func testRowsThatWereWrittenAreNoHoles() throws {
    let folder = try TemporaryFolder()
    let values = try MutableColumn.nameless(
      in: folder.path, type: .float32, rowCount: Self.rowCount, width: Self.width, isReserved: false
    ).values
    let bytes = [UInt8](repeating: 1, count: Self.rowCount * Self.width * 4)
    try bytes.withUnsafeBytes { try values.writeRows(0..<Self.rowCount, $0) }
    for isOnDisk in [false, true] {
      if isOnDisk { try values.sync() }
      for row in [0, Self.rowCount / 2, Self.rowCount - 1] { XCTAssertFalse(values.isHole(row: row)) }
    }
  }
}
