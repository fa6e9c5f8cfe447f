import Glibc

/// A lock whose holder can wait until another one says that something has changed.
package final class Condition: @unchecked Sendable {
  private let holder = PosixLock()
  private let condition = UnsafeMutablePointer<pthread_cond_t>.allocate(capacity: 1)

  /// Nobody holds it.
  package init() {
    // It cannot fail without attributes.
    pthread_cond_init(condition, nil)
  }

  deinit {
    pthread_cond_destroy(condition)
    condition.deallocate()
  }

  /// Waits until nobody else holds it.
  package func lock() { holder.lock() }

  /// Ends what `lock` began.
  package func unlock() { holder.unlock() }

  /// Runs `body` while no other thread holds the condition.
  package func withLock<Result>(_ body: () throws -> Result) rethrows -> Result { try holder.withLock(body) }

  /// Lets others hold it until one of them signals, or for no reason: the caller, who holds it, then looks again.
  package func wait() { pthread_cond_wait(condition, holder.mutex) }

  /// Wakes one of those that wait.
  package func signal() { pthread_cond_signal(condition) }

  /// Wakes all that wait.
  package func broadcast() { pthread_cond_broadcast(condition) }
}
