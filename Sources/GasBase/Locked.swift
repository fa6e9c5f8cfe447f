import Foundation

/// A value that one thread at a time gets at.
///
/// `Mutex` of the standard library would do the same, but where threads meet at it, the kernel hands it on: ThreadSanitizer does not see that,
/// and takes it for a race (Swift 6.3 on Linux). It knows this lock.
public final class Locked<Value>: @unchecked Sendable {
  private let lock = NSLock()
  private var value: Value

  /// - Parameter value: what is there at first.
  public init(_ value: Value) { self.value = value }

  /// Runs `body` with the value while no other thread has it.
  public func withLock<Result>(_ body: (inout Value) throws -> Result) rethrows -> Result {
    try lock.withLock { try body(&value) }
  }
}
