/// The outcome of work on another thread. Any number of threads may wait for it.
public final class Pending: @unchecked Sendable {
  private let condition = Condition()
  private var outcome: Result<Void, any Error>?

  /// Has no outcome yet.
  public init() {}

  /// Sets the outcome. To be called once, by the thread that does the work.
  public func finish(_ outcome: Result<Void, any Error>) {
    condition.lock()
    self.outcome = outcome
    condition.broadcast()
    condition.unlock()
  }

  /// Waits until the work is done, whether it failed or not.
  public func wait() { _ = waited() }

  /// Waits until the work is done.
  ///
  /// - Throws: what the work threw.
  public func result() throws { try waited().get() }

  private func waited() -> Result<Void, any Error> {
    condition.lock()
    defer { condition.unlock() }
    while true {
      if let outcome { return outcome }
      condition.wait()
    }
  }
}
