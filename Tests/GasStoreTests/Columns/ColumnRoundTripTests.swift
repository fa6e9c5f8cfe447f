import GasBase
import TestSupport
import XCTest

@testable import GasColumns
@testable import GasStore

/// What is written to a column comes back bit by bit, whole and range by range, for every element type and encoding,
/// with sizes on both sides of each limit of the format.
final class ColumnRoundTripTests: XCTestCase {
  private static let byteCounts = [0, 64 << 10, 1 << 20, 2 << 20]

  func testUInt8() throws { try check(.uint8, as: UInt8.self) }
  func testInt32() throws { try check(.int32, as: Int32.self) }
  func testUInt32() throws { try check(.uint32, as: UInt32.self) }
  func testInt64() throws { try check(.int64, as: Int64.self) }
  func testUInt64() throws { try check(.uint64, as: UInt64.self) }
  func testFloat16() throws { try check(.float16, as: UInt16.self) }
  func testBFloat16() throws { try check(.bfloat16, as: UInt16.self) }
  func testFloat32() throws { try check(.float32, as: Float.self) }
  func testFloat64() throws { try check(.float64, as: Double.self) }

  func testEveryElementTypeIsTested() {
    XCTAssertEqual(ElementType.allCases.count, 9)
  }

  private func check<T: ColumnElement>(_ type: ElementType, as: T.Type) throws {
    let folder = try TemporaryFolder()
    let path = folder.file("x.gascol")
    for encoding in [ColumnEncoding.raw, .lz4, .packed] where encoding.fits(type) {
      for bytes in Self.byteCounts {
        for count in Set([-1, 0, 1].map { max(0, bytes / type.byteCount + $0) }) {
          for compressible in [true, false] where encoding != .raw || compressible {
            let elements: [T] = Self.elements(count, compressible: compressible)
            try ColumnFile.write(elements, to: path, type: type, encoding: encoding)
            try assertReadsBack(elements, path, type, encoding)
            try FileManager.default.removeItem(atPath: path)
          }
        }
      }
    }
  }

  private func assertReadsBack<T: ColumnElement>(
    _ elements: [T], _ path: String, _ type: ElementType, _ encoding: ColumnEncoding
  ) throws {
    let column = try Column(opening: path)
    try column.verify()
    XCTAssertEqual(column.type, type)
    XCTAssertEqual(column.header.encoding, encoding)
    XCTAssertEqual(column.rowCount, elements.count)
    XCTAssertEqual(column.width, 1)
    let label = "\(type), \(encoding), \(elements.count) elements"
    XCTAssertTrue(isSame(try column.array(0..<elements.count), elements[...]), label)
    if encoding == .raw {
      XCTAssertTrue(isSame(Array(try column.values.elements(0..<elements.count, as: T.self)), elements[...]), label)
    }
    for range in Self.ranges(elements.count, elementBytes: type.byteCount) {
      XCTAssertTrue(isSame(try column.array(range), elements[range]), "\(label), \(range)")
    }
  }

  /// Single elements and ranges at, before and across the ends of blocks.
  private static func ranges(_ count: Int, elementBytes: Int) -> [Range<Int>] {
    guard count > 0 else { return [0..<0] }
    let block = (1 << 20) / elementBytes
    let ranges = [
      0..<1, count - 1..<count, count..<count, block - 1..<block, block..<block + 1, block - 1..<block + 1,
      5..<block + 5, block + 1..<2 * block - 1, 2 * block - 1..<2 * block + 1,
    ]
    return ranges.filter { $0.upperBound <= count }
  }

  /// Bits of all kinds: small numbers that LZ4 likes, or noise that it does not.
  private static func elements<T: ColumnElement>(_ count: Int, compressible: Bool) -> [T] {
    var random = SeededRandom(seed: UInt64(count))
    let byteCount = count * MemoryLayout<T>.stride
    let words = (0..<(byteCount + 7) / 8).map { compressible ? UInt64($0 & 0xff) : random.next() }
    return words.withUnsafeBytes { bytes in
      [T](unsafeUninitializedCapacity: count) { buffer, initialised in
        UnsafeMutableRawBufferPointer(buffer).copyMemory(from: UnsafeRawBufferPointer(rebasing: bytes[..<byteCount]))
        initialised = count
      }
    }
  }

  /// By bits: noise holds values that are no numbers.
  private func isSame<T: ColumnElement>(_ a: [T], _ b: ArraySlice<T>) -> Bool {
    a.withUnsafeBytes { a in
      b.withUnsafeBytes { b in
        a.count == b.count && (a.isEmpty || memcmp(a.baseAddress!, b.baseAddress!, a.count) == 0)
      }
    }
  }
}
