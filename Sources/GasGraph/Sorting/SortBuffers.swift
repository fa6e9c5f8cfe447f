import GasBase

/// Records, and memory for as many again, which a radix sort needs.
@usableFromInline
package final class SortBuffers<Record: SortRecord>: @unchecked Sendable {
  @usableFromInline let memory = Buffer<Record>()
  @usableFromInline let room = Buffer<Record>()
  @usableFromInline let records: UnsafeMutableBufferPointer<Record>
  @usableFromInline let other: UnsafeMutableBufferPointer<Record>

  /// Takes address space only: memory that is not used yet costs nothing.
  @inlinable
  init(capacity: Int) {
    records = memory.resized(to: capacity)
    other = room.resized(to: capacity)
  }

  /// Sorts the first `count` records; the result is valid while the buffers are.
  @inlinable
  func sorted(count: Int, bits: Int) -> UnsafeBufferPointer<Record> {
    UnsafeBufferPointer(
      RadixSort.sort(
        UnsafeMutableBufferPointer(rebasing: records[..<count]), UnsafeMutableBufferPointer(rebasing: other[..<count]),
        bits: bits))
  }
}

/// The results of pieces of parallel work, or the first error among them.
@usableFromInline
package final class Results<Value>: @unchecked Sendable {
  @usableFromInline let base: UnsafeMutableBufferPointer<Result<Value, any Error>?>

  @inlinable
  init(count: Int) {
    base = .allocate(capacity: count)
    base.initialize(repeating: nil)
  }

  @inlinable
  deinit {
    base.deinitialize()
    base.deallocate()
  }

  /// Sets the result of a piece. Different places may be set from different threads.
  @inlinable
  func set(_ place: Int, _ body: () throws -> Value) { base[place] = Result(catching: body) }

  @inlinable
  func get() throws -> [Value] { try base.map { try $0!.get() } }
}
