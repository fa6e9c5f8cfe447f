import Foundation

/// Memory that several arrays may take together; each gives its part back when it goes. Safe to use from several
/// threads.
@usableFromInline
package final class MemoryAllowance: @unchecked Sendable {
  private var left: Int
  private let lock = NSLock()

  /// Allows so many bytes.
  @usableFromInline
  package init(byteCount: Int) {
    left = byteCount
  }

  /// Takes a part. Returns false, and takes nothing, if not so much is left.
  @usableFromInline
  package func take(_ byteCount: Int) -> Bool {
    lock.withLock {
      guard byteCount <= left else { return false }
      left -= byteCount
      return true
    }
  }

  /// Gives a part back.
  @usableFromInline
  package func giveBack(_ byteCount: Int) {
    lock.withLock { left += byteCount }
  }
}
