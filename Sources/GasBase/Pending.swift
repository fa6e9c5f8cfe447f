import Dispatch

/// The outcome of work on another thread. Any number of threads may wait for it.
public final class Pending: @unchecked Sendable {
  private let group = DispatchGroup()
  private var outcome: Result<Void, any Error> = .success(())

  public init() { group.enter() }

  /// To be called once, by the thread that does the work.
  public func finish(_ outcome: Result<Void, any Error>) {
    self.outcome = outcome
    group.leave()
  }

  public func wait() { group.wait() }

  /// - Throws: what the work threw.
  public func result() throws {
    group.wait()
    try outcome.get()
  }
}
