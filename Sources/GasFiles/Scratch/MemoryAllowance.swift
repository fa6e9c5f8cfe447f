import Foundation

/// Memory that arrays may take beside each other; each gives its part back when it goes. Safe to use from several threads.
package final class MemoryAllowance: @unchecked Sendable {
  private var left: Int
  private let lock = NSLock()

  package init(byteCount: Int) {
    left = byteCount
  }

  /// - Returns: false if there is not so much left, and nothing was taken.
  package func take(_ byteCount: Int) -> Bool {
    lock.withLock {
      guard byteCount <= left else { return false }
      left -= byteCount
      return true
    }
  }

  package func giveBack(_ byteCount: Int) {
    lock.withLock { left += byteCount }
  }
}
