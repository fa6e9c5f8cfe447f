import CGasKernels
import GasBase
import GasNN
import GasStore

/// Copies rows that lie scattered over a mapped column, asking the kernel for their pages first.
///
/// A page fault for each row costs eight times what reading coalesced runs ahead costs (measured on this project's disk); so
/// neighbouring rows are joined to runs, advised in order, and only then read.
struct RowGatherer {
  /// Rows closer than this many bytes are read as one run: a gap of a few pages costs less than another request.
  private static let joinedGapBytes = 32 << 10

  /// Bytes of a range that are resident at a time while it is copied.
  private static let copiedBytes = 1 << 20

  /// Pages that are asked for at a time, in bytes: deep enough a queue for the disk, little enough to stay in a small page cache until they
  /// are copied.
  static let advisedBytes = 8 << 20

  /// Starts reading the pages of ascending `rows`.
  static func advise(_ values: MappedElements, _ rows: UnsafeBufferPointer<UInt32>) {
    guard !values.isSmall else { return }
    let gap = max(1, joinedGapBytes / (values.width * values.type.byteCount))
    forEachRun(rows, gap: gap) { _, run in values.advise(.willNeed, rows: run) }
  }

  /// Copies ascending `rows` to `target`, one after the other, as float32.
  static func gather(
    _ source: StoredRows, _ rows: UnsafeBufferPointer<UInt32>, into target: UnsafeMutablePointer<Float>
  ) throws {
    guard !rows.isEmpty else { return }
    if source.values.isSmall { return gatherMapped(source, rows, target) }
    // As if each row had pages of its own.
    let chunk = max(1, advisedBytes / roundedUp(source.rowBytes, to: MappedFile.pageBytes))
    func part(_ start: Int) -> UnsafeBufferPointer<UInt32> {
      UnsafeBufferPointer(rebasing: rows[min(start, rows.count)..<min(start + chunk, rows.count)])
    }
    advise(source.values, part(0))
    for start in stride(from: 0, to: rows.count, by: chunk) {
      advise(source.values, part(start + chunk))
      try forEachRun(part(start), gap: 0) { place, run in
        try source.copy(run, into: target + (start + place) * source.width)
      }
    }
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

  private static func gatherMapped(
    _ source: StoredRows, _ rows: UnsafeBufferPointer<UInt32>, _ target: UnsafeMutablePointer<Float>
  ) {
    let values = source.values
    let (count, width, all) = (Int64(rows.count), Int64(source.width), 0..<values.rowCount)
    let first = rows.baseAddress!
    switch source.encoding {
    case .float32: gas_gather_f32(count, first, width, values.rows(all).baseAddress!, target)
    case .float16: gas_gather_f16(count, first, width, values.rows(all).baseAddress!, target)
    case .bfloat16: gas_gather_bf16(count, first, width, values.rows(all).baseAddress!, target)
    case .int8:
      let bytes = values.rowBytes(all).baseAddress!
      for (place, row) in rows.enumerated() {
        source.encoding.decode(
          rows: 1, width: source.width, bytes + Int(row) * source.rowBytes, into: target + place * source.width)
      }
    }
  }

  /// Copies a range of rows to `target` as float32, and releases their pages.
  ///
  /// - Parameter drops: whether the pages leave the page cache as well.
  static func copy(
    _ source: StoredRows, _ rows: Range<Int>, into target: UnsafeMutablePointer<Float>, drops: Bool = false
  ) {
    let values = source.values
    let rowsAtOnce = max(1, copiedBytes / source.rowBytes)
    let rowsAhead = advisedBytes / source.rowBytes
    values.advise(.willNeed, rows: rows.prefix(rowsAhead))
    for start in stride(from: rows.lowerBound, to: rows.upperBound, by: rowsAtOnce) {
      let piece = start..<min(start + rowsAtOnce, rows.upperBound)
      values.advise(.willNeed, rows: (piece.lowerBound + rowsAhead..<piece.upperBound + rowsAhead).clamped(to: rows))
      source.encoding.decode(
        rows: piece.count, width: source.width, values.rowBytes(piece).baseAddress!,
        into: target + (start - rows.lowerBound) * source.width)
      if drops { values.drop(rows: piece) } else { values.release(rows: piece) }
    }
  }
}
