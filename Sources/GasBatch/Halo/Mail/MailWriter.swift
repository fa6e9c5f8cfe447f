import GasBase
import GasStore
import Glibc

/// Writes full buffers to files, past the page cache and on threads of its own. Rows are sent in bursts, and the disk
/// works on between them. A writer may be used from several threads.
final class MailWriter: @unchecked Sendable {
  let bufferBytes: Int
  private let limit: Int
  /// A disk does more when two writes are under way, and two writes to one file would wait for each other.
  private let threads = [WorkerThread(), WorkerThread()]
  private let condition = Condition()
  private var free: [Pages] = []
  private var waiting = 0
  private var failure: (any Error)?

  /// - Parameters:
  ///   - bufferBytes: the size of a buffer, a number of whole pages.
  ///   - waitingBytes: how many bytes may be on their way to the disk at a time.
  init(bufferBytes: Int, waitingBytes: Int) {
    self.bufferBytes = bufferBytes
    limit = max(2, waitingBytes / bufferBytes)
  }

  /// Hands out an empty buffer; waits for one while too many are on their way to the disk.
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

  /// Writes the start of a buffer to a file, and takes the buffer back.
  ///
  /// - Parameters:
  ///   - buffer: what to write from.
  ///   - count: how many bytes, in whole pages.
  ///   - rows: the rows of the file whose place is written to.
  ///   - offset: how many bytes behind the first of these rows to begin.
  ///   - values: the file.
  ///   - source: the file's number; buffers of one file are written in turn.
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

  /// Waits until everything has been written.
  ///
  /// - Throws: `GasError` if the disk has failed.
  func drain() throws {
    for thread in threads { thread.drain() }
    if let failure = condition.withLock({ failure }) { throw failure }
  }
}
