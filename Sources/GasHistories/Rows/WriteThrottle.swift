import GasBase
import GasStore

/// Sends rows to the disk soon after they were written, a bounded number of bytes behind.
///
/// Otherwise the kernel lets changed pages pile up to a share of the machine's memory; a control group of small memory
/// counts them and cannot drop them. Here the pages stay where they are and are clean, so that they can go whenever
/// their memory is wanted. A thread waits for the disk; a writer waits only if it is faster than the disk. Safe to use
/// from several threads.
package final class WriteThrottle: @unchecked Sendable {
  /// How many bytes may be on their way at a time, apart from the last piece.
  package static let windowBytes = 16 << 20

  private let dropsPages: Bool
  private let windowBytes: Int
  let thread = WorkerThread()
  private let condition = Condition()
  private var byteCount = 0
  private var failure: (any Error)?
  /// Rows that the disk was asked to write. Only the thread uses it.
  private var started: [(values: MappedElements, rows: Range<Int>)] = []
  private var startedBytes = 0

  /// Starts no thread yet.
  ///
  /// - Parameter dropsPages: whether pages leave the page cache when the disk has them.
  package convenience init(dropsPages: Bool) { self.init(dropsPages: dropsPages, windowBytes: Self.windowBytes) }

  init(dropsPages: Bool, windowBytes: Int) { (self.dropsPages, self.windowBytes) = (dropsPages, windowBytes) }

  /// What is on its way now.
  var pendingBytes: Int { condition.withLock { byteCount } }

  /// Sends rows that were written to the disk.
  ///
  /// - Parameters:
  ///   - values: the column.
  ///   - rows: which rows of it.
  /// - Throws: `GasError` if the disk has failed, with these or with earlier rows.
  package func note(_ values: MappedElements, _ rows: Range<Int>) throws {
    try condition.withLock {
      while byteCount > windowBytes && failure == nil { condition.wait() }
      if let failure { throw failure }
      byteCount += bytes(values, rows)
    }
    // Not under the lock: if there is no thread, this thread sends.
    thread.async { self.send(values, rows) }
  }

  /// Forgets all rows, whether the disk has them or not: for files that will not be read again, whose space could not
  /// be freed otherwise.
  package func abandon() {
    thread.sync {
      self.started.removeAll()
      self.startedBytes = 0
    }
    condition.withLock { byteCount = 0 }
  }

  private func send(_ values: MappedElements, _ rows: Range<Int>) {
    do {
      try values.writeBack(rows: rows, waits: false)
      started.append((values, rows))
      startedBytes += bytes(values, rows)
      // Half of the window stays with the disk, so that it always has something to do.
      var done = 0
      while startedBytes > windowBytes / 2 {
        let (values, rows) = started[done]
        try values.writeBack(rows: rows, waits: true)
        if dropsPages { values.drop(rows: rows) }
        startedBytes -= bytes(values, rows)
        forget(bytes(values, rows))
        done += 1
      }
      started.removeFirst(done)
    } catch {
      condition.withLock { failure = error }
      condition.broadcast()
    }
  }

  private func forget(_ bytes: Int) {
    condition.withLock { byteCount -= bytes }
    condition.broadcast()
  }

  private func bytes(_ values: MappedElements, _ rows: Range<Int>) -> Int {
    rows.count * values.width * values.type.byteCount
  }
}
