import GasBase

/// Damages bytes by chance: what disks, broken transfers and other people's programs do to files.
struct Mutation {
  private var random: SeededRandom

  /// Numbers at the edges of types, where sums and products overflow.
  private static let numbers: [Int64] = [
    0, 1, -1, 127, 255, 256, 32767, 65535, 65536, Int64(Int32.max), Int64(Int32.max) + 1, Int64(UInt32.max),
    Int64(UInt32.max) + 1, 1 << 56, 1 << 62, .max, .min, -4, 7, 8,
  ]
  private static let words = [
    "nan", "inf", "-inf", "1e40", "-1", "0x1p3", "99999999999999999999", "\n", "\r\n", ",", " ", "%", "#", "\0", "\"",
    "(", "{", "[", ": ", "é", "\u{feff}", "- ",
  ]

  init(seed: UInt64) { random = SeededRandom(seed: seed) }

  mutating func damage(_ bytes: [UInt8]) -> [UInt8] {
    var bytes = bytes
    for _ in 0...random.below(3) { change(&bytes) }
    return bytes
  }

  /// A number below `bound`, to choose what is damaged.
  mutating func below(_ bound: Int) -> Int { random.below(bound) }

  private mutating func change(_ bytes: inout [UInt8]) {
    let place = random.below(bytes.count + 1)
    switch random.below(9) {
    case 0 where place < bytes.count: bytes[place] ^= 1 << UInt8(random.below(8))
    case 1 where place < bytes.count: bytes[place] = UInt8(random.below(256))
    case 2: bytes.removeSubrange(place...)
    case 3: bytes.insert(contentsOf: bytes[range(bytes)], at: place)
    case 4: bytes.removeSubrange(range(bytes))
    case 5: bytes.insert(contentsOf: Array("\(number())".utf8), at: place)
    case 6: bytes.insert(contentsOf: Array(Self.words[random.below(Self.words.count)].utf8), at: place)
    case 7: overwrite(&bytes, place, width: 1 << random.below(4))
    default: replaceDigits(&bytes, from: place)
    }
  }

  private mutating func range(_ bytes: [UInt8]) -> Range<Int> {
    let start = random.below(bytes.count + 1)
    return start..<min(bytes.count, start + random.below(40))
  }

  private mutating func number() -> Int64 { Self.numbers[random.below(Self.numbers.count)] }

  private mutating func overwrite(_ bytes: inout [UInt8], _ place: Int, width: Int) {
    // Numbers of a file are mostly aligned.
    let start = random.below(2) == 0 ? place : place / width * width
    withUnsafeBytes(of: number().littleEndian) { number in
      for (index, byte) in zip(start..<min(bytes.count, start + width), number) { bytes[index] = byte }
    }
  }

  /// Puts another number in the place of the next one.
  private mutating func replaceDigits(_ bytes: inout [UInt8], from place: Int) {
    func isDigit(_ byte: UInt8) -> Bool { 48..<58 ~= byte }
    guard let first = bytes[place...].firstIndex(where: isDigit) else { return }
    let end = bytes[first...].firstIndex { !isDigit($0) } ?? bytes.count
    bytes.replaceSubrange(first..<end, with: Array("\(number())".utf8))
  }
}
