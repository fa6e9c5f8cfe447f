import GasBase
import TestSupport
import XCTest

@testable import GasColumns
@testable import GasStore

/// Blocks of columns that are used in place are compared with their checksums: by whoever reads them front to back, or
/// before a result leaves.
final class BlockCheckTests: XCTestCase {
  private var folder: TemporaryFolder!

  override func setUpWithError() throws { folder = try TemporaryFolder() }
  override func tearDown() { folder = nil }

  private static let blockBytes = 1 << 20

  /// Five blocks and a part of one, of rows that do not end where blocks do.
  private func makeColumn(width: Int = 1000) throws -> String {
    let path = folder.file("raw-\(width).gascol")
    let rows = (11 << 19) / (4 * width)
    try ColumnFile.write(
      (0..<rows * width).map { UInt32(truncatingIfNeeded: $0 &* 2_654_435_761) }, to: path, type: .uint32, width: width,
      encoding: .raw)
    return path
  }

  /// Changes a byte of the data.
  private func damage(_ path: String, at byte: Int) throws {
    let offset = ColumnHeader.byteCount + byte
    try ColumnFile.patch(path, at: offset, [try ColumnFile.bytes(path)[offset] ^ 4])
  }

  private func says(_ block: Int) -> String {
    "at offset \(ColumnHeader.byteCount + block * Self.blockBytes): expected block checksum"
  }

  func testRowsInPlaceAreCompared() throws {
    let path = try makeColumn()
    try damage(path, at: 2 * Self.blockBytes + 77)
    let values = try Column(opening: path).values
    // Rows of 4000 bytes: 262 of them end in the first block, 524 in the second.
    XCTAssertEqual(try values.rows(0..<520, as: UInt32.self).count, 520_000)
    for rows in [520..<530, 600..<601, 0..<values.rowCount] {
      assertRefused(path, says(2)) { _ = try values.rows(rows, as: UInt32.self) }
      assertRefused(path, says(2)) { _ = try values.rowBytes(rows) }
    }
    XCTAssertEqual(try values.rows(800..<1200, as: UInt32.self).count, 400_000)
    assertRefused(path, says(2)) { _ = try Column(opening: path).array(550_000..<550_001, as: UInt32.self) }
  }

  func testEachBlockIsComparedOnce() throws {
    let path = try makeColumn()
    let column = try Column(opening: path)
    _ = try column.values.rows(0..<column.rowCount, as: UInt32.self)
    try damage(path, at: 3 * Self.blockBytes)
    _ = try column.values.rows(0..<column.rowCount, as: UInt32.self)
    try column.checkUsed()
    assertRefused(path, says(3)) { try Column(opening: path).verify() }
  }

  /// Past the page cache the bytes that were asked for are compared where they came to lie, the rest of their blocks
  /// where it is.
  func testRowsThatAreReadOnce() throws {
    let path = try makeColumn()
    for byte in [Self.blockBytes, Self.blockBytes + 500_000, 2 * Self.blockBytes - 1] {
      try damage(path, at: byte)
      let values = try Column(opening: path).values
      for rows in [300..<310, 380..<400, 200..<600, 500..<525] {
        assertRefused(path, says(1)) { _ = try values.readOnce(rows, using: Buffer<UInt8>()) }
      }
      XCTAssertEqual(try values.readOnce(530..<values.rowCount, using: Buffer<UInt8>()).count % 4000, 0)
      try damage(path, at: byte)
      let whole = try Column(opening: path).values
      let buffer = Buffer<UInt8>()
      for rows in [300..<310, 0..<whole.rowCount] {
        XCTAssertEqual(Array(try whole.readOnce(rows, using: buffer)), Array(try whole.rowBytes(rows)), "\(rows)")
      }
    }
  }

  /// Rows that lie scattered are compared before a result leaves, and no others are.
  func testScatteredRowsAreComparedInTheEnd() throws {
    var random = SeededRandom(seed: 3)
    for width in [1, 7, 1000, 300_000] {
      let path = try makeColumn(width: width)
      let whole = try ColumnFile.bytes(path)
      for block in [0, 2, 4] {
        try damage(path, at: block * Self.blockBytes + random.below(Self.blockBytes))
        for _ in 0..<20 {
          let column = try Column(opening: path)
          let rows = Set((0..<1 + random.below(4)).map { _ in UInt32(random.below(column.rowCount)) }).sorted()
          let isTouched = rows.contains { row in
            let bytes = Int(row) * width * 4..<(Int(row) + 1) * width * 4
            return bytes.overlaps(block * Self.blockBytes..<(block + 1) * Self.blockBytes)
          }
          let copied = random.below(2) == 0
          if copied {
            var target = [UInt8](repeating: 0, count: width * 4)
            for row in rows { try column.values.copyRows(Int(row)..<Int(row) + 1, into: &target) }
          } else {
            _ = rows.withUnsafeBufferPointer { column.values.base(reading: $0) }
          }
          if isTouched {
            assertRefused(path, says(block)) { try column.checkUsed() }
          } else {
            XCTAssertNoThrow(try column.checkUsed(), "rows \(rows) of \(width) numbers, block \(block)")
          }
        }
        try ColumnFile.write(whole, to: path)
      }
    }
  }

  func testColumnsThatAreWrittenHaveNothingToCompare() throws {
    let path = folder.file("history.gascol")
    try MutableColumn.create(path, type: .float32, rowCount: 1000, width: 4)
    try damage(path, at: 77)
    let values = try MutableColumn(opening: path).values
    XCTAssertNotEqual(Array(try values.rowBytes(0..<1000)), [UInt8](repeating: 0, count: 16_000))
  }

  /// What is no regular file is refused at once, and never waited for.
  func testPipesAndFoldersInThePlaceOfColumns() throws {
    let path = folder.file("pipe")
    XCTAssertEqual(mkfifo(path, 0o600), 0)
    assertRefused("pipe: expected a regular file, found a pipe") { _ = try Column(opening: path) }
    assertRefused("expected a regular file, found a folder") { _ = try Column(opening: folder.path) }
    assertRefused("/dev/zero: expected a regular file, found a device") { _ = try Column(opening: "/dev/zero") }
    assertRefused("pipe: expected a regular file, found a pipe") { _ = try Manifest(reading: path) }
    assertRefused("expected a regular file, found a folder") { _ = try Manifest(reading: folder.path) }
  }
}
