import GasAutodiff
import GasBase
import GasStore

/// Reads the feature lists of a batch's rows and of its halo as one CSR matrix, (n + h) × F.
///
/// First the places of all lists, then advice on their pages, then the lists themselves.
struct SparseFeatureReader {
  private let offsets: MappedElements
  private let indices: MappedElements
  private let values: MappedElements
  private let width: Int
  private let starts = Buffer<Int>()

  /// Lists closer than this many elements are advised as one run.
  private static let joinedGap = 8 << 10

  init(_ store: Store) {
    offsets = store.column(.featureOffsets).values
    indices = store.column(.featureIndices).values
    values = store.column(.featureValues).values
    width = store.manifest.features?.width ?? 0
  }

  /// - Throws: `GasError` if a list is damaged, lies outside of the file or names a feature that does not exist.
  func read(_ batch: Batch) throws -> SparseMatrix {
    let rowCount = batch.rowCount + batch.haloCount
    let lengths = batch.memory.featureOffsets.resized(to: rowCount + 1)
    let starts = starts.resized(to: rowCount)
    try readPlaces(batch, starts, lengths)
    let total = Int(lengths[rowCount])
    let columns = batch.memory.featureColumns.resized(to: max(1, total))
    let entries = batch.memory.featureValues.resized(to: max(1, total))
    forEachRun(starts, lengths, gap: Self.joinedGap) { _, run in
      indices.advise(.willNeed, rows: run)
      values.advise(.willNeed, rows: run)
    }
    try forEachRun(starts, lengths, gap: 0) { row, run in
      try indices.copy(run, into: columns.baseAddress! + Int(lengths[row]))
      try values.copy(run, into: entries.baseAddress! + Int(lengths[row]))
    }
    try checkOwnLists(batch, starts, lengths)
    guard columns[..<total].allSatisfy({ $0 < width }) else { throw damaged("a feature of \(width) or more") }
    return SparseMatrix(
      rowCount: rowCount, columnCount: width, offsets: UnsafePointer(lengths.baseAddress!),
      columns: UnsafePointer(columns.baseAddress!), values: UnsafePointer(entries.baseAddress!))
  }

  /// Compares the lists of the batch's own rows, which follow each other in the file, with their checksums. The halo's
  /// lists lie scattered.
  private func checkOwnLists(
    _ batch: Batch, _ starts: UnsafeMutableBufferPointer<Int>, _ lengths: UnsafeMutableBufferPointer<Int64>
  ) throws {
    for segment in batch.segments where !segment.nodes.isEmpty {
      let last = segment.batchRows.upperBound - 1
      let range = starts[segment.start]..<starts[last] + Int(lengths[last + 1] - lengths[last])
      try indices.check(range)
      try values.check(range)
    }
  }

  /// Where each row's list starts in the file, and where it will start in the batch.
  private func readPlaces(
    _ batch: Batch, _ starts: UnsafeMutableBufferPointer<Int>, _ lengths: UnsafeMutableBufferPointer<Int64>
  ) throws {
    RowGatherer.advise(offsets, UnsafeBufferPointer(batch.haloRows))
    lengths[0] = 0
    var place = 0
    func add(_ start: UInt64, _ end: UInt64) throws {
      guard start <= end, end <= UInt64(indices.rowCount) else { throw damaged("a list outside of the file") }
      starts[place] = Int(start)
      lengths[place + 1] = lengths[place] + Int64(end - start)
      // No two rows share a list, so the lists of a batch are no longer than those of the store.
      guard lengths[place + 1] <= Int64(indices.rowCount) else { throw damaged("lists that overlap") }
      place += 1
    }
    for segment in batch.segments {
      let ends = try offsets.rows(segment.nodes.lowerBound..<segment.nodes.upperBound + 1, as: UInt64.self)
      for (start, end) in zip(ends, ends.dropFirst()) { try add(start, end) }
    }
    offsets.release()
    for row in batch.haloRows {
      var ends: (UInt64, UInt64) = (0, 0)
      try withUnsafeMutableBytes(of: &ends) {
        try offsets.copy(Int(row)..<Int(row) + 2, into: $0.baseAddress!.assumingMemoryBound(to: UInt64.self))
      }
      try add(ends.0, ends.1)
    }
  }

  /// Calls `body` for each run of lists that follow each other in the file, at most `gap` elements apart, with the
  /// first row's place in the batch.
  private func forEachRun(
    _ starts: UnsafeMutableBufferPointer<Int>, _ lengths: UnsafeMutableBufferPointer<Int64>, gap: Int,
    _ body: (_ row: Int, _ run: Range<Int>) throws -> Void
  ) rethrows {
    var first = 0
    while first < starts.count {
      var row = first
      var end = starts[first]
      while row < starts.count && starts[row] >= end && starts[row] - end <= gap {
        end = starts[row] + Int(lengths[row + 1] - lengths[row])
        row += 1
      }
      if end > starts[first] { try body(first, starts[first]..<end) }
      first = row
    }
  }

  private func damaged(_ what: String) -> GasError {
    GasError("sparse features hold \(what)", file: indices.path, advice: "gas-stat verify says more")
  }
}
