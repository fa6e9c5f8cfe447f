import GasBase
import TestSupport
import XCTest

@testable import GasColumns
@testable import GasStore

final class MutableColumnTests: XCTestCase {
  private var folder: TemporaryFolder!
  private var path = ""

  override func setUpWithError() throws {
    folder = try TemporaryFolder()
    path = folder.file("history-1.gascol")
  }

  override func tearDown() { folder = nil }

  func testStartsAsZerosWithDiskSpaceForAllRows() throws {
    try MutableColumn.create(path, type: .float32, rowCount: 1_000_000, width: 16)
    let column = try MutableColumn(opening: path)
    XCTAssertEqual([column.values.rowCount, column.values.width, column.header.rank], [1_000_000, 16, 2])
    XCTAssertEqual(column.fileBytes, 4096 + 64_000_000)
    XCTAssertTrue(try column.values.rows(999_999..<1_000_000, as: Float.self).allSatisfy { $0 == 0 })
    var status = stat()
    XCTAssertEqual(stat(path, &status), 0)
    XCTAssertGreaterThanOrEqual(Int(status.st_blocks) * 512, column.fileBytes)
  }

  func testWritesStay() throws {
    try MutableColumn.create(path, type: .uint32, rowCount: 100, width: nil)
    do {
      let column = try MutableColumn(opening: path)
      for row in 0..<100 { column.values.mutableRows(row..<row + 1, as: UInt32.self)[0] = UInt32(row * row) }
      column.values.release()
      XCTAssertEqual(try column.values.rows(9..<10, as: UInt32.self)[0], 81, "released pages keep what was written")
    }
    let again = try MutableColumn(opening: path, access: .read)
    XCTAssertEqual(Array(try again.values.rows(0..<100, as: UInt32.self)), (0..<100).map { UInt32($0 * $0) })
  }

  /// Written beside the mapping, of a file that stays resident and of one that does not.
  func testWrittenRowsAreSeenInTheMapping() throws {
    for rowCount in [100, 400_000] {
      try MutableColumn.create(path, type: .float32, rowCount: rowCount, width: 3)
      let column = try MutableColumn(opening: path)
      XCTAssertEqual(column.values.isSmall, rowCount == 100)
      let rows = rowCount - 40..<rowCount - 10
      XCTAssertTrue(try column.values.rows(rows, as: Float.self).allSatisfy { $0 == 0 })
      let written = (0..<90).map { Float($0) + 1 }
      try column.values.write(rows, from: written)
      XCTAssertEqual(Array(try column.values.rows(rows, as: Float.self)), written)
      XCTAssertTrue(try column.values.rows(0..<rows.lowerBound, as: Float.self).allSatisfy { $0 == 0 })
      XCTAssertTrue(try column.values.rows(rows.upperBound..<rowCount, as: Float.self).allSatisfy { $0 == 0 })
    }
  }

  func testClearing() throws {
    for rowCount in [100, 1_000_000] {
      try MutableColumn.create(path, type: .float32, rowCount: rowCount, width: 3)
      let column = try MutableColumn(opening: path)
      try column.values.write(0..<1, from: [1, 2, 3] as [Float])
      try column.values.write(rowCount - 1..<rowCount, from: [4, 5, 6] as [Float])
      try column.values.clear(0..<column.values.rowCount)
      XCTAssertTrue(try column.values.rows(0..<rowCount, as: Float.self).allSatisfy { $0 == 0 })
      XCTAssertEqual(try MutableColumn(opening: path).fileBytes, column.fileBytes, "the header is as it was")
    }
  }

  func testReplacesAnOlderColumnOnlyWhenWhole() throws {
    try MutableColumn.create(path, type: .uint32, rowCount: 4, width: nil)
    try MutableColumn.create(path, type: .float32, rowCount: 2, width: 3)
    XCTAssertEqual(try MutableColumn(opening: path).header.type, .float32)
    XCTAssertEqual(try FileManager.default.contentsOfDirectory(atPath: folder.path), ["history-1.gascol"])
  }

  func testRefusesFinishedColumnsAndTheOtherWayRound() throws {
    try ColumnFile.write([Float](repeating: 1, count: 4), to: folder.file("x"), type: .float32, encoding: .raw)
    assertRefused(folder.file("x"), "expected a history, found a finished column") {
      _ = try MutableColumn(opening: folder.file("x"))
    }
    try MutableColumn.create(path, type: .float32, rowCount: 4, width: nil)
    assertRefused(path, "expected a finished column, found a history") { _ = try Column(opening: path) }
  }

  func testANamelessColumnLeavesNothing() throws {
    let first = try MutableColumn.nameless(in: folder.path, type: .float32, rowCount: 3, width: 2)
    let second = try MutableColumn.nameless(in: folder.path, type: .float32, rowCount: 3, width: 2)
    XCTAssertEqual(try FolderContents(folder.path).names, [])
    first.values.mutableRows(1..<2, as: Float.self).update(repeating: 5)
    XCTAssertEqual(Array(try first.values.rows(0..<3, as: Float.self)), [0, 0, 5, 5, 0, 0])
    XCTAssertEqual(
      Array(try second.values.rows(0..<3, as: Float.self)), [0, 0, 0, 0, 0, 0], "each is a file of its own")
    assertRefused("none/scratch.gascol", "cannot create", "check the path") {
      _ = try MutableColumn.nameless(in: folder.file("none"), type: .float32, rowCount: 3, width: 2)
    }
  }

  func testDamageToTheHeaderAndTruncationAreDetected() throws {
    try MutableColumn.create(path, type: .float32, rowCount: 2, width: 3)
    let bytes = try ColumnFile.bytes(path)
    for offset in 0..<ColumnHeader.byteCount {
      try ColumnFile.patch(path, at: offset, [bytes[offset] ^ 0x40])
      assertRefused(path, "offset") { _ = try MutableColumn(opening: path) }
      try ColumnFile.patch(path, at: offset, [bytes[offset]])
    }
    for length in (0..<bytes.count).reversed() {
      truncate(path, off_t(length))
      assertRefused(path, "offset") { _ = try MutableColumn(opening: path) }
    }
  }
}
