import Synchronization

/// Runs independent pieces of work on a fixed number of threads.
///
/// The pieces are the caller's and never depend on `threadCount`, so neither do results: a caller that reduces over
/// pieces keeps one partial result for each and adds them in order. Which thread gets which piece is left open: a
/// thread that shares its core with the prefetcher takes fewer, and where threads cannot be started, the caller's
/// thread takes all.
public struct Parallel: Sendable {
  /// The most threads that work at the same time, the caller's included.
  public let threadCount: Int
  /// Records what each thread did, if there is a trace.
  public let trace: Trace?

  /// All pieces run on the caller's thread, in order.
  public static let serial = Parallel(threadCount: 1)

  /// Starts no threads yet.
  public init(threadCount: Int, trace: Trace? = nil) {
    precondition(threadCount > 0, "work needs at least one thread")
    self.threadCount = threadCount
    self.trace = trace
  }

  /// Calls `body` once for each piece in 0 ..< count, in any order, and returns when all are done.
  public func forEach(count: Int, _ body: (Int) -> Void) {
    forEach(count: count) { piece, _ in body(piece) }
  }

  /// Calls `body` once for each piece in 0 ..< count, in any order, with the number of a worker below `threadCount`.
  /// Pieces that run at the same time have different workers, so each worker may have scratch memory of its own.
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

  /// Calls `body`, which may fail, once for each piece in 0 ..< count, in any order. All pieces are tried.
  ///
  /// - Parameters:
  ///   - count: how many pieces there are.
  ///   - body: does one piece.
  /// - Throws: what one of the calls threw.
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

  /// Splits a range of items into ranges of `chunk` items and calls `body` for each with the number of a worker below
  /// `threadCount`.
  public func forEachRange(of items: Range<Int>, chunk: Int, _ body: (Range<Int>, _ worker: Int) -> Void) {
    forEach(count: dividedUp(items.count, by: chunk)) { piece, worker in
      let first = items.lowerBound + piece * chunk
      body(first..<min(items.upperBound, first + chunk), worker)
    }
  }
}

/// Carries a value across threads where the caller's structure already keeps it safe, which the compiler cannot see.
public struct Unchecked<Value>: @unchecked Sendable {
  /// The value.
  public let value: Value
  /// Wraps a value.
  public init(_ value: Value) { self.value = value }
}
