import GasBase

/// Memory that several arrays may take together; each gives its part back when it goes. Safe to use from several
/// threads.
@usableFromInline
package final class MemoryAllowance: Sendable {
  private let left: Locked<Int>

  /// Allows so many bytes.
  @usableFromInline
  package init(byteCount: Int) {
    left = Locked(byteCount)
  }

  /// Takes a part. Returns false, and takes nothing, if not so much is left.
  @usableFromInline
  package func take(_ byteCount: Int) -> Bool {
    left.withLock { left in
      guard byteCount <= left else { return false }
      left -= byteCount
      return true
    }
  }

  /// Gives a part back.
  @usableFromInline
  package func giveBack(_ byteCount: Int) {
    left.withLock { $0 += byteCount }
  }
}
