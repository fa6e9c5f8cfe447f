import CGasKernels
import GasBase

/// Rows with so many entries that a thread which summed one alone would keep the others waiting: their entries are
/// summed in chunks, by all threads, and then the chunks' sums in order.
///
/// Where a row is cut depends on its number of entries alone, so the bits do not depend on threads, or on which other
/// rows a batch holds.
struct HubRows {
  /// Entries in a chunk: about as many as a piece of other rows has.
  private static let chunk = 1 << 14
  /// A row with more entries is a hub.
  static let leastEntries = 2 * chunk

  private let offsets: UnsafePointer<Int64>
  /// The hubs' row numbers, ascending.
  let rows: [Int]

  init(offsets: UnsafePointer<Int64>, rowCount: Int) {
    self.offsets = offsets
    let entryCount = offsets[rowCount] - offsets[0]
    rows =
      entryCount <= Self.leastEntries ? [] : (0..<rowCount).filter { offsets[$0 + 1] - offsets[$0] > Self.leastEntries }
  }

  /// Calls `body` with the ranges of `range` between hubs.
  func forEachRange(between range: Range<Int>, _ body: (Range<Int>) -> Void) {
    var start = range.lowerBound
    for hub in rows where range.contains(hub) {
      if start < hub { body(start..<hub) }
      start = hub + 1
    }
    if start < range.upperBound { body(start..<range.upperBound) }
  }

  /// Sums the entries of each hub.
  ///
  /// `store` gets each hub with the sums of its chunks, which it adds up in their order. The closure `sum` writes row
  /// `chunk` of its last argument: the sum over the entries from `cuts[chunk]` to `cuts[chunk + 1]`. The rows of sums,
  /// one for each chunk, are allocated where there are hubs.
  func sum(
    width: Int, parallel: Parallel, by sum: (_ chunk: Int64, _ cuts: UnsafePointer<Int64>, _ sums: Matrix) -> Void,
    store: (_ hub: Int, _ sums: Matrix) -> Void
  ) {
    guard !rows.isEmpty else { return }
    var cuts: [Int64] = []
    let chunks = rows.map { hub in
      let first = cuts.count
      cuts += stride(from: offsets[hub], to: offsets[hub + 1], by: Self.chunk) + [offsets[hub + 1]]
      return first..<cuts.count - 1
    }
    let sums = OwnedMatrix(rows: cuts.count, columns: width).matrix
    let numbers = chunks.flatMap { $0 }
    cuts.withUnsafeBufferPointer { cuts in
      parallel.forEach(count: numbers.count) { sum(Int64(numbers[$0]), cuts.baseAddress!, sums) }
    }
    for (hub, chunks) in zip(rows, chunks) { store(hub, sums.rowRange(chunks)) }
  }

  /// y = scale[hub] · Σ of the chunks' sums, added to y if `adds`; one row.
  static func add(_ sums: Matrix, to y: Matrix, _ hub: Int, _ scale: UnsafePointer<Float>?, _ adds: Bool) {
    let (ends, numbers) = ([0, Int64(sums.rows)], Array(0..<UInt32(sums.rows)))
    gas_spmm(0, 1, Int64(y.columns), ends, numbers, nil, scale.map { $0 + hub }, sums.base, y.base, adds)
  }
}
