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
  private static let advisedBytes = 16 << 20

  /// Starts reading the pages of ascending `rows`.
  static func advise(_ values: MappedElements, _ rows: UnsafeBufferPointer<UInt32>) {
    guard !values.isSmall else { return }
    let gap = max(1, joinedGapBytes / (values.width * values.type.byteCount))
    forEachRun(rows, gap: gap) { _, run in values.advise(.willNeed, rows: run) }
  }

  /// Copies ascending `rows` to `target`, one after the other, as float32.
  static func gather(
    _ values: MappedElements, _ rows: UnsafeBufferPointer<UInt32>, into target: UnsafeMutablePointer<Float>
  ) throws {
    guard !rows.isEmpty else { return }
    if values.isSmall { return gatherMapped(values, rows, target) }
    // As if each row had pages of its own.
    let rowBytes = roundedUp(values.width * values.type.byteCount, to: MappedFile.pageBytes)
    let chunk = max(1, advisedBytes / rowBytes)
    func part(_ start: Int) -> UnsafeBufferPointer<UInt32> {
      UnsafeBufferPointer(rebasing: rows[min(start, rows.count)..<min(start + chunk, rows.count)])
    }
    advise(values, part(0))
    for start in stride(from: 0, to: rows.count, by: chunk) {
      advise(values, part(start + chunk))
      try copyScattered(values, part(start), into: target + start * values.width)
    }
  }

  private static func copyScattered(
    _ values: MappedElements, _ rows: UnsafeBufferPointer<UInt32>, into target: UnsafeMutablePointer<Float>
  ) throws {
    let width = values.width
    try forEachRun(rows, gap: 0) { place, run in
      let elements = run.lowerBound * width..<run.upperBound * width
      let row = target + place * width
      guard values.type != .float32 else { return try values.copy(elements, into: row) }
      try withUnsafeTemporaryAllocation(of: UInt16.self, capacity: elements.count) { halves in
        try values.copy(elements, into: halves.baseAddress!)
        convert(values.type, halves.baseAddress!, elements.count, row)
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
    _ values: MappedElements, _ rows: UnsafeBufferPointer<UInt32>, _ target: UnsafeMutablePointer<Float>
  ) {
    let (count, width, all) = (Int64(rows.count), Int64(values.width), 0..<values.rowCount)
    let first = rows.baseAddress!
    switch values.type {
    case .float32: gas_gather_f32(count, first, width, values.rows(all).baseAddress!, target)
    case .float16: gas_gather_f16(count, first, width, values.rows(all).baseAddress!, target)
    case .bfloat16: gas_gather_bf16(count, first, width, values.rows(all).baseAddress!, target)
    default: preconditionFailure("\(values.path) holds no floating-point rows")
    }
  }

  /// Copies a range of rows to `target` as float32, and releases their pages.
  static func copy(_ values: MappedElements, _ rows: Range<Int>, into target: UnsafeMutablePointer<Float>) {
    values.advise(.willNeed, rows: rows)
    let rowsAtOnce = max(1, copiedBytes / (values.width * values.type.byteCount))
    for start in stride(from: rows.lowerBound, to: rows.upperBound, by: rowsAtOnce) {
      let piece = start..<min(start + rowsAtOnce, rows.upperBound)
      copyPiece(values, piece, target + (start - rows.lowerBound) * values.width)
      values.release(rows: piece)
    }
  }

  private static func copyPiece(_ values: MappedElements, _ rows: Range<Int>, _ target: UnsafeMutablePointer<Float>) {
    let count = rows.count * values.width
    if values.type == .float32 {
      target.update(from: values.rows(rows).baseAddress!, count: count)
    } else {
      convert(values.type, values.rows(rows).baseAddress!, count, target)
    }
  }

  private static func convert(
    _ type: ElementType, _ halves: UnsafePointer<UInt16>, _ count: Int, _ target: UnsafeMutablePointer<Float>
  ) {
    switch type {
    case .float16: gas_f16_to_f32(Int64(count), halves, target)
    case .bfloat16: gas_bf16_to_f32(Int64(count), halves, target)
    default: preconditionFailure("\(type) is no half precision")
    }
  }
}
