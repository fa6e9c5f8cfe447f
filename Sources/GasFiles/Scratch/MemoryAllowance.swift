import Foundation

/// Memory that arrays may take beside each other; each gives its part back when it goes. Safe to use from several threads.
@usableFromInline
package final class MemoryAllowance: @unchecked Sendable {
  private var left: Int
  private let lock = NSLock()

  @usableFromInline
  package init(byteCount: Int) {
    left = byteCount
  }

  /// - Returns: false if there is not so much left, and nothing was taken.
  @usableFromInline
  package func take(_ byteCount: Int) -> Bool {
    lock.withLock {
      guard byteCount <= left else { return false }
      left -= byteCount
      return true
    }
  }

  @usableFromInline
  package func giveBack(_ byteCount: Int) {
    lock.withLock { left += byteCount }
  }
}
