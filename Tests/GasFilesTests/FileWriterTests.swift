import GasBase
import TestSupport
import XCTest

@testable import GasFiles

final class FileWriterTests: XCTestCase {
  private var folder: TemporaryFolder!
  private var path = ""

  override func setUpWithError() throws {
    folder = try TemporaryFolder()
    path = folder.file("file")
  }

  override func tearDown() { folder = nil }

  /// Pieces smaller and larger than the buffer, and overwriting across what has and has not reached the disk.
  func testBytesComeInOrder() throws {
    var expected: [UInt8] = []
    let writer = try FileWriter(creating: path)
    for count in [0, 1, 100_000, (1 << 20) - 1, 1 << 20, (1 << 20) + 1, 3 << 20, 5] {
      let piece = [UInt8](repeating: UInt8(truncatingIfNeeded: count &* 7 &+ expected.count), count: count)
      try writer.write(piece)
      expected += piece
      XCTAssertEqual(writer.byteCount, expected.count)
    }
    for offset in [0, 1 << 20, expected.count - 3] {
      try [UInt8]([9, 8, 7]).withUnsafeBytes { try writer.overwrite($0, at: offset) }
      expected.replaceSubrange(offset..<offset + 3, with: [9, 8, 7])
    }
    try writer.write("end")
    try writer.close()
    XCTAssertEqual(try FileBytes.read(path), expected + Array("end".utf8))
  }

  /// Several windows of write-behind: bytes as ever, and the first windows have left the page cache when the last are
  /// written.
  func testLargeFilesDoNotStayInMemory() throws {
    let window = WriteBehind.windowBytes
    let writer = try FileWriter(creating: path)
    // A piece of more than a window, then small ones that end in the middle of pages.
    let large = [UInt8](repeating: 3, count: window * 3 / 2)
    let small = [UInt8](repeating: 5, count: 300_001)
    try writer.write(large)
    for _ in 0..<140 { try writer.write(small) }
    try [UInt8](repeating: 9, count: 5000).withUnsafeBytes { try writer.overwrite($0, at: 3) }
    if try PageCache.canBeLeft(folder.path) {
      XCTAssertLessThan(try PageCache.residentBytes(path), 3 * window, "of \(writer.byteCount) bytes")
    }
    try writer.close()
    var expected = large
    for _ in 0..<140 { expected += small }
    expected.replaceSubrange(3..<5003, with: [UInt8](repeating: 9, count: 5000))
    XCTAssertTrue(try FileBytes.read(path) == expected)
  }

  func testPadsAndExtendsWithZeros() throws {
    let writer = try FileWriter(creating: path)
    try writer.write("abc")
    try writer.pad(to: 8)
    try writer.pad(to: 4)
    XCTAssertEqual(writer.byteCount, 8)
    try writer.extend(to: 5000)
    XCTAssertEqual(writer.byteCount, 5000)
    try writer.close()
    try writer.close()
    XCTAssertEqual(try FileBytes.read(path), Array("abc".utf8) + [UInt8](repeating: 0, count: 4997))
  }

  func testNeverWritesOverAFile() throws {
    try FileBytes.write([1], to: path)
    assertRefused(path, "cannot create") { _ = try FileWriter(creating: path) }
    XCTAssertEqual(try FileBytes.read(path), [1])
  }

  func testMapping() throws {
    try FileBytes.write([1, 2, 3], to: path)
    let file = try MappedFile(opening: path, access: .readWrite)
    XCTAssertEqual(Array(file.bytes), [1, 2, 3])
    file.mutableBytes[1] = 9
    try file.sync(0..<3)
    file.release(0..<3)
    XCTAssertEqual(try FileBytes.read(path), [1, 9, 3])
    try FileBytes.write([], to: folder.file("empty"))
    XCTAssertEqual(try MappedFile(opening: folder.file("empty")).bytes.count, 0)
    assertRefused("none", "cannot open: No such file", "check the path") {
      _ = try MappedFile(opening: folder.file("none"))
    }
    assertRefused(folder.path, "expected a regular file, found a folder") {
      _ = try MappedFile(opening: folder.path)
    }
    assertRefused("/dev/zero", "expected a regular file") { _ = try MappedFile(opening: "/dev/zero") }
  }

  func testChecksumsAreZlibs() {
    XCTAssertEqual(Checksum.crc32(Array("123456789".utf8)), 0xcbf4_3926, "the check value of CRC-32")
    XCTAssertEqual(Checksum.crc32([]), 0)
    XCTAssertEqual(Checksum.text(0xbeef), "0000beef")
    Array("123456789".utf8).withUnsafeBytes { bytes in
      let head = Checksum.crc32(UnsafeRawBufferPointer(rebasing: bytes[..<4]))
      XCTAssertEqual(Checksum.crc32(UnsafeRawBufferPointer(rebasing: bytes[4...]), continuing: head), 0xcbf4_3926)
    }
  }
}
