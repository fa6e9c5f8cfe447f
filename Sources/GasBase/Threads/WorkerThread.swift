/// Does what it is given, one piece of work after the other, on a thread of its own, which is started with the first
/// piece.
///
/// If no thread can be started, the caller that gives work does it at once itself: later than it might have been, but
/// the same. Work must therefore not wait for what that caller does afterwards, nor give more work to the same thread.
/// Safe to use from several threads.
public final class WorkerThread: Sendable {
  private let state: State

  /// Starts no thread yet.
  public convenience init() { self.init(startsThread: true) }

  /// Starts no thread yet.
  ///
  /// - Parameter startsThread: whether a thread may be started; false for tests of what happens without one.
  init(startsThread: Bool) { state = State(hasThread: startsThread ? nil : false) }

  deinit { state.end() }

  /// Gives work.
  public func async(_ work: @escaping @Sendable () -> Void) {
    if !state.append(work, starting: true) { state.run(work) }
  }

  /// Does work after all that was given before, and returns when it is done.
  public func sync(_ work: @escaping @Sendable () -> Void) {
    let pending = Pending()
    let last = { @Sendable in
      work()
      pending.finish(.success(()))
    }
    if !state.append(last, starting: false) { state.run(last) }
    pending.wait()
  }

  /// Waits until all that was given is done.
  public func drain() { sync {} }

  /// Shared with the thread, which keeps it alive: the thread ends when its queue is empty and nobody can fill it any
  /// more.
  private final class State: @unchecked Sendable {
    private let condition = Condition()
    private var queue: [@Sendable () -> Void] = []
    /// `nil` until starting one was tried.
    private var hasThread: Bool?
    private var isEnded = false
    /// Held by whoever does work.
    private let turn = Locked(())

    init(hasThread: Bool?) { self.hasThread = hasThread }

    /// Adds work to the queue.
    ///
    /// - Parameters:
    ///   - work: what to do.
    ///   - starting: whether to start the thread, if that was not tried yet.
    /// - Returns: false if there is no thread.
    func append(_ work: @escaping @Sendable () -> Void, starting: Bool) -> Bool {
      condition.lock()
      defer { condition.unlock() }
      if hasThread == nil && starting { hasThread = PosixThread.start { self.serve() } }
      guard hasThread == true else { return false }
      queue.append(work)
      condition.signal()
      return true
    }

    func run(_ work: () -> Void) { turn.withLock { _ in work() } }

    func end() {
      condition.withLock { isEnded = true }
      condition.signal()
    }

    private func serve() {
      while let work = next() { run(work) }
    }

    private func next() -> (@Sendable () -> Void)? {
      condition.lock()
      defer { condition.unlock() }
      while queue.isEmpty && !isEnded { condition.wait() }
      return queue.isEmpty ? nil : queue.removeFirst()
    }
  }
}
