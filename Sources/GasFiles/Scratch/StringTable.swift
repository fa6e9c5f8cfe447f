import Glibc

/// Distinct strings, numbered in the order in which they were added.
///
/// Their bytes are stored one after the other; a hash table of numbers with linear probing finds them again. All of it
/// is in scratch files: 24 to 40 bytes a string besides the text, of which the table is used at random places.
package final class StringTable {
  private let bytes: GrowingArray<UInt8>
  /// `count + 1` numbers: where each string starts.
  private let offsets: GrowingArray<UInt64>
  private var slots: FlatArray<UInt64>
  private let space: Workspace

  /// 1 + a number, with the hash of its string above it: most comparisons end at the hash. 0 is free.
  private struct Slot {
    let bits: UInt64
    var isFree: Bool { bits == 0 }
    var hash: UInt32 { UInt32(bits >> 32) }
    var number: UInt32 { UInt32(truncatingIfNeeded: bits) - 1 }

    init(bits: UInt64) { self.bits = bits }
    init(hash: UInt32, number: UInt32) { bits = UInt64(hash) << 32 | UInt64(number + 1) }
  }

  /// Makes an empty table.
  ///
  /// - Parameter space: where its files are.
  /// - Throws: `GasError` if they cannot be made.
  package init(in space: Workspace) throws {
    self.space = space
    bytes = try GrowingArray(in: space)
    offsets = try GrowingArray(in: space)
    slots = try space.randomAccessZeros(count: 1 << 10)
    try offsets.append(0)
  }

  /// The number of strings.
  package var count: Int { offsets.count - 1 }

  private func slot(_ place: Int) -> Slot { Slot(bits: slots[place]) }

  /// The number of a string; `nil` if it was not added.
  package func number(of text: UnsafeRawBufferPointer) -> UInt32? {
    let slot = slot(place(of: text, hash: Self.hash(text)))
    return slot.isFree ? nil : slot.number
  }

  /// Adds a string unless it is there.
  ///
  /// - Parameter text: its bytes.
  /// - Returns: its number, and whether it is new.
  /// - Throws: `GasError` if the disk has no space for it.
  package func add(_ text: UnsafeRawBufferPointer) throws -> (number: UInt32, isNew: Bool) {
    let hash = Self.hash(text)
    let place = place(of: text, hash: hash)
    guard slot(place).isFree else { return (slot(place).number, false) }
    let number = UInt32(count)
    slots[place] = Slot(hash: hash, number: number).bits
    try bytes.append(contentsOf: text.assumingMemoryBound(to: UInt8.self))
    try offsets.append(UInt64(bytes.count))
    if count * 2 > slots.count { try grow() }
    return (number, true)
  }

  /// The bytes of a string, valid until another is added.
  package func text(of number: Int) -> UnsafeBufferPointer<UInt8> {
    UnsafeBufferPointer(bytes.values[Int(offsets[number])..<Int(offsets[number + 1])])
  }

  /// A string; bytes that are no UTF-8 are replaced.
  package subscript(number: Int) -> String { String(decoding: text(of: number), as: UTF8.self) }

  /// The slot that holds a string, or the free one where it belongs.
  private func place(of text: UnsafeRawBufferPointer, hash: UInt32) -> Int {
    let mask = slots.count - 1
    var place = Int(hash) & mask
    while true {
      let slot = slot(place)
      if slot.isFree || (slot.hash == hash && equals(Int(slot.number), text)) { return place }
      place = (place + 1) & mask
    }
  }

  private func equals(_ number: Int, _ text: UnsafeRawBufferPointer) -> Bool {
    let known = self.text(of: number)
    guard known.count == text.count, !text.isEmpty else { return known.count == text.count }
    return memcmp(known.baseAddress!, text.baseAddress!, text.count) == 0
  }

  private func grow() throws {
    let old = slots
    slots = try space.randomAccessZeros(count: old.count * 2)
    let mask = slots.count - 1
    for index in 0..<old.count where old[index] != 0 {
      var place = Int(Slot(bits: old[index]).hash) & mask
      while !slot(place).isFree { place = (place + 1) & mask }
      slots[place] = old[index]
    }
  }

  /// Hashes eight bytes at a time, each multiplied into the state (the scheme of FNV, wider), with the high bits folded
  /// down at the end.
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
