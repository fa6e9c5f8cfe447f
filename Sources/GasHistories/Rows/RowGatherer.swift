import GasAutodiff
import GasBase
import GasFiles
import GasStore

/// Copies rows that are scattered over a mapped column, asking the kernel for their pages first.
///
/// A page fault for each row costs eight times what reading coalesced runs ahead costs (measured on this project's
/// disk); so neighbouring rows are joined to runs, advised in order, and only then read.
package struct RowGatherer {
  /// Rows closer than this many bytes are read as one run: a gap of a few pages costs less than another request.
  private static let joinedGapBytes = 32 << 10

  /// How many bytes of a range are resident at a time while it is copied.
  private static let copiedBytes = 1 << 20

  /// How many bytes of pages are asked for at a time: enough requests for the disk, and few enough to stay in a small
  /// page cache until they are copied.
  package static let advisedBytes = 8 << 20

  /// How many rows are looked up before pages are asked for: if all of these are in the page cache, few others are not.
  private static let sampledRows = 128

  /// Rows that are at most so many bytes apart on average are read from the mapping: a fault makes 64 KiB resident,
  /// which then serve several of them. Other rows are read by calls, which leave nothing resident.
  private static let denseGapBytes = 16 << 10

  /// The limit for rows that are in the page cache and are read where they are, not copied.
  private static let nearGapBytes = 64 << 10

  /// Starts reading the pages of ascending `rows`.
  package static func advise(_ values: MappedElements, _ rows: UnsafeBufferPointer<UInt32>) {
    guard !values.isSmall else { return }
    let gap = max(1, joinedGapBytes / (values.width * values.type.byteCount))
    forEachRun(rows, gap: gap) { _, run in values.advise(.willNeed, rows: run) }
  }

  /// Copies ascending `rows` to `target`, one after the other, as the source delivers them. Pages do not stay resident
  /// for long.
  ///
  /// - Parameters:
  ///   - source: the column.
  ///   - rows: ascending row numbers.
  ///   - target: memory for `width` numbers for each.
  /// - Throws: `GasError` if the disk fails.
  package static func gather(
    _ source: EncodedRows, _ rows: UnsafeBufferPointer<UInt32>, into target: UnsafeMutableRawPointer
  ) throws {
    let values = source.values
    if values.isSmall { return source.gather(rows, into: target) }
    let areHoles = areHoles(values, rows)
    let isDense = !areHoles && isDense(source, rows)
    let isCached = areHoles || isCached(values, rows)
    // Counted as if each row had pages of its own.
    let chunk = max(1, advisedBytes / roundedUp(source.rowBytes, to: MappedFile.pageBytes))
    func part(_ start: Int) -> UnsafeBufferPointer<UInt32> {
      UnsafeBufferPointer(rebasing: rows[min(start, rows.count)..<min(start + chunk, rows.count)])
    }
    if !isCached { advise(values, part(0)) }
    for start in stride(from: 0, to: rows.count, by: chunk) {
      if !isCached { advise(values, part(start + chunk)) }
      let (rows, target) = (part(start), target + start * source.deliveredBytes)
      if isDense {
        source.gather(rows, into: target)
        values.release(rows: Int(rows.first!)..<Int(rows.last!) + 1)
      } else {
        try forEachRun(rows, gap: 0) { place, run in try source.copy(run, into: target + place * source.deliveredBytes)
        }
      }
    }
  }

  /// Whether a mapping's pages serve several of the ascending `rows` each, so that what they make resident is in
  /// proportion to them.
  private static func isDense(
    _ source: EncodedRows, _ rows: UnsafeBufferPointer<UInt32>, gapBytes: Int = denseGapBytes
  ) -> Bool {
    guard let first = rows.first, let last = rows.last else { return true }
    return Int(last - first) * source.rowBytes <= rows.count * gapBytes
  }

  /// Whether ascending `rows` are best read where they are: close enough together, and in the page cache except for few
  /// pages, which are then asked for.
  package static func areNear(_ source: EncodedRows, _ rows: UnsafeBufferPointer<UInt32>) -> Bool {
    guard isDense(source, rows, gapBytes: nearGapBytes) else { return false }
    let missing = missing(source.values, of: rows.count) { Int(rows[$0]) }
    if missing > 0 && missing <= sampledRows / 8 { advise(source.values, rows) }
    return missing <= sampledRows / 8
  }

  /// Whether rows are in the page cache, as far as a sample of them shows; always true if the file is small.
  private static func isCached(_ values: MappedElements, _ rows: UnsafeBufferPointer<UInt32>) -> Bool {
    missing(values, of: rows.count) { Int(rows[$0]) } == 0
  }

  /// Whether nearly all rows were never written, as far as a sample of them shows: those of a plan's histories.
  private static func areHoles(_ values: MappedElements, _ rows: UnsafeBufferPointer<UInt32>) -> Bool {
    let sample = Array(stride(from: 0, to: rows.count, by: max(1, rows.count / sampledRows)))
    let few = sample.count / 8
    return sample.lazy.filter { !values.isHole(row: Int(rows[$0])) }.prefix(few + 1).count <= few
  }

  package static func isCached(_ values: MappedElements, _ rows: Range<Int>) -> Bool {
    missing(values, of: rows.count) { rows.lowerBound + $0 } == 0
  }

  /// How many of a sample of rows are not in the page cache: even with free memory, the kernel takes single pages out
  /// when it makes space for a huge one.
  private static func missing(_ values: MappedElements, of count: Int, row: (Int) -> Int) -> Int {
    let step = max(1, count / sampledRows)
    return stride(from: 0, to: count, by: step).reduce(0) { $0 + (values.isCached(row: row($1)) ? 0 : 1) }
  }

  /// Calls `body` for each run of rows that are at most `gap` rows apart, with the place of its first row.
  private static func forEachRun(
    _ rows: UnsafeBufferPointer<UInt32>, gap: Int, _ body: (_ place: Int, _ run: Range<Int>) throws -> Void
  ) rethrows {
    var place = 0
    while place < rows.count {
      var next = place + 1
      while next < rows.count && Int(rows[next]) - Int(rows[next - 1]) <= gap + 1 { next += 1 }
      try body(place, Int(rows[place])..<Int(rows[next - 1]) + 1)
      place = next
    }
  }

  /// Copies a range of rows to `target` as the source delivers them, and releases their pages.
  ///
  /// - Parameters:
  ///   - source: the column.
  ///   - rows: which rows.
  ///   - target: memory for `width` numbers for each.
  /// - Throws: `GasError` if rows of a finished column are damaged.
  package static func copy(_ source: EncodedRows, _ rows: Range<Int>, into target: UnsafeMutableRawPointer) throws {
    let values = source.values
    let rowsAtOnce = max(1, copiedBytes / source.rowBytes)
    let rowsAhead = advisedBytes / source.rowBytes
    values.advise(.willNeed, rows: rows.prefix(rowsAhead))
    for piece in rows.chunks(ofCount: rowsAtOnce) {
      values.advise(.willNeed, rows: (piece.lowerBound + rowsAhead..<piece.upperBound + rowsAhead).clamped(to: rows))
      source.encoding.decode(
        rows: piece.count, width: source.width, try values.rowBytes(piece).baseAddress!,
        into: target + (piece.lowerBound - rows.lowerBound) * source.deliveredBytes, source.delivered)
      values.release(rows: piece)
    }
  }

  /// Copies a range of rows to `target` as the source delivers them, past the page cache: for rows that will not be
  /// read again soon.
  ///
  /// - Parameters:
  ///   - source: the column.
  ///   - rows: which rows.
  ///   - target: memory for `width` numbers for each.
  ///   - passing: memory for encoded rows.
  /// - Throws: `GasError` if the disk fails.
  package static func copyOnce(
    _ source: EncodedRows, _ rows: Range<Int>, into target: UnsafeMutableRawPointer, using passing: PassingRows
  ) throws {
    try passing.forEachPiece(of: rows, of: source) { piece, bytes in
      source.encoding.decode(
        rows: piece.count, width: source.width, bytes.baseAddress!,
        into: target + (piece.lowerBound - rows.lowerBound) * source.deliveredBytes, source.delivered)
    }
  }

  /// Reads a range of rows past the page cache as a matrix in `target`; rows that are stored as they are delivered stay
  /// where the disk wrote them.
  package static func readOnce(
    _ source: EncodedRows, _ rows: Range<Int>, into target: Buffer<Float>, using passing: PassingRows
  ) throws -> DenseRows {
    guard source.isStoredAsDelivered, !rows.isEmpty else {
      let matrix = target.rows(rows.count, of: source)
      try copyOnce(source, rows, into: matrix.row(0), using: passing)
      return matrix
    }
    let bytes = try source.values.readOnce(rows, using: target)
    let base = UnsafeMutableRawPointer(mutating: bytes.baseAddress!)
    return DenseRows(source.delivered, rows: rows.count, columns: source.width, base: base)
  }
}

extension Buffer<Float> {
  /// Rows in this memory as `source` delivers them, of any contents.
  package func rows(_ count: Int, of source: EncodedRows) -> DenseRows {
    let bytes = count * source.deliveredBytes
    let base = resized(to: max(1, dividedUp(bytes, by: MemoryLayout<Float>.stride))).baseAddress!
    return DenseRows(source.delivered, rows: count, columns: source.width, base: UnsafeMutableRawPointer(base))
  }
}
