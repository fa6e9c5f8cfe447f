import CGasKernels
import GasBase

/// Rows with so many entries that a thread which summed one alone would keep the others waiting: their entries are summed in
/// chunks, on all threads, and then the chunks' sums in order.
///
/// Where a row is cut depends on its number of entries alone, so the bits do not depend on threads, or on which other rows a
/// batch holds.
struct HubRows {
  /// Entries; about as many as a piece of other rows has.
  private static let chunk = 1 << 14
  /// A row with more entries is a hub.
  static let leastEntries = 2 * chunk

  private let offsets: UnsafePointer<Int64>

  init(offsets: UnsafePointer<Int64>) {
    self.offsets = offsets
  }

  private func first(in rows: Range<Int>) -> Int? {
    guard entryCount(rows) > Self.leastEntries else { return nil }
    return rows.first { entryCount($0..<$0 + 1) > Self.leastEntries }
  }

  func forEach(in rows: Range<Int>, _ body: (Int) -> Void) {
    var rest = rows
    while let hub = first(in: rest) {
      body(hub)
      rest = hub + 1..<rows.upperBound
    }
  }

  /// The ranges of rows between hubs.
  func forEachRange(between rows: Range<Int>, _ body: (Range<Int>) -> Void) {
    var start = rows.lowerBound
    forEach(in: rows) { hub in
      if start < hub { body(start..<hub) }
      start = hub + 1
    }
    if start < rows.upperBound { body(start..<rows.upperBound) }
  }

  /// Y[hub] = scale · Σ over the hub's entries, added to Y[hub] if `adds`.
  ///
  /// - Parameter sum: writes row `chunk` of its last argument: the sum over the entries from `offsets[chunk]` to `offsets[chunk + 1]`.
  func sum(
    _ hub: Int, into y: Matrix, scale: UnsafePointer<Float>?, adds: Bool, parallel: Parallel,
    by sum: (_ chunk: Int64, _ offsets: UnsafePointer<Int64>, _ sums: Matrix) -> Void
  ) {
    let cuts = Array(stride(from: offsets[hub], to: offsets[hub + 1], by: Self.chunk)) + [offsets[hub + 1]]
    let sums = OwnedMatrix(rows: cuts.count - 1, columns: y.columns).matrix
    parallel.forEach(count: sums.rows) { chunk in
      cuts.withUnsafeBufferPointer { sum(Int64(chunk), $0.baseAddress!, sums) }
    }
    let (ends, numbers) = ([0, Int64(sums.rows)], Array(0..<UInt32(sums.rows)))
    gas_spmm(0, 1, Int64(y.columns), ends, numbers, nil, scale.map { $0 + hub }, sums.base, y.row(hub), adds)
  }

  private func entryCount(_ rows: Range<Int>) -> Int {
    Int(offsets[rows.upperBound] - offsets[rows.lowerBound])
  }
}
