import GasBase

/// Draws from a fixed distribution over 0 ..< count in constant time (A. J. Walker 1977, set up as by M. D. Vose 1991).
struct AliasTable {
  /// With this probability (as a fraction of 2³²) a place keeps what it draws; otherwise it gives the alias.
  private let thresholds: FlatArray<UInt32>
  private let aliases: FlatArray<UInt32>

  var count: Int { thresholds.count }

  /// - Parameter weights: positive, in any unit.
  init(_ weights: [Double]) {
    let mean = weights.reduce(0, +) / Double(weights.count)
    var shares = weights.map { $0 / mean }
    thresholds = FlatArray(repeating: .max, count: weights.count)
    aliases = FlatArray(count: weights.count) { UInt32($0) }
    var small = shares.indices.filter { shares[$0] < 1 }
    var large = shares.indices.filter { shares[$0] >= 1 }
    while let less = small.popLast(), let more = large.last {
      thresholds[less] = UInt32(shares[less] * 0x1p32)
      aliases[less] = UInt32(more)
      shares[more] -= 1 - shares[less]
      if shares[more] < 1 { small.append(large.removeLast()) }
    }
    // What is left over by rounding keeps what it draws.
  }

  @inline(__always)
  func draw(_ random: inout SeededRandom) -> Int {
    // The high half of one random number picks the place, the low half the threshold.
    let number = random.next()
    let place = Int(((number >> 32) * UInt64(count)) >> 32)
    return UInt32(truncatingIfNeeded: number) < thresholds[place] ? place : Int(aliases[place])
  }
}
