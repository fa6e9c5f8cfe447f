import CLZ4
import CZlib
import XCTest

/// A column file read as docs/format.md says, by nothing but that document: every statement of its tables is checked on
/// the way.
///
/// Slow and plain on purpose, and without any code of GasStore, which it is the judge of.
struct PlainColumn {
  struct Block: Equatable {
    var firstElement: Int
    var offset: Int
    var storedBytes: Int
    var checksum: UInt32
  }

  let typeCode: Int
  /// 0 raw, 1 lz4, 2 packed.
  let encoding: Int
  let isMutable: Bool
  let shape: [Int]
  let headerChecksum: UInt32
  let blocks: [Block]
  /// The elements, row by row, little-endian.
  let data: [UInt8]

  static let elementBytes = [1: 1, 2: 4, 3: 4, 4: 8, 5: 8, 6: 2, 7: 2, 8: 4, 9: 8]

  init(_ file: [UInt8], _ name: String = "", line: UInt = #line) throws {
    func number(_ offset: Int, _ byteCount: Int) -> Int {
      (0..<byteCount).reduce(0) { $0 | Int(file[offset + $1]) << (8 * $1) }
    }
    func expect(_ found: Int, _ expected: Int, _ what: String) {
      XCTAssertEqual(found, expected, "\(name): \(what)", line: line)
    }
    XCTAssertEqual(Array(file[0..<8]), [0x47, 0x41, 0x53, 0x43, 0x4f, 0x4c, 0x0d, 0x0a], "\(name): magic", line: line)
    expect(number(8, 4), 1, "version")
    XCTAssertEqual(Array(file[12..<16]), [4, 3, 2, 1], "\(name): byte-order mark", line: line)
    typeCode = number(16, 4)
    let elementBytes = try XCTUnwrap(Self.elementBytes[typeCode], "\(name): element type", line: line)
    encoding = number(20, 4)
    XCTAssertTrue([0, 1, 2].contains(encoding), "\(name): encoding", line: line)
    XCTAssertTrue([0, 1].contains(number(24, 4)), "\(name): flags", line: line)
    isMutable = number(24, 4) == 1
    let rank = number(28, 4)
    XCTAssertTrue([1, 2].contains(rank), "\(name): rank", line: line)
    if rank == 1 { expect(number(40, 8), 1, "second number of a shape of rank 1") }
    shape = rank == 1 ? [number(32, 8)] : [number(32, 8), number(40, 8)]
    let elementCount = shape.reduce(1, *)
    expect(number(48, 8), 4096, "data offset")
    let dataBytes = number(56, 8)
    let dataEnd = 4096 + dataBytes
    let tableOffset = number(64, 8)
    let tableCount = number(72, 8)
    headerChecksum = UInt32(number(84, 4))
    XCTAssertEqual(headerChecksum, Self.crc32(file[..<84]), "\(name): header checksum", line: line)
    XCTAssertTrue(file[88..<4096].allSatisfy { $0 == 0 }, "\(name): zeros behind the header", line: line)
    expect(file.count, tableOffset + 24 * tableCount, "size")
    if isMutable {
      expect(tableOffset, dataEnd, "table offset of a mutable column")
      expect(tableCount, 0, "table entries of a mutable column")
      blocks = []
      data = Array(file[4096..<dataEnd])
      return
    }
    expect(tableOffset % 8, 0, "table offset")
    XCTAssertTrue(0..<8 ~= tableOffset - dataEnd, "\(name): table offset", line: line)
    XCTAssertTrue(file[dataEnd..<tableOffset].allSatisfy { $0 == 0 }, "\(name): zeros before the table", line: line)
    XCTAssertEqual(UInt32(number(80, 4)), Self.crc32(file[tableOffset...]), "\(name): table checksum", line: line)
    blocks = (0..<tableCount).map { block in
      let at = tableOffset + 24 * block
      return Block(
        firstElement: number(at, 8), offset: number(at + 8, 8), storedBytes: number(at + 16, 4),
        checksum: UInt32(number(at + 20, 4)))
    }
    data = try Self.elements(
      of: blocks, in: file[4096..<dataEnd], elementCount, elementBytes, encoding, "\(name): blocks")
  }

  /// Puts the blocks together, each checked against its checksum and decoded.
  private static func elements(
    of blocks: [Block], in stored: ArraySlice<UInt8>, _ elementCount: Int, _ elementBytes: Int, _ encoding: Int,
    _ what: String
  ) throws -> [UInt8] {
    var data: [UInt8] = []
    var offset = 0
    for (index, block) in blocks.enumerated() {
      XCTAssertEqual(block.firstElement * elementBytes, data.count, what)
      XCTAssertEqual(block.offset, offset, what)
      let end = index + 1 < blocks.count ? blocks[index + 1].firstElement : elementCount
      let byteCount = (end - block.firstElement) * elementBytes
      XCTAssertTrue(1...1 << 20 ~= byteCount, what)
      let start = stored.startIndex + block.offset
      let bytes = Array(stored[start..<start + block.storedBytes])
      XCTAssertEqual(crc32(bytes[...]), block.checksum, what)
      if bytes.count == byteCount {
        data += bytes
      } else {
        XCTAssertTrue(encoding > 0 && bytes.count < byteCount, what)
        data +=
          encoding == 1
          ? try unshuffled(decompressed(bytes, to: byteCount), elementBytes)
          : try PlainPackedBlock(bytes).elements(byteCount / 4)
      }
      offset += block.storedBytes
    }
    XCTAssertEqual(offset, stored.count, what)
    XCTAssertEqual(data.count, elementCount * elementBytes, what)
    return data
  }

  static func decompressed(_ bytes: [UInt8], to byteCount: Int) throws -> [UInt8] {
    let source = bytes.map { CChar(bitPattern: $0) }
    var target = [CChar](repeating: 0, count: byteCount)
    let size = LZ4_decompress_safe(source, &target, Int32(source.count), Int32(byteCount))
    XCTAssertEqual(Int(size), byteCount, "LZ4")
    return target.map { UInt8(bitPattern: $0) }
  }

  /// The first bytes of all elements, then all second bytes, …: back to elements.
  static func unshuffled(_ bytes: [UInt8], _ elementBytes: Int) -> [UInt8] {
    let count = bytes.count / elementBytes
    return (0..<count).flatMap { element in (0..<elementBytes).map { bytes[$0 * count + element] } }
  }

  static func crc32(_ bytes: ArraySlice<UInt8>) -> UInt32 {
    UInt32(CZlib.crc32(0, Array(bytes), UInt32(bytes.count)))
  }

  var isCompressed: Bool { encoding != 0 }

  /// The elements of an integer column.
  var integers: [Int] {
    let size = Self.elementBytes[typeCode]!
    return stride(from: 0, to: data.count, by: size).map { start in
      let bits = (0..<size).reduce(UInt64(0)) { $0 | UInt64(data[start + $1]) << UInt64(8 * $1) }
      // int32: its sign is its highest bit.
      return typeCode == 2 ? Int(Int32(truncatingIfNeeded: bits)) : Int(truncatingIfNeeded: bits)
    }
  }

  /// The elements of a column of float32.
  var floats: [Float] {
    precondition(typeCode == 8, "not float32")
    return stride(from: 0, to: data.count, by: 4).map { start in
      Float(bitPattern: (0..<4).reduce(UInt32(0)) { $0 | UInt32(data[start + $1]) << UInt32(8 * $1) })
    }
  }
}
