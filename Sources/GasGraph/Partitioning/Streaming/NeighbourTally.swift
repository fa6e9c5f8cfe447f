import GasFiles

/// Sums weights by key for one node's neighbours: a small hash table with linear probing, emptied after each node.
///
/// Which keys come is chance, so that a branch on it would be foretold wrongly half of the time: adding has none but
/// that on a collision. Not thread-safe: each thread has its own.
final class NeighbourTally {
  /// A key in the low half and its sum in the high half; zero where the place is free.
  private var slots = FlatArray<UInt64>(repeating: 0, count: 64)
  /// The places in use, in the order in which their keys came.
  private var places = FlatArray<UInt32>(repeating: 0, count: 64)
  private var mask: UInt32 = 63
  /// How many keys there are.
  private(set) var count = 0

  /// Counts a node's neighbours, after those that were counted before have been cleared.
  ///
  /// - Parameters:
  ///   - entries: what to count.
  ///   - member: gives the key of an entry and, above it, its weight, which is more than zero; zero for an entry that
  ///     does not count.
  @inline(__always)
  func fill(_ entries: Range<Int>, _ member: (Int) -> UInt64) {
    prepare(entries.count)
    let (slots, places, mask) = (self.slots, self.places, self.mask)
    var count = 0
    for entry in entries {
      let member = member(entry)
      guard member != 0 else { continue }
      let key = UInt32(truncatingIfNeeded: member)
      let place = Self.place(of: key, in: slots, mask)
      let slot = slots[place]
      places[count] = UInt32(truncatingIfNeeded: place)
      count &+= slot == 0 ? 1 : 0
      slots[place] = (slot | UInt64(key)) &+ (member >> 32) << 32
    }
    self.count = count
  }

  /// Enlarges the table for `most` different keys; it has to be empty.
  private func prepare(_ most: Int) {
    var size = 64
    while size < 3 * most { size *= 2 }
    if size > slots.count {
      slots = FlatArray(repeating: 0, count: size)
      places = FlatArray(repeating: 0, count: size)
    }
    mask = UInt32(size - 1)
  }

  /// The place that a key has, or that is free for it.
  @inline(__always)
  private static func place(of key: UInt32, in slots: FlatArray<UInt64>, _ mask: UInt32) -> Int {
    var place = ((key &* 0x9e37_79b1) >> 12) & mask
    while slots[Int(place)] != 0 && UInt32(truncatingIfNeeded: slots[Int(place)]) != key { place = (place + 1) & mask }
    return Int(place)
  }

  @inline(__always)
  func sum(of key: UInt32) -> UInt32 { UInt32(slots[Self.place(of: key, in: slots, mask)] >> 32) }

  /// Finds the key with the highest score below a limit.
  ///
  /// - Parameters:
  ///   - limit: what the score is less than.
  ///   - score: of a key and its sum; above zero.
  /// - Returns: the key and its score; `nil` if there is none.
  @inline(__always)
  func highest(below limit: UInt64, _ score: (_ key: UInt32, _ sum: UInt32) -> UInt64) -> (key: UInt32, score: UInt64)?
  {
    let (slots, places) = (self.slots, self.places)
    var (best, highest) = (UInt32(0), UInt64(0))
    for index in 0..<count {
      let slot = slots[Int(places[index])]
      let key = UInt32(truncatingIfNeeded: slot)
      let score = score(key, UInt32(slot >> 32))
      let isHigher = score > highest && score < limit
      best = isHigher ? key : best
      highest = isHigher ? score : highest
    }
    return highest > 0 ? (best, highest) : nil
  }

  func clear() {
    let (slots, places) = (self.slots, self.places)
    for index in 0..<count { slots[Int(places[index])] = 0 }
    count = 0
  }
}
