import GasBase
import TestSupport
import XCTest

@testable import GasFiles
@testable import GasColumns
@testable import GasStore

/// Tables with a right checksum whose blocks do not tile the data: whoever trusted them would read outside of it.
final class BlockTableTests: XCTestCase {
  private typealias Entry = BlockTable.Entry
  private var folder: TemporaryFolder!
  private var path = ""
  private var entries: [Entry] = []

  override func setUpWithError() throws {
    folder = try TemporaryFolder()
    path = folder.file("x.gascol")
  }

  override func tearDown() { folder = nil }

  /// Three blocks, the first two of a full size.
  private func write(_ encoding: ColumnEncoding) throws {
    try? FileManager.default.removeItem(atPath: path)
    let elements = [UInt64](repeating: 0x0102_0304, count: (2 << 20) / 8 + 100)
    try ColumnFile.write(elements, to: path, type: .uint64, encoding: encoding)
    let table = try Column(opening: path).table
    entries = (0..<table.count).map { table[$0] }
    XCTAssertEqual(entries.count, 3)
  }

  /// Puts a changed table under the header.
  private func rewrite(_ change: (inout [Entry]) -> Void) throws {
    var changed = entries
    change(&changed)
    let table = changed.flatMap(encoded)
    var bytes = try ColumnFile.bytes(path)
    var header = try bytes.withUnsafeBytes { try ColumnHeader(parsing: $0, file: path) }
    header.tableCount = changed.count
    header.tableChecksum = Checksum.crc32(table)
    bytes.replaceSubrange(header.tableOffset..., with: table)
    bytes.replaceSubrange(..<ColumnHeader.byteCount, with: header.encoded())
    try ColumnFile.write(bytes, to: path)
  }

  /// As the writer does it, but for numbers that no writer has.
  private func encoded(_ entry: Entry) -> [UInt8] {
    var bytes: [UInt8] = []
    bytes.append(littleEndian: entry.firstElement)
    bytes.append(littleEndian: entry.offset)
    bytes.append(littleEndian: UInt32(entry.storedBytes))
    bytes.append(littleEndian: entry.checksum)
    return bytes
  }

  private func assertRefused(_ encoding: ColumnEncoding, line: UInt = #line, _ change: (inout [Entry]) -> Void) throws {
    try write(encoding)
    try rewrite(change)
    TestSupport.assertRefused(path, "offset", line: line) { _ = try Column(opening: path) }
  }

  func testUnchangedTableIsFine() throws {
    for encoding in [ColumnEncoding.raw, .lz4] {
      try write(encoding)
      try rewrite { _ in }
      try ColumnFile.check(path)
    }
  }

  func testBlocksThatDoNotTileAreRefused() throws {
    for encoding in [ColumnEncoding.raw, .lz4] {
      try assertRefused(encoding) { $0[0].firstElement = 1 }
      try assertRefused(encoding) { $0[1].firstElement += 1 }
      try assertRefused(encoding) { $0[1].firstElement = 0 }
      try assertRefused(encoding) { $0[1].firstElement = -1 }
      try assertRefused(encoding) { $0[2].firstElement = .max }
      try assertRefused(encoding) { $0[1].offset += 8 }
      try assertRefused(encoding) { $0[1].offset = .max }
      try assertRefused(encoding) { $0[2].offset = -4096 }
      try assertRefused(encoding) { $0.swapAt(0, 1) }
      try assertRefused(encoding) { $0.removeLast() }
      try assertRefused(encoding) { $0.removeAll() }
      try assertRefused(encoding) { $0.append($0[2]) }
    }
  }

  func testStoredSizesThatCannotBeAreRefused() throws {
    for encoding in [ColumnEncoding.raw, .lz4] {
      try assertRefused(encoding) { $0[2].storedBytes -= 1 }
      try assertRefused(encoding) { $0[2].storedBytes = 0 }
      try assertRefused(encoding) { $0[0].storedBytes = 0xffff_ffff }
    }
    // One block of two: more elements than a block may hold.
    try assertRefused(.raw) { entries in
      entries[0].storedBytes += entries[1].storedBytes
      entries.remove(at: 1)
    }
    try assertRefused(.lz4) { entries in
      entries[0].storedBytes += entries[1].storedBytes
      entries.remove(at: 1)
    }
  }
}
