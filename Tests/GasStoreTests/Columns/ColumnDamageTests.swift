import GasBase
import TestSupport
import XCTest

@testable import GasFiles
@testable import GasColumns
@testable import GasStore

/// No byte of a column file can change, and none can go missing, without opening or verifying it telling so.
final class ColumnDamageTests: XCTestCase {
  private var folder: TemporaryFolder!

  override func setUpWithError() throws { folder = try TemporaryFolder() }
  override func tearDown() { folder = nil }

  /// 37 numbers: 148 bytes raw, so that four zeros stand before the table; compressed, two of three bytes go.
  private func makeColumn(_ encoding: ColumnEncoding) throws -> String {
    let path = folder.file("small-\(encoding).gascol")
    try ColumnFile.write((0..<37).map { UInt32($0 * 5) }, to: path, type: .uint32, encoding: encoding)
    return path
  }

  func testEveryChangedByteIsDetected() throws {
    for encoding in [ColumnEncoding.raw, .lz4, .packed] {
      let path = try makeColumn(encoding)
      try ColumnFile.check(path)
      let bytes = try ColumnFile.bytes(path)
      for (offset, byte) in bytes.enumerated() {
        // The zeros behind the header are thousands, and all alike.
        let masks: [UInt8] = (88..<4096).contains(offset) ? [1 << UInt8(offset % 8)] : [0x01, 0x80, 0xff]
        for mask in masks {
          try ColumnFile.patch(path, at: offset, [byte ^ mask])
          assertRefused(path, "offset") { try ColumnFile.check(path) }
        }
        try ColumnFile.patch(path, at: offset, [byte])
      }
      try ColumnFile.check(path)
    }
  }

  func testEveryTruncationIsDetected() throws {
    for encoding in [ColumnEncoding.raw, .lz4, .packed] {
      let path = try makeColumn(encoding)
      for length in (0..<(try ColumnFile.bytes(path).count)).reversed() {
        truncate(path, off_t(length))
        assertRefused(path, "offset") { try ColumnFile.check(path) }
      }
    }
  }

  func testEveryAdditionIsDetected() throws {
    let path = try makeColumn(.lz4)
    let bytes = try ColumnFile.bytes(path)
    for extra in [1, 23, 24, 4096] {
      try ColumnFile.write(bytes + [UInt8](repeating: 0, count: extra), to: path)
      assertRefused(path, "expected a file of \(bytes.count) bytes, found \(bytes.count + extra)") {
        try ColumnFile.check(path)
      }
    }
  }

  /// A compressed column is checked as it is read, without `verify`.
  func testReadingADamagedBlockNamesItsOffset() throws {
    let path = folder.file("two-blocks.gascol")
    let count = (1 << 20) / 4
    try ColumnFile.write((0..<count + 500).map { UInt32($0) }, to: path, type: .uint32, encoding: .lz4)
    let second = ColumnHeader.byteCount + (try Column(opening: path).table[1].offset)
    try ColumnFile.patch(path, at: second + 7, [0xee])
    let column = try Column(opening: path)
    XCTAssertEqual(try column.array(0..<count, as: UInt32.self).last, UInt32(count - 1), "the first block is whole")
    assertRefused("\(path) at offset \(second): expected block checksum") {
      _ = try column.array(count..<count + 1, as: UInt32.self)
    }
  }

  /// Bytes with a right checksum that are no LZ4 block of the right size.
  func testBlockThatDoesNotDecodeIsRefused() throws {
    let path = try makeColumn(.lz4)
    var bytes = try ColumnFile.bytes(path)
    let column = try Column(opening: path)
    let stored = column.table[0].storedBytes
    let table = column.header.tableOffset
    bytes.replaceSubrange(4096..<4096 + stored, with: [UInt8](repeating: 0x0f, count: stored))
    bytes.replaceSubrange(
      table + 20..<table + 24, with: littleEndian(Checksum.crc32(Array(bytes[4096..<4096 + stored]))))
    let tableChecksum = Checksum.crc32(Array(bytes[table...]))
    let header = rechecked(Array(bytes[..<4096])) { $0.replaceSubrange(80..<84, with: littleEndian(tableChecksum)) }
    try ColumnFile.write(header + bytes[4096...], to: path)
    let damaged = try Column(opening: path)
    assertRefused("\(path) at offset 4096: expected an LZ4 block of 148 bytes") { try damaged.verify() }
    assertRefused("\(path) at offset 4096: expected an LZ4 block of 148 bytes") {
      _ = try damaged.array(3..<5, as: UInt32.self)
    }
  }

  private func littleEndian(_ word: UInt32) -> [UInt8] {
    withUnsafeBytes(of: word.littleEndian) { Array($0) }
  }
}
