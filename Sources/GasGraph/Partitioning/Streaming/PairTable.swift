import GasBase
import GasFiles

/// How many edges join each pair of clusters: a hash table that keeps a sample of the edges when there are too many
/// pairs.
///
/// When the table is full, all counts are halved, odd ones rounded up or down at random, and from then on only every
/// other edge is counted; and so on. The expected value of a count, times the edges that each counted one stands for,
/// stays right.
struct PairTable {
  private var keys: FlatArray<UInt64>
  /// The count of each place; zero where the place is free.
  private var counts: FlatArray<UInt32>
  private(set) var pairCount = 0
  private let largestCount: Int
  private var random: SeededRandom
  /// One edge of 2^rate is counted.
  private var rate: UInt64 = 0

  /// Makes an empty table.
  ///
  /// - Parameters:
  ///   - largestCount: how many pairs are kept at most.
  ///   - seed: of the random choices.
  init(largestCount: Int, seed: UInt64) {
    self.largestCount = largestCount
    var size = 64
    while size < 2 * largestCount { size *= 2 }
    keys = FlatArray(repeating: 0, count: size)
    counts = FlatArray(repeating: 0, count: size)
    random = SeededRandom(seed: seed, stream: 0x7061_6972)
  }

  @inline(__always)
  private static func hash(_ key: UInt64) -> UInt64 {
    let product = (key ^ (key >> 29)) &* 0x9e37_79b9_7f4a_7c15
    return product ^ (product >> 32)
  }

  @inline(__always)
  private func place(of key: UInt64) -> Int {
    let mask = keys.count - 1
    var place = Int(truncatingIfNeeded: Self.hash(key)) & mask
    while counts[place] != 0 && keys[place] != key { place = (place + 1) & mask }
    return place
  }

  static func key(_ a: UInt32, _ b: UInt32) -> UInt64 { UInt64(min(a, b)) << 32 | UInt64(max(a, b)) }

  /// Counts edges, given the keys of the pairs of clusters that they join.
  mutating func count(_ keys: UnsafeBufferPointer<UInt64>) {
    for index in 0..<keys.count {
      let later = min(index + Self.keysAhead, keys.count - 1)
      counts.prefetch(Int(truncatingIfNeeded: Self.hash(keys[later])) & (self.keys.count - 1))
      self.keys.prefetch(Int(truncatingIfNeeded: Self.hash(keys[later])) & (self.keys.count - 1))
      count(keys[index])
    }
  }

  /// About as many keys as are processed during one access to memory.
  private static let keysAhead = 16

  /// Counts one edge.
  @inline(__always)
  mutating func count(_ key: UInt64) {
    if rate > 0 && random.next() >> (64 - rate) != 0 { return }
    let place = place(of: key)
    if counts[place] == 0 {
      keys[place] = key
      pairCount += 1
    }
    if counts[place] < .max { counts[place] += 1 }
    while pairCount > largestCount { thin() }
  }

  private mutating func thin() {
    let (oldKeys, oldCounts) = (keys, counts)
    keys = FlatArray(repeating: 0, count: oldKeys.count)
    counts = FlatArray(repeating: 0, count: oldKeys.count)
    pairCount = 0
    rate += 1
    for old in 0..<oldKeys.count where oldCounts[old] > 0 {
      let half = oldCounts[old] / 2 + (oldCounts[old] % 2 == 1 && random.next() >> 63 == 1 ? 1 : 0)
      guard half > 0 else { continue }
      let place = place(of: oldKeys[old])
      keys[place] = oldKeys[old]
      counts[place] = half
      pairCount += 1
    }
  }

  func forEachPair(_ body: (_ a: Int, _ b: Int, _ count: Int) -> Void) {
    for place in 0..<keys.count where counts[place] > 0 {
      body(Int(keys[place] >> 32), Int(keys[place] & 0xffff_ffff), Int(counts[place]))
    }
  }
}
