import Synchronization

/// Runs independent pieces of work on a fixed number of threads.
///
/// The pieces are the caller's and never depend on `threadCount`, so neither do results: whoever reduces over pieces keeps one
/// partial result for each and adds them in order. Which thread gets which piece is left open: one that shares its core with the
/// prefetcher takes fewer, and where threads cannot be started, the caller's takes all.
public struct Parallel: Sendable {
  public let threadCount: Int
  /// Gets what each thread did.
  public let trace: Trace?

  public static let serial = Parallel(threadCount: 1)

  public init(threadCount: Int, trace: Trace? = nil) {
    precondition(threadCount > 0, "work needs at least one thread")
    self.threadCount = threadCount
    self.trace = trace
  }

  /// Calls `body` once for each piece in 0 ..< count, in any order, and returns when all are done.
  public func forEach(count: Int, _ body: (Int) -> Void) {
    forEach(count: count) { piece, _ in body(piece) }
  }

  /// The same, with a number below `threadCount` beside the piece: pieces that run at the same time have different ones, so each
  /// number may have scratch memory of its own.
  public func forEach(count: Int, _ body: (_ piece: Int, _ worker: Int) -> Void) {
    if threadCount == 1 || count <= 1 {
      for piece in 0..<count { body(piece, 0) }
      return
    }
    let next = Atomic(0)
    ThreadTeam.shared.run(workers: min(threadCount, count)) { worker in
      trace.workerSpan(worker) {
        while true {
          let piece = next.wrappingAdd(1, ordering: .relaxed).oldValue
          guard piece < count else { return }
          body(piece, worker)
        }
      }
    }
  }

  /// The same for work that may fail: all pieces are tried.
  ///
  /// - Throws: what one of them threw.
  public func tryForEach(count: Int, _ body: (Int) throws -> Void) throws {
    let failure = Locked<(any Error)?>(nil)
    forEach(count: count) { piece in
      do { try body(piece) } catch { failure.withLock { $0 = error } }
    }
    if let failure = failure.withLock({ $0 }) { throw failure }
  }

  /// Splits 0 ..< count into ranges of `chunk` items and calls `body` for each.
  public func forEachRange(of count: Int, chunk: Int, _ body: (Range<Int>) -> Void) {
    forEachRange(of: 0..<count, chunk: chunk) { range, _ in body(range) }
  }

  /// The same for a range of items, with the number of the worker beside each part.
  public func forEachRange(of items: Range<Int>, chunk: Int, _ body: (Range<Int>, _ worker: Int) -> Void) {
    forEach(count: dividedUp(items.count, by: chunk)) { piece, worker in
      let first = items.lowerBound + piece * chunk
      body(first..<min(items.upperBound, first + chunk), worker)
    }
  }
}

/// Carries a value across threads where the caller's structure already keeps it safe.
public struct Unchecked<Value>: @unchecked Sendable {
  public let value: Value
  public init(_ value: Value) { self.value = value }
}
