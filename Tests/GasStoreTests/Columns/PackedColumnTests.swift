import GasBase
import TestSupport
import XCTest

@testable import GasFiles
@testable import GasColumns
@testable import GasStore

/// Columns of packed integers, against a reader that knows nothing but docs/format.md (`PlainColumn`).
final class PackedColumnTests: XCTestCase {
  private var folder: TemporaryFolder!
  private var random = SeededRandom(seed: 12)

  override func setUpWithError() throws { folder = try TemporaryFolder() }
  override func tearDown() { folder = nil }

  /// Ascending lists of up to 40 numbers below `limit`.
  private func lists(_ count: Int, below limit: Int) -> [UInt32] {
    var numbers: [UInt32] = []
    while numbers.count < count {
      numbers += Set((0..<random.below(40)).map { _ in UInt32(random.below(limit)) }).sorted()
    }
    return Array(numbers[..<count])
  }

  /// - Returns: the file as the document has it, after checking that the column gives back its elements.
  private func plain(_ elements: [UInt32], blockEnds: [Int] = []) throws -> PlainColumn {
    let path = folder.file("x.gascol")
    try? FileManager.default.removeItem(atPath: path)
    try ColumnFile.write(elements, to: path, type: .uint32, encoding: .packed, blockEnds: blockEnds)
    try ColumnFile.check(path)
    XCTAssertEqual(try Column(opening: path).array(0..<elements.count), elements)
    let plain = try PlainColumn(ColumnFile.bytes(path))
    XCTAssertEqual(plain.encoding, 2)
    XCTAssertEqual(plain.integers, elements.map(Int.init))
    return plain
  }

  private func firstByte() throws -> UInt8 { try ColumnFile.bytes(folder.file("x.gascol"))[4096] }

  func testListsTakeFewBits() throws {
    for limit in [50, 1000, 50_000, 1 << 20] {
      let elements = lists(70_001, below: limit)
      let stored = try plain(elements).blocks[0].storedBytes
      XCTAssertEqual(
        try firstByte(), UInt8(Int.bitWidth - (limit - 1).leadingZeroBitCount), "bits, of the largest number")
      // A list of n numbers below L has gaps of about L / n, and most of them twice that at most.
      let bits = Double(8 * stored) / Double(elements.count)
      XCTAssertLessThan(bits, log2(Double(limit) / 20) + 4, "\(limit)")
    }
  }

  func testListsThatRepeatAreLeftToLZ4() throws {
    let list = lists(500, below: 3000)
    let stored = try plain((0..<100).flatMap { _ in list }).blocks[0].storedBytes
    XCTAssertEqual(try firstByte(), 0x80 | 12)
    XCTAssertLessThan(stored, 5000)
  }

  func testNoiseIsStoredAsItIs() throws {
    let noise = (0..<1000).map { _ in UInt32(truncatingIfNeeded: random.next()) }
    XCTAssertEqual(try plain(noise).blocks[0].storedBytes, 4000)
  }

  func testExtremes() throws {
    for count in [1, 2, 127, 128, 129, 1000] {
      for element in [0, 1, 0x7fff_ffff, 0x8000_0000, UInt32.max] {
        _ = try plain(Array(repeating: element, count: count))
        _ = try plain((0..<count).map { $0 % 2 == 0 ? element : 0 })
      }
      _ = try plain((0..<UInt32(count)).map { $0 })
      _ = try plain((0..<UInt32(count)).map { UInt32.max - $0 })
    }
  }

  func testRangesAcrossBlocks() throws {
    let least = (64 << 10) / 4
    let elements = lists(5 * least, below: 9000)
    let ends = [least, 2 * least + 5, 2 * least + 100, 4 * least]
    XCTAssertEqual(
      try plain(elements, blockEnds: ends).blocks.map(\.firstElement), [0, least, 2 * least + 5, 4 * least])
    let column = try Column(opening: folder.file("x.gascol"))
    for low in [0, 1, 127, 128, least - 1, least, 2 * least + 5, 4 * least] {
      for high in [low, low + 1, 2 * least + 6, 4 * least, 5 * least] where high >= low {
        XCTAssertEqual(try column.array(low..<high), Array(elements[low..<high]), "\(low)..<\(high)")
      }
    }
  }

  /// Bytes with a right checksum that are no packed block of the right size: told, or decoded to something, never
  /// worse.
  func testDamageUnderARightChecksum() throws {
    let codec = BlockCodec()
    let repeated = Array(repeating: lists(40, below: 3000), count: 20).flatMap { $0 }
    for (elements, isLZ4) in [(lists(300, below: 100_000), false), (repeated, true), ([7, 9, 11], false)] {
      let bytes = elements.withUnsafeBytes { Array(codec.encode($0, .uint32, .packed)) }
      XCTAssertLessThan(bytes.count, 4 * elements.count)
      XCTAssertEqual(bytes[0] >= 0x80, isLZ4)
      for length in 0..<bytes.count {
        XCTAssertFalse(decodes(Array(bytes[..<length]), elements.count, codec), "\(length)")
      }
      XCTAssertFalse(decodes(bytes + [0], elements.count, codec))
      for place in bytes.indices {
        for mask in [1, 0x10, 0x80, 0xff] as [UInt8] {
          var damaged = bytes
          damaged[place] ^= mask
          _ = decodes(damaged, elements.count, codec)
        }
      }
      for width in [33, 0x7f, 0xff] as [UInt8] {
        XCTAssertFalse(decodes([width] + bytes[1...], elements.count, codec), "width \(width)")
      }
    }
  }

  private func decodes(_ bytes: [UInt8], _ count: Int, _ codec: BlockCodec) -> Bool {
    var elements = [UInt32](repeating: 0, count: count)
    return bytes.withUnsafeBytes { bytes in
      elements.withUnsafeMutableBytes { codec.decode(bytes, into: $0, .uint32, .packed) }
    }
  }

  func testBlockThatDoesNotDecodeIsNamed() throws {
    _ = try plain(lists(300, below: 1000))
    let path = folder.file("x.gascol")
    var bytes = try ColumnFile.bytes(path)
    let column = try Column(opening: path)
    let (stored, table) = (column.table[0].storedBytes, column.header.tableOffset)
    bytes[4096] = 33
    func put(_ checksum: UInt32, _ place: Int) {
      bytes.replaceSubrange(place..<place + 4, with: withUnsafeBytes(of: checksum.littleEndian) { Array($0) })
    }
    put(Checksum.crc32(Array(bytes[4096..<4096 + stored])), table + 20)
    put(Checksum.crc32(Array(bytes[table...])), 80)
    try ColumnFile.write(rechecked(Array(bytes[..<4096])) { _ in } + bytes[4096...], to: path)
    assertRefused("\(path) at offset 4096: expected a packed block of 1200 bytes") { try ColumnFile.check(path) }
  }
}
