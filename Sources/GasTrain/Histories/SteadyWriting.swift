import GasBase
import GasStore

/// Sends rows to the disk soon after they were written, a bounded number of bytes behind.
///
/// Left alone, the kernel lets changed pages pile up to a share of the machine's memory; a control group of small memory counts them and
/// cannot drop them. Here the pages stay where they are and are clean, so that they can go whenever their room is wanted. To be
/// used from one thread.
final class SteadyWriting {
  /// What may be on its way at a time.
  static let windowBytes = 32 << 20

  private var onTheWay: [(values: MappedElements, rows: Range<Int>)] = []
  private var byteCount = 0

  /// - Throws: `GasError` if the disk fails.
  func note(_ values: MappedElements, _ rows: Range<Int>) throws {
    try values.writeBack(rows: rows, waits: false)
    onTheWay.append((values, rows))
    byteCount += bytes(values, rows)
    var done = 0
    while byteCount > Self.windowBytes {
      let (values, rows) = onTheWay[done]
      try values.writeBack(rows: rows, waits: true)
      byteCount -= bytes(values, rows)
      done += 1
    }
    onTheWay.removeFirst(done)
  }

  private func bytes(_ values: MappedElements, _ rows: Range<Int>) -> Int {
    rows.count * values.width * values.type.byteCount
  }
}
