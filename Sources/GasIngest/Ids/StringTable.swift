/// Distinct strings, numbered in the order in which they were added.
///
/// Bytes stand end to end; a hash table of numbers, probed linearly, finds them again. Takes 16 bytes a string besides the text.
final class StringTable {
  private(set) var bytes: [UInt8] = []
  /// `count + 1` numbers: where each string starts.
  private(set) var offsets: [UInt64] = [0]
  private var hashes: [UInt32] = []
  private var slots = [UInt32](repeating: StringTable.free, count: 1 << 10)
  private static let free = UInt32.max

  var count: Int { hashes.count }

  func number(of text: UnsafeRawBufferPointer) -> UInt32? {
    let found = slots[slot(of: text, hash: Self.hash(text))]
    return found == Self.free ? nil : found
  }

  /// - Returns: the string's number, and whether it is new.
  func add(_ text: UnsafeRawBufferPointer) -> (number: UInt32, isNew: Bool) {
    let hash = Self.hash(text)
    let slot = slot(of: text, hash: hash)
    if slots[slot] != Self.free { return (slots[slot], false) }
    let number = UInt32(count)
    slots[slot] = number
    hashes.append(hash)
    bytes.append(contentsOf: text)
    offsets.append(UInt64(bytes.count))
    if count * 2 > slots.count { grow() }
    return (number, true)
  }

  func range(of number: Int) -> Range<Int> { Int(offsets[number])..<Int(offsets[number + 1]) }

  subscript(number: Int) -> String { String(decoding: bytes[range(of: number)], as: UTF8.self) }

  private func slot(of text: UnsafeRawBufferPointer, hash: UInt32) -> Int {
    let mask = slots.count - 1
    var slot = Int(hash) & mask
    while slots[slot] != Self.free {
      let number = Int(slots[slot])
      if hashes[number] == hash && equals(number, text) { break }
      slot = (slot + 1) & mask
    }
    return slot
  }

  private func equals(_ number: Int, _ text: UnsafeRawBufferPointer) -> Bool {
    bytes.withUnsafeBytes { UnsafeRawBufferPointer(rebasing: $0[range(of: number)]).elementsEqual(text) }
  }

  private func grow() {
    slots = [UInt32](repeating: Self.free, count: slots.count * 2)
    let mask = slots.count - 1
    for (number, hash) in hashes.enumerated() {
      var slot = Int(hash) & mask
      while slots[slot] != Self.free { slot = (slot + 1) & mask }
      slots[slot] = UInt32(number)
    }
  }

  /// Eight bytes at a time, each multiplied into the state (the scheme of FNV, wider), high bits folded down at the end.
  private static func hash(_ text: UnsafeRawBufferPointer) -> UInt32 {
    var state: UInt64 = 0x9e37_79b9_7f4a_7c15 ^ UInt64(text.count)
    var at = 0
    while at + 8 <= text.count {
      state = mix(state, text.loadUnaligned(fromByteOffset: at, as: UInt64.self))
      at += 8
    }
    while at < text.count {
      state = mix(state, UInt64(text[at]))
      at += 1
    }
    return UInt32(truncatingIfNeeded: state ^ (state >> 32))
  }

  private static func mix(_ state: UInt64, _ value: UInt64) -> UInt64 {
    let product = (state ^ value).multipliedFullWidth(by: 0xff51_afd7_ed55_8ccd)
    return product.low ^ product.high
  }
}
