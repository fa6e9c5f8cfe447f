import XCTest

/// A block of packed integers read as docs/format.md says, number by number and bit by bit.
struct PlainPackedBlock {
  let bytes: [UInt8]
  let width: Int
  let isLZ4: Bool

  init(_ bytes: [UInt8]) {
    self.bytes = bytes
    width = Int(bytes[0] & 0x7f)
    isLZ4 = bytes[0] >= 0x80
  }

  /// The elements' bytes.
  func elements(_ count: Int) throws -> [UInt8] {
    let differences = isLZ4 ? try decompressed(count) : unpacked(count)
    var element = -1
    return differences[..<count].flatMap { difference in
      element = (element + difference + 1) % (1 << width)
      return withUnsafeBytes(of: UInt32(element).littleEndian) { Array($0) }
    }
  }

  private func decompressed(_ count: Int) throws -> [Int] {
    let plain = PlainColumn.unshuffled(try PlainColumn.decompressed(Array(bytes[1...]), to: 4 * count), 4)
    return (0..<count).map { place in (0..<4).reduce(0) { $0 | Int(plain[4 * place + $1]) << (8 * $1) } }
  }

  /// Groups of 128, the last filled up with zeros.
  private func unpacked(_ count: Int) -> [Int] {
    var start = 1
    let groups = (0..<(count + 127) / 128).flatMap { _ in group(&start) }
    XCTAssertEqual(start, bytes.count, "bytes behind the last group")
    XCTAssertTrue(groups[count...].allSatisfy { $0 == 0 }, "zeros behind the last number")
    return groups
  }

  private func group(_ start: inout Int) -> [Int] {
    let (low, patches) = (Int(bytes[start]), Int(bytes[start + 1]))
    let words = start + 2
    var numbers = (0..<128).map { place in
      (0..<low).reduce(0) { number, bit in
        let inLane = place / 4 * low + bit
        return number | self.bit(8 * words + 128 * (inLane / 32) + 32 * (place % 4) + inLane % 32) << bit
      }
    }
    let positions = words + 16 * low
    let isByByte = patches <= 16
    let places =
      isByByte
      ? bytes[positions..<positions + patches].map(Int.init) : (0..<128).filter { bit(8 * positions + $0) == 1 }
    XCTAssertEqual(places.count, patches)
    let high = positions + (isByByte ? patches : 16)
    for (index, place) in places.enumerated() {
      for offset in 0..<width - low {
        numbers[place] |= bit(8 * high + index * (width - low) + offset) << (low + offset)
      }
    }
    start = high + (patches * (width - low) + 7) / 8
    return numbers
  }

  private func bit(_ place: Int) -> Int { Int(bytes[place / 8] >> UInt8(place % 8) & 1) }
}
