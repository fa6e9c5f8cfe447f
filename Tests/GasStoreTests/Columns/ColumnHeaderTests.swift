import GasBase
import TestSupport
import XCTest

@testable import GasColumns
@testable import GasStore

/// Headers that are whole but not what this release reads: each is refused with the offset and what is wrong.
final class ColumnHeaderTests: XCTestCase {
  private let good = ColumnHeader(
    type: .float32, encoding: .raw, isMutable: false, rowCount: 5, width: 3, rank: 2, dataBytes: 60, tableOffset: 4160,
    tableCount: 1, tableChecksum: 0x1234_5678)

  private func parse(_ page: [UInt8]) throws -> ColumnHeader {
    try page.withUnsafeBytes { try ColumnHeader(parsing: $0, file: "x.gascol") }
  }

  private func assertRefused(_ texts: String, line: UInt = #line, _ change: (inout [UInt8]) -> Void) {
    let page = rechecked(good.encoded(), change)
    TestSupport.assertRefused("x.gascol", texts, line: line) { _ = try parse(page) }
  }

  func testRoundTrip() throws {
    for type in ElementType.allCases {
      for encoding in [ColumnEncoding.raw, .lz4] {
        for isMutable in [false, true] {
          var header = good
          header.type = type
          header.encoding = encoding
          header.isMutable = isMutable
          header.dataBytes = 15 * type.byteCount
          XCTAssertEqual(try parse(header.encoded()), header)
          XCTAssertEqual(header.encoded().count, 4096)
        }
      }
    }
  }

  func testForeignFile() {
    TestSupport.assertRefused("x.gascol at offset 0", "magic") {
      _ = try parse([UInt8]("#!/bin/sh\n".utf8) + [UInt8](repeating: 0, count: 5000))
    }
    // A transfer in text mode turns CR LF into LF.
    var page = good.encoded()
    page.remove(at: 6)
    TestSupport.assertRefused("x.gascol at offset 0", "magic") { _ = try parse(page + [0]) }
    TestSupport.assertRefused("x.gascol at offset 0", "the end of the file") { _ = try parse([]) }
    TestSupport.assertRefused("x.gascol at offset 4095", "the end of the file") {
      _ = try parse([UInt8](good.encoded()[..<4095]))
    }
  }

  func testNewerVersionSaysSo() {
    assertRefused("at offset 8: expected column version 1, found 2; use a newer release") { $0[8] = 2 }
    assertRefused("at offset 8: expected column version 1, found 65537; use a newer release") { $0[10] = 1 }
    assertRefused("at offset 8: expected column version 1, found 0") { $0[8] = 0 }
  }

  func testOtherByteOrderSaysSo() {
    assertRefused("at offset 12: expected byte-order mark 01020304, found 04030201; the file was written in another") {
      // Version and mark as a big-endian machine would write them.
      $0.replaceSubrange(8..<16, with: [0, 0, 0, 1, 1, 2, 3, 4])
    }
  }

  func testFieldsOutsideTheFormat() {
    assertRefused("at offset 16: expected an element type, found 0") { $0[16] = 0 }
    assertRefused("at offset 16: expected an element type, found 10") { $0[16] = 10 }
    assertRefused("at offset 20: expected an encoding, found 3") { $0[20] = 3 }
    assertRefused("at offset 20: expected packed elements to be uint32, found float32") { $0[20] = 2 }
    assertRefused("at offset 24: expected no flags but the first, found 2") { $0[24] = 2 }
    assertRefused("at offset 28: expected rank 1 or 2, found 3") { $0[28] = 3 }
    assertRefused("at offset 28: expected rank 1 or 2, found 0") { $0[28] = 0 }
    assertRefused("at offset 40: expected 1 element in a row of rank 1, found 3") { $0[28] = 1 }
    assertRefused("at offset 48: expected data offset 4096, found 4104") { $0[48] = 8 }
    assertRefused("at offset 56: expected 60 data bytes for the shape, found 61") { $0[56] = 61 }
    for offset in [32, 40, 48, 56, 64, 72] {
      assertRefused("at offset \(offset): expected a count below 2^56") { $0[offset + 7] = 0xff }
    }
    assertRefused("at offset 32: expected a shape of under 2^56 elements") {
      $0[32 + 6] = 1
      $0[40 + 6] = 1
    }
  }

  func testBytesBehindTheHeaderAreZero() {
    for offset in [88, 1000, 4095] {
      assertRefused("at offset \(offset): expected zeros up to the data, found 7") { $0[offset] = 7 }
    }
  }

  func testChecksumOfTheHeader() {
    var page = good.encoded()
    page[84] ^= 1
    TestSupport.assertRefused("x.gascol at offset 84: expected header checksum", "damaged") { _ = try parse(page) }
  }

  func testElementTypesByName() {
    for type in ElementType.allCases { XCTAssertEqual(ElementType(name: type.description), type) }
    XCTAssertNil(ElementType(name: "float8"))
  }
}
