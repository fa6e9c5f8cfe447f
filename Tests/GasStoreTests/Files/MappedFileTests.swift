import Foundation
import GasBase
import TestSupport
import XCTest

@testable import GasStore

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
}
