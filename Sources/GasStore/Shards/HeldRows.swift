import GasBase

/// Which of some rows a shard has the features of: those of its partitions, and those of others that these read, its
/// *ghosts*. The rows follow each other, as many as 8 MiB of bits can tell apart.
struct HeldRows {
  /// The rows that are told apart.
  let rows: Range<Int>
  /// A bit for each row.
  private var bits: [UInt64]

  private static let rowCount = 1 << 26

  /// Goes through all rows of a store. For each call, the halo lists of the partitions are read once.
  ///
  /// - Parameters:
  ///   - store: a store that has the lists of the partitions.
  ///   - partitions: the partitions of the shard.
  ///   - body: gets the rows, part by part.
  /// - Throws: `GasError` if a halo list is damaged; what `body` throws.
  static func forEachPart(
    of store: Store, _ partitions: Range<Int>, _ body: (HeldRows) throws -> Void
  ) throws {
    let reader = PartitionReader(store)
    let (rowBuffer, degreeBuffer) = (Buffer<UInt32>(), Buffer<Float>())
    for rows in (0..<store.nodeCount).chunks(ofCount: rowCount) {
      var part = HeldRows(rows, own: store.partitions.nodes(of: partitions))
      for partition in partitions {
        let count = store.partitions.halo(partition).count
        let halo = rowBuffer.resized(to: count)
        try reader.readHalo(of: partition, rows: halo, degrees: degreeBuffer.resized(to: count))
        for row in halo where rows.contains(Int(row)) { part.insert(Int(row)) }
      }
      store.release()
      try body(part)
    }
  }

  private init(_ rows: Range<Int>, own: Range<Int>) {
    self.rows = rows
    bits = [UInt64](repeating: 0, count: dividedUp(rows.count, by: 64))
    for row in own.clamped(to: rows) { insert(row) }
  }

  private mutating func insert(_ row: Int) {
    let place = row - rows.lowerBound
    bits[place / 64] |= 1 << UInt64(place % 64)
  }

  /// How many of the rows are held.
  var count: Int { bits.reduce(0) { $0 + $1.nonzeroBitCount } }

  /// Whether none of some rows is held.
  func isEmpty(_ some: Range<Int>) -> Bool {
    end(ofRun: false, from: some.lowerBound, to: some.upperBound) == some.upperBound
  }

  /// Calls `body` for each stretch of rows that are all held, or of which none is.
  func forEachRun(in some: Range<Int>, _ body: (_ isHeld: Bool, Range<Int>) throws -> Void) rethrows {
    var start = some.lowerBound
    while start < some.upperBound {
      let place = start - rows.lowerBound
      let isHeld = bits[place / 64] >> UInt64(place % 64) & 1 == 1
      let end = end(ofRun: isHeld, from: start, to: some.upperBound)
      try body(isHeld, start..<end)
      start = end
    }
  }

  /// The first row from `start` on, below `limit`, that is held or not as `isHeld` does not say; `limit` without one.
  private func end(ofRun isHeld: Bool, from start: Int, to limit: Int) -> Int {
    var place = start - rows.lowerBound
    while place < limit - rows.lowerBound {
      let word = bits[place / 64]
      let others = (isHeld ? ~word : word) >> UInt64(place % 64)
      if others != 0 { return min(limit, rows.lowerBound + place + others.trailingZeroBitCount) }
      place = (place / 64 + 1) * 64
    }
    return limit
  }
}
