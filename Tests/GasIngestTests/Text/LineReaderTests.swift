import Foundation
import GasBase
import TestSupport
import XCTest

@testable import GasFiles
@testable import GasFormats

final class LineReaderTests: XCTestCase {
  private func lines(_ path: String) throws -> [String] { try LineReader.lines(of: path) }

  func testLinesComeWholeWhateverTheirEnds() throws {
    let inputs = try Inputs()
    XCTAssertEqual(try lines(inputs.text("a\nb\n")), ["a", "b"])
    XCTAssertEqual(try lines(inputs.text("a\nb")), ["a", "b"])
    XCTAssertEqual(try lines(inputs.text("\n\n")), ["", ""])
    XCTAssertEqual(try lines(inputs.text("")), [])
    XCTAssertEqual(try lines(inputs.bytes([0xef, 0xbb, 0xbf] + Array("x\n".utf8), "bom")), ["x"])
    XCTAssertEqual(try lines(inputs.bytes([0xef, 0xbb, 0xbf], "bom")), [""])
  }

  func testLinesThatCrossBuffersStayWhole() throws {
    let inputs = try Inputs()
    // Lengths around those of the buffers (256 KiB, 1 MiB), and far above.
    let expected = [(1 << 18) - 1, 1 << 18, 3, (1 << 20) - 1, 1, 1 << 20, 3 << 20, 0, 7].map {
      String(repeating: "x", count: $0)
    }
    let text = expected.joined(separator: "\n") + "\n"
    XCTAssertEqual(try lines(inputs.text(text)), expected)
    XCTAssertEqual(try lines(inputs.bytes(inputs.gzip(Array(text.utf8)), "packed.gz")), expected)
  }

  func testGzipMayHaveSeveralMembersAndZerosBehind() throws {
    let inputs = try Inputs()
    let members = try inputs.gzip(Array("1 2\n3".utf8)) + inputs.gzip([]) + inputs.gzip(Array(" 4\n".utf8))
    XCTAssertEqual(try lines(inputs.bytes(members, "packed")), ["1 2", "3 4"])
    let padded = members + [UInt8](repeating: 0, count: 600_000)
    XCTAssertEqual(try lines(inputs.bytes(padded, "packed")), ["1 2", "3 4"])
  }

  /// Behind what is looked at to tell what a file is, too; packed or not.
  func testZeroBytesAreRefusedWhereverTheyStand() throws {
    let inputs = try Inputs()
    let line = Array("a b\n".utf8)
    for count in [3000, 1 << 18, (1 << 18) + 77] {
      let text = Array(repeatElement(line, count: count).joined())
      for rest in [[0], Array("b\tc".utf8) + [0] + Array("d\n".utf8), [UInt8](repeating: 0, count: 4096)] {
        let place = text.count + rest.firstIndex(of: 0)!
        assertRefused("edges at offset \(place): expected text, found a zero byte") {
          _ = try lines(inputs.bytes(text + rest, "edges"))
        }
        assertRefused("packed at offset \(place): expected text, found a zero byte in what was unpacked") {
          _ = try lines(inputs.bytes(inputs.gzip(text + rest), "packed"))
        }
      }
      XCTAssertEqual(try lines(inputs.bytes(text, "edges")).count, count)
    }
  }

  func testTruncatedGzipIsRefusedWhereverItEnds() throws {
    let inputs = try Inputs()
    let whole = try inputs.gzip(Array((0..<500).map { "\($0) \($0 * 7919 % 1000)\n" }.joined().utf8))
    for count in 2..<whole.count where count < 24 || count > whole.count - 24 || count % 13 == 0 {
      let path = try inputs.bytes(Array(whole[..<count]), "cut.gz")
      assertRefused("cut.gz at offset \(count): the gzip data ends in the middle") { _ = try lines(path) }
    }
  }

  func testDamagedGzipIsRefused() throws {
    let inputs = try Inputs()
    let whole = try inputs.gzip(Array((0..<500).map { "\($0) \($0 * 7919 % 1000)\n" }.joined().utf8))
    for place in stride(from: 10, to: whole.count - 4, by: 17) {
      var damaged = whole
      damaged[place] ^= 0x20
      let path = try inputs.bytes(damaged, "damaged.gz")
      assertRefused("damaged.gz at offset", "gzip data") { _ = try lines(path) }
    }
    let longer = try inputs.bytes(whole + Array("more".utf8), "longer.gz")
    assertRefused("longer.gz at offset \(whole.count): expected the end of the gzip data or another member") {
      _ = try lines(longer)
    }
  }

  func testOtherKindsOfFilesAreNamed() throws {
    let inputs = try Inputs()
    let array = try inputs.array([1 as Int64, 2], "array.npy")
    let renamed = try inputs.bytes([UInt8](try Data(contentsOf: URL(fileURLWithPath: array))), "edges.bin")
    assertRefused("edges.bin at offset 0", "found a NumPy array; give the file the ending .npy") {
      _ = try lines(renamed)
    }
    let zip = try inputs.bytes([0x50, 0x4b, 3, 4, 0], "edges.zip")
    assertRefused("found a zip archive") { _ = try lines(zip) }
    assertRefused("missing: cannot open: No such file") { _ = try lines(inputs.path("missing")) }
    assertRefused("cannot read: Is a directory") { _ = try lines(inputs.folder.path) }
  }

  func testChecksumAndSizeAreThoseOfTheFile() throws {
    let inputs = try Inputs()
    let packed = try inputs.gzip(Array("1 2\n".utf8))
    let reader = try LineReader(opening: inputs.bytes(packed, "packed.gz"))
    while try reader.next() != nil {}
    XCTAssertEqual(reader.source.file.byteCount, packed.count)
    XCTAssertEqual(reader.source.file.checksum, Checksum.crc32(packed))
  }
}

extension LineReader {
  /// All lines of a file.
  static func lines(of path: String) throws -> [String] {
    let reader = try LineReader(opening: path)
    var lines: [String] = []
    while let text = try reader.next() {
      XCTAssertEqual(text.last, UInt8(ascii: "\n"))
      lines += String(decoding: text, as: UTF8.self).split(separator: "\n", omittingEmptySubsequences: false)
        .dropLast().map(String.init)
    }
    return lines
  }
}
