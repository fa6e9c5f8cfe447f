import Foundation
import GasBase
import GasStore

/// Sends rows to the disk soon after they were written, a bounded number of bytes behind.
///
/// Left alone, the kernel lets changed pages pile up to a share of the machine's memory; a control group of small memory counts them and
/// cannot drop them. Here the pages stay where they are and are clean, so that they can go whenever their room is wanted. A thread
/// of its own waits for the disk; who writes waits only when it writes faster than the disk. Safe to use from several threads.
package final class WriteThrottle: @unchecked Sendable {
  /// What may be on its way at a time, but for the last piece.
  package static let windowBytes = 16 << 20

  private let dropsPages: Bool
  private let windowBytes: Int
  let thread = WorkerThread()
  private let condition = NSCondition()
  private var byteCount = 0
  private var failure: (any Error)?
  /// What the disk was asked for; the thread's own.
  private var started: [(values: MappedElements, rows: Range<Int>)] = []
  private var startedBytes = 0

  /// - Parameter dropsPages: whether pages leave the page cache when the disk has them.
  package convenience init(dropsPages: Bool) { self.init(dropsPages: dropsPages, windowBytes: Self.windowBytes) }

  init(dropsPages: Bool, windowBytes: Int) { (self.dropsPages, self.windowBytes) = (dropsPages, windowBytes) }

  /// What is on its way now.
  var pendingBytes: Int { condition.withLock { byteCount } }

  /// Of rows that were written.
  ///
  /// - Throws: `GasError` if the disk has failed, with this or with earlier rows.
  package func note(_ values: MappedElements, _ rows: Range<Int>) throws {
    try condition.withLock {
      while byteCount > windowBytes && failure == nil { condition.wait() }
      if let failure { throw failure }
      byteCount += bytes(values, rows)
    }
    // Not under the lock: where there is no thread, this one sends.
    thread.async { self.send(values, rows) }
  }

  /// Lets go of all rows, whether the disk has them or not: for files that nobody will read again, whose space could not be freed else.
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
