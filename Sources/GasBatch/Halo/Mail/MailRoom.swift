import CGasKernels
import GasBase

/// Memory for a window's rows, used again for others. Different rows may be written from different threads at the same time.
final class MailRoom {
  let rowCount: Int
  /// In the batch at hand, of the rows that the window's own batches push.
  let ownNumbers = Buffer<UInt32>()
  private let rowBytes: [Int]
  private let pages: [Pages]

  /// - Parameter rowCount: of the largest window. What is never touched costs nothing.
  init(_ sources: [EncodedRows], rowCount: Int) {
    self.rowCount = rowCount
    rowBytes = sources.map(\.rowBytes)
    pages = sources.map { Pages(byteCount: rowCount * $0.rowBytes) }
  }

  func base(_ source: Int) -> UnsafeMutableRawPointer { pages[source].base }

  func put(_ numbers: UnsafeBufferPointer<UInt32>, of batch: UnsafePointer<UInt8>, _ source: Int, at place: Int) {
    guard let first = numbers.baseAddress else { return }
    let target = base(source) + place * rowBytes[source]
    gas_gather_bytes(
      Int64(numbers.count), first, 0, Int64(rowBytes[source]), batch, target.assumingMemoryBound(to: UInt8.self))
  }
}
