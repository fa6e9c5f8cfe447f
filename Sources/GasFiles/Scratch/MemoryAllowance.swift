import GasBase

/// Memory that arrays may take beside each other; each gives its part back when it goes. Safe to use from several threads.
@usableFromInline
package final class MemoryAllowance: Sendable {
  private let left: Locked<Int>

  @usableFromInline
  package init(byteCount: Int) {
    left = Locked(byteCount)
  }

  /// - Returns: false if there is not so much left, and nothing was taken.
  @usableFromInline
  package func take(_ byteCount: Int) -> Bool {
    left.withLock { left in
      guard byteCount <= left else { return false }
      left -= byteCount
      return true
    }
  }

  @usableFromInline
  package func giveBack(_ byteCount: Int) {
    left.withLock { $0 += byteCount }
  }
}
