import CGasKernels
import GasBase

/// The memory that holds the rows of a window, and then those of later ones. Several threads may write different rows
/// at the same time.
final class MailRoom {
  let rowCount: Int
  /// For rows that the window's own batches push: their row numbers in the batch at hand.
  let ownNumbers = Buffer<UInt32>()
  private let rowBytes: [Int]
  private let pages: [Pages]

  /// - Parameters:
  ///   - sources: the columns that the rows belong to.
  ///   - rowCount: how many rows the largest window has. Memory that is never touched costs nothing.
  init(_ sources: [EncodedRows], rowCount: Int) {
    self.rowCount = rowCount
    rowBytes = sources.map(\.rowBytes)
    pages = sources.map { Pages(byteCount: rowCount * $0.rowBytes) }
  }

  func base(_ source: Int) -> UnsafeMutableRawPointer { pages[source].base }

  /// Copies rows of a batch to consecutive places of the window.
  func put(_ numbers: UnsafeBufferPointer<UInt32>, of batch: UnsafePointer<UInt8>, _ source: Int, at place: Int) {
    guard let first = numbers.baseAddress else { return }
    let target = base(source) + place * rowBytes[source]
    gas_gather_bytes(
      Int64(numbers.count), first, 0, Int64(rowBytes[source]), batch, target.assumingMemoryBound(to: UInt8.self))
  }
}
