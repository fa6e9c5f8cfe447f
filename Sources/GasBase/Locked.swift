/// A value that one thread at a time gets at.
///
/// `Mutex` of the standard library would do the same. But where threads meet at it, the kernel hands it on, which
/// ThreadSanitizer does not see and takes for a race (Swift 6.3 on Linux). It knows this lock.
public final class Locked<Value>: @unchecked Sendable {
  private let lock = PosixLock()
  private var value: Value

  /// - Parameter value: what is there at first.
  public init(_ value: Value) { self.value = value }

  /// Runs `body` with the value while no other thread has it.
  public func withLock<Result>(_ body: (inout Value) throws -> Result) rethrows -> Result {
    try lock.withLock { try body(&value) }
  }
}
