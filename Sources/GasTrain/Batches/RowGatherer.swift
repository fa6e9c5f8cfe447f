import CGasKernels
import GasBase
import GasNN
import GasStore

/// Copies rows that lie scattered over a mapped column, asking the kernel for their pages first.
///
/// A page fault for each row costs eight times what reading coalesced runs ahead costs (measured on this project's disk); so
/// neighbouring rows are joined to runs, advised in order, and only then touched.
struct RowGatherer {
  /// Rows closer than this many bytes are read as one run: a gap of a few pages costs less than another request.
  private static let joinedGapBytes = 32 << 10

  /// Starts reading the pages of ascending `rows`.
  static func advise(_ values: MappedElements, _ rows: UnsafeBufferPointer<UInt32>) {
    guard var start = rows.first.map(Int.init) else { return }
    let gap = max(1, joinedGapBytes / (values.width * values.type.byteCount))
    var end = start + 1
    for row in rows.dropFirst() {
      if Int(row) - end > gap {
        values.advise(.willNeed, rows: start..<end)
        start = Int(row)
      }
      end = Int(row) + 1
    }
    values.advise(.willNeed, rows: start..<end)
  }

  /// Rows that are gathered between two releases. A fault may bring in 64 KiB around a row, so this bounds what is resident to
  /// 16 MiB, however the rows lie.
  private static let gatheredRows = 256
  private static let copiedBytes = 4 << 20

  /// Copies ascending `rows` to `target`, one after the other, as float32, and releases their pages.
  static func gather(
    _ values: MappedElements, _ rows: UnsafeBufferPointer<UInt32>, into target: UnsafeMutablePointer<Float>
  ) {
    advise(values, rows)
    for start in stride(from: 0, to: rows.count, by: gatheredRows) {
      let piece = UnsafeBufferPointer(rebasing: rows[start..<min(start + gatheredRows, rows.count)])
      gatherPiece(values, piece, target + start * values.width)
      values.release(rows: Int(piece[0])..<Int(piece[piece.count - 1]) + 1)
    }
  }

  private static func gatherPiece(
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
    let count = Int64(rows.count * values.width)
    switch values.type {
    case .float32: target.update(from: values.rows(rows).baseAddress!, count: Int(count))
    case .float16: gas_f16_to_f32(count, values.rows(rows).baseAddress!, target)
    case .bfloat16: gas_bf16_to_f32(count, values.rows(rows).baseAddress!, target)
    default: preconditionFailure("\(values.path) holds no floating-point rows")
    }
  }
}
