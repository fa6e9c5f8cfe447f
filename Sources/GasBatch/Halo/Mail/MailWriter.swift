import Foundation
import GasBase
import GasStore

/// Writes full buffers to files on threads of its own, past the page cache: rows are sent in bursts, and the disk works on between them.
/// Safe to use from several threads.
final class MailWriter: @unchecked Sendable {
  let bufferBytes: Int
  private let limit: Int
  /// A disk does more when two writes are under way; in one file they would follow each other.
  private let threads = [WorkerThread(), WorkerThread()]
  private let condition = NSCondition()
  private var free: [Pages] = []
  private var waiting = 0
  private var failure: (any Error)?

  /// - Parameters:
  ///   - bufferBytes: of each buffer; whole pages.
  ///   - waitingBytes: what may be on its way to the disk at a time.
  init(bufferBytes: Int, waitingBytes: Int) {
    self.bufferBytes = bufferBytes
    limit = max(2, waitingBytes / bufferBytes)
  }

  /// An empty buffer.
  ///
  /// - Throws: `GasError` if the disk has failed.
  func buffer() throws -> Pages {
    condition.lock()
    defer { condition.unlock() }
    while waiting >= limit && failure == nil { condition.wait() }
    if let failure { throw failure }
    return free.popLast() ?? Pages(byteCount: bufferBytes)
  }

  /// Takes a buffer back.
  func put(_ buffer: Pages) { condition.withLock { free.append(buffer) } }

  /// Writes `count` bytes of a buffer, whole pages, to where some rows of a file lie and `offset` bytes on, and takes it back.
  ///
  /// - Parameter source: which file it is.
  func write(
    _ buffer: Pages, count: Int, to rows: Range<Int>, at offset: Int, of values: MappedElements, source: Int = 0
  ) {
    condition.withLock { waiting += 1 }
    let work = Unchecked(buffer)
    threads[source % threads.count].async {
      let result = Result {
        try values.writeOnce(UnsafeRawBufferPointer(start: work.value.base, count: count), at: offset, of: rows)
      }
      self.condition.lock()
      if case .failure(let error) = result { self.failure = error }
      self.waiting -= 1
      self.free.append(work.value)
      self.condition.broadcast()
      self.condition.unlock()
    }
  }

  /// Waits until all that was to be written is.
  ///
  /// - Throws: `GasError` if the disk has failed.
  func drain() throws {
    for thread in threads { thread.drain() }
    if let failure = condition.withLock({ failure }) { throw failure }
  }
}
