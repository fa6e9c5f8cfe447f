import GasBase
import GasFiles

/// Draws from a fixed distribution over 0 ..< count in constant time (A. J. Walker 1977, set up as by M. D. Vose 1991).
struct AliasTable {
  /// For each place: in the high half the probability, as a fraction of 2³², with which it keeps what it draws; in
  /// the low half the alias that it gives otherwise. They are in one number, so that a draw touches one cache line.
  private let places: FlatArray<UInt64>

  var count: Int { places.count }

  /// Sets the table up.
  ///
  /// - Parameter weights: none negative and some positive, in any unit.
  init(_ weights: [Double]) {
    let mean = weights.reduce(0, +) / Double(weights.count)
    var shares = weights.map { $0 / mean }
    // Places that are left over by rounding keep what they draw.
    places = FlatArray(count: weights.count) { Self.place(keeping: 1, alias: $0) }
    var small = shares.indices.filter { shares[$0] < 1 }
    var large = shares.indices.filter { shares[$0] >= 1 }
    while let less = small.popLast(), let more = large.last {
      places[less] = Self.place(keeping: shares[less], alias: more)
      shares[more] -= 1 - shares[less]
      if shares[more] < 1 { small.append(large.removeLast()) }
    }
  }

  private static func place(keeping share: Double, alias: Int) -> UInt64 {
    UInt64(min(share * 0x1p32, 0x1p32 - 1)) << 32 | UInt64(alias)
  }

  func draw(_ random: inout SeededRandom) -> Int { drawing.draw(&random) }

  /// The table for inner loops: threads that count references to one table would wait for each other. Valid as long as
  /// the table.
  var drawing: Drawing { Drawing(places: places.all) }

  struct Drawing {
    fileprivate let places: UnsafeMutableBufferPointer<UInt64>

    @inline(__always)
    func draw(_ random: inout SeededRandom) -> Int {
      // The high half of one random number picks the place, the low half the threshold.
      let number = random.next()
      let index = ((number >> 32) &* UInt64(truncatingIfNeeded: places.count)) >> 32
      let place = places[Int(truncatingIfNeeded: index)]
      return Int(truncatingIfNeeded: number & 0xffff_ffff < place >> 32 ? index : place & 0xffff_ffff)
    }
  }
}
