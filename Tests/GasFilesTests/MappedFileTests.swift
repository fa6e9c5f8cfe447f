import Foundation
import GasBase
import TestSupport
import XCTest

@testable import GasFiles

final class MappedFileTests: XCTestCase {
  /// Larger than what stays mapped, and not a number of blocks.
  private let byteCount = 2 << 20 + 777

  private func contents() -> [UInt8] {
    var random = SeededRandom(seed: 2)
    return (0..<byteCount).map { _ in UInt8(truncatingIfNeeded: random.next()) }
  }

  /// Whatever it starts and ends at, and whether it has reached the disk or not.
  func testReadingOnce() throws {
    let folder = try TemporaryFolder()
    let buffer = Buffer<UInt8>()
    var bytes = contents()
    try Data(bytes).write(to: URL(fileURLWithPath: folder.file("a")))
    let nameless = try MappedFile(scratch: folder.file("b"), byteCount: byteCount)
    try bytes.withUnsafeBytes { try nameless.write($0, at: 0) }
    for file in [try MappedFile(opening: folder.file("a"), access: .readWrite), nameless] {
      bytes = contents()
      let ranges = [0..<1, 0..<4096, 5..<9000, 4096..<8192, byteCount - 10..<byteCount, 0..<byteCount, 77..<77]
      for range in ranges {
        XCTAssertEqual(Array(try file.readOnce(range, using: buffer)), Array(bytes[range]), "\(range)")
      }
      bytes.replaceSubrange(5000..<5003, with: [1, 2, 3])
      try [1, 2, 3].map { UInt8($0) }.withUnsafeBytes { try file.write($0, at: 5000) }
      XCTAssertEqual(Array(try file.readOnce(4990..<5010, using: buffer)), Array(bytes[4990..<5010]))
    }
  }

  /// Blocks that are written past the page cache, and read into memory that goes on behind them; a small file, whose
  /// blocks are in memory anyway.
  func testWritingOnce() throws {
    let folder = try TemporaryFolder()
    for byteCount in [byteCount, 6 << 20, 9000] {
      let file = try MappedFile(scratch: folder.file("a"), byteCount: byteCount)
      let pages = Pages(byteCount: byteCount + 4096)
      let memory = UnsafeMutableRawBufferPointer(start: pages.base, count: byteCount + 1)
      let pattern = contents()
      let bytes = (0..<byteCount).map { pattern[$0 % pattern.count] }
      try bytes.withUnsafeBytes { try file.write($0, at: 0) }
      var expected = bytes
      for (offset, count) in [(0, 4096), (byteCount / 8192 * 4096, 4096)] {
        let block = Pages(byteCount: count)
        memset(block.base, 7, count)
        try file.writeOnce(UnsafeRawBufferPointer(start: block.base, count: count), at: offset)
        expected.replaceSubrange(offset..<offset + count, with: repeatElement(7, count: count))
      }
      for range in [0..<byteCount, 0..<1, 4096..<4096, 0..<byteCount / 4096 * 4096, 4096..<min(byteCount, 8200)] {
        memory.initializeMemory(as: UInt8.self, repeating: 9)
        try file.readOnce(range, into: memory.baseAddress!)
        XCTAssertEqual(Array(memory[..<range.count]), Array(expected[range]), "\(range)")
        XCTAssertEqual(memory[range.count], 9, "what is behind stays")
      }
      guard byteCount > 9000 else { continue }
      file.discard(4096..<1 << 20)
      try file.readOnce(0..<byteCount, into: memory.baseAddress!)
      expected.replaceSubrange(4096..<1 << 20, with: repeatElement(0, count: (1 << 20) - 4096))
      XCTAssertEqual(Array(memory[..<byteCount]), expected)
    }
  }

  func testReadingOnceWhatIsGone() throws {
    let folder = try TemporaryFolder()
    let path = folder.file("a")
    try Data(contents()).write(to: URL(fileURLWithPath: path))
    let file = try MappedFile(opening: path)
    XCTAssertEqual(truncate(path, 10_000), 0)
    XCTAssertEqual(try file.readOnce(9000..<10_000, using: Buffer<UInt8>()).count, 1000)
    XCTAssertThrowsError(try file.readOnce(9000..<10_001, using: Buffer<UInt8>())) { error in
      XCTAssertTrue("\(error)".contains("the file has become shorter"), "\(error)")
    }
  }

  /// A store into a mapping that the disk has no room for would end the process: a file that is written so has its
  /// space, whatever was asked for.
  func testSmallFilesAreReserved() throws {
    let folder = try TemporaryFolder()
    let disk = folder.file("disk")
    try FileManager.default.createDirectory(atPath: disk, withIntermediateDirectories: true)
    try XCTSkipIf(mount("tmpfs", disk, "tmpfs", 0, "size=64k") != 0, "only root may mount a disk")
    defer { umount(disk) }
    func scratch(_ byteCount: Int) throws -> MappedFile {
      try MappedFile(scratch: disk + "/a", byteCount: byteCount, isReserved: false)
    }
    let bytes = [UInt8](repeating: 7, count: 128 << 10)
    assertRefused("\(disk)/a", "No space left on device") { _ = try scratch(bytes.count) }
    let large = try scratch(2 << 20)
    assertRefused("\(disk)/a", "No space left on device") { try bytes.withUnsafeBytes { try large.write($0, at: 0) } }
    let small = try scratch(32 << 10)
    try bytes.withUnsafeBytes { try small.write(UnsafeRawBufferPointer(rebasing: $0[..<small.byteCount]), at: 0) }
    XCTAssertTrue(small.bytes.allSatisfy { $0 == 7 })
  }
}
