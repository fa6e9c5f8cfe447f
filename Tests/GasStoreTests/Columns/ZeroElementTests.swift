import GasBase
import TestSupport
import XCTest

@testable import GasColumns
@testable import GasFiles

/// Zeros that are appended as a number of elements, and pages of them that are holes: the same bytes, in less space.
final class ZeroElementTests: XCTestCase {
  private var folder: TemporaryFolder!

  override func setUpWithError() throws { folder = try TemporaryFolder() }
  override func tearDown() { folder = nil }

  /// Stretches of ones and zeros: within a block, over the end of one, whole blocks, and at both ends of the column.
  private static let stretches: [[(zeros: Int, ones: Int)]] = [
    [(3, 5), (70_000, 1), (0, 9)], [(262_144, 4)], [(262_144 * 3 + 17, 2), (1, 0)], [(0, 1), (600_000, 0)],
    [(300_000, 300_000), (262_144, 1)], [(1023, 1), (1024, 1), (4096, 2048)], [(600_000, 0)], [(0, 0)],
  ]

  private func write(
    _ name: String, _ type: ElementType, _ encoding: ColumnEncoding, holes: Bool, _ body: (ColumnWriter) throws -> Void
  ) throws -> String {
    let path = folder.file("\(name)-\(type)-\(encoding)-\(holes)")
    let writer = try ColumnWriter(creating: path, type: type, width: nil, encoding: encoding, leavesHoles: holes)
    try body(writer)
    _ = try writer.finish()
    return path
  }

  func testBytesAreThoseOfZerosOneByOne() throws {
    for (number, stretches) in Self.stretches.enumerated() {
      for (encoding, holes) in [(ColumnEncoding.raw, false), (.raw, true), (.lz4, false), (.packed, false)] {
        let plain = try write("plain-\(number)-\(holes)", .uint32, encoding, holes: false) { writer in
          for (zeros, ones) in stretches {
            try writer.append([UInt32](repeating: 0, count: zeros) + [UInt32](repeating: 1, count: ones))
          }
        }
        let counted = try write("counted-\(number)", .uint32, encoding, holes: holes) { writer in
          for (zeros, ones) in stretches {
            try writer.append(zeros: zeros)
            try writer.append([UInt32](repeating: 1, count: ones))
          }
        }
        XCTAssertEqual(
          FileManager.default.contents(atPath: plain), FileManager.default.contents(atPath: counted),
          "\(stretches), \(encoding), \(holes)")
        XCTAssertNoThrow(try ColumnFile.check(counted))
      }
    }
  }

  func testHolesTakeNoSpace() throws {
    let sizes = try [false, true].map { holes in
      let path = try write("size", .float32, .raw, holes: holes) { writer in
        for _ in 0..<4 {
          try writer.append(zeros: 1_000_000)
          try writer.append([Float](repeating: 2, count: 10))
        }
      }
      XCTAssertEqual(try Column(opening: path).header.elementCount, 4_000_040)
      return FileTree.diskBytes(path)
    }
    XCTAssertGreaterThan(sizes[0], 16_000_000)
    XCTAssertLessThan(sizes[1], 100_000)
  }

  /// What lies between holes is written once, in whole pages of the file, wherever a piece begins.
  func testPiecesThatBeginWithinPages() throws {
    for start in [0, 1, 4095, 4096, 5000] {
      let bytes = (0..<30_000).map { place in (4000..<9000).contains(place) || place > 29_990 ? UInt8(7) : 0 }
      let path = folder.file("pieces-\(start)")
      let writer = try FileWriter(creating: path)
      try writer.write([UInt8](repeating: 1, count: start))
      try bytes.withUnsafeBytes { try writer.write(leavingHoles: $0) }
      try writer.write([9])
      try writer.close()
      XCTAssertEqual(writer.byteCount, start + bytes.count + 1)
      let found = try XCTUnwrap(FileManager.default.contents(atPath: path))
      XCTAssertEqual([UInt8](found), [UInt8](repeating: 1, count: start) + bytes + [9])
    }
  }
}
