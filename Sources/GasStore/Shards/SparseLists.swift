import GasBase

/// The lists of sparse features in a store, as stretches of rows of which a shard has all, or none.
struct SparseLists {
  private let store: Store

  /// Reads nothing yet.
  init(_ store: Store) { self.store = store }

  private static let rowCount = 1 << 16

  /// Goes through rows, after checking that their lists follow each other.
  ///
  /// - Parameters:
  ///   - part: the rows, and which of them are held.
  ///   - body: gets whether the rows are held, the rows, where the list of each ends, and where the first one starts.
  /// - Throws: `GasError` if lists lie outside of the file; what `body` throws.
  func forEachRun(
    of part: HeldRows,
    _ body: (_ isHeld: Bool, Range<Int>, _ ends: Slice<UnsafeBufferPointer<UInt64>>, UInt64) throws -> Void
  ) throws {
    let (offsets, end) = (store.column(.featureOffsets).values, store.column(.featureIndices).rowCount)
    for rows in part.rows.chunks(ofCount: Self.rowCount) {
      store.column(.featureOffsets).advise(.willNeed, rows)
      let starts = try offsets.elements(rows.lowerBound..<rows.upperBound + 1, as: UInt64.self)
      guard zip(starts, starts.dropFirst()).allSatisfy({ $0 <= $1 }), starts[rows.count] <= UInt64(end) else {
        throw GasError(
          "sparse features hold a list outside of the file", file: offsets.path, advice: "gas-stat verify says more")
      }
      try part.forEachRun(in: rows) { isHeld, run in
        let places = run.lowerBound - rows.lowerBound..<run.upperBound - rows.lowerBound
        try body(isHeld, run, starts[places.lowerBound + 1..<places.upperBound + 1], starts[places.lowerBound])
      }
      offsets.release()
    }
  }
}
