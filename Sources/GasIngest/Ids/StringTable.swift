import Foundation

/// Distinct strings, numbered in the order in which they were added.
///
/// Bytes stand end to end; a hash table of numbers, probed linearly, finds them again. Takes 24 to 40 bytes a string besides the
/// text.
final class StringTable {
  private(set) var bytes: [UInt8] = []
  /// `count + 1` numbers: where each string starts.
  private(set) var offsets: [UInt64] = [0]
  private var slots = [Slot](repeating: .free, count: 1 << 10)

  /// A number, with the hash of its string beside it: most comparisons end here.
  private struct Slot {
    static let free = Slot(hash: 0, number: .max)
    var hash: UInt32
    var number: UInt32
    var isFree: Bool { number == .max }
  }

  var count: Int { offsets.count - 1 }

  func number(of text: UnsafeRawBufferPointer) -> UInt32? {
    let slot = slots[place(of: text, hash: Self.hash(text))]
    return slot.isFree ? nil : slot.number
  }

  /// - Returns: the string's number, and whether it is new.
  func add(_ text: UnsafeRawBufferPointer) -> (number: UInt32, isNew: Bool) {
    let hash = Self.hash(text)
    let place = place(of: text, hash: hash)
    guard slots[place].isFree else { return (slots[place].number, false) }
    let number = UInt32(count)
    slots[place] = Slot(hash: hash, number: number)
    bytes.append(contentsOf: text)
    offsets.append(UInt64(bytes.count))
    if count * 2 > slots.count { grow() }
    return (number, true)
  }

  func range(of number: Int) -> Range<Int> { Int(offsets[number])..<Int(offsets[number + 1]) }

  subscript(number: Int) -> String { String(decoding: bytes[range(of: number)], as: UTF8.self) }

  /// The slot that holds a string, or the free one where it belongs.
  private func place(of text: UnsafeRawBufferPointer, hash: UInt32) -> Int {
    let mask = slots.count - 1
    var place = Int(hash) & mask
    while !slots[place].isFree && !(slots[place].hash == hash && equals(Int(slots[place].number), text)) {
      place = (place + 1) & mask
    }
    return place
  }

  private func equals(_ number: Int, _ text: UnsafeRawBufferPointer) -> Bool {
    let range = range(of: number)
    guard range.count == text.count, !text.isEmpty else { return range.count == text.count }
    return bytes.withUnsafeBytes { memcmp($0.baseAddress! + range.lowerBound, text.baseAddress!, text.count) == 0 }
  }

  private func grow() {
    let old = slots
    slots = [Slot](repeating: .free, count: old.count * 2)
    let mask = slots.count - 1
    for slot in old where !slot.isFree {
      var place = Int(slot.hash) & mask
      while !slots[place].isFree { place = (place + 1) & mask }
      slots[place] = slot
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
