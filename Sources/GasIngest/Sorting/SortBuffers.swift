import GasBase

/// Records and as much room again: what a radix sort works in.
final class SortBuffers<Record: SortRecord>: @unchecked Sendable {
  private let memory = Buffer<Record>()
  private let room = Buffer<Record>()
  let records: UnsafeMutableBufferPointer<Record>
  let other: UnsafeMutableBufferPointer<Record>

  /// Memory that is not used yet costs nothing.
  init(capacity: Int) {
    records = memory.resized(to: capacity)
    other = room.resized(to: capacity)
  }

  /// - Returns: the first `count` records sorted, valid while the buffers are.
  func sorted(count: Int, bits: Int) -> UnsafeBufferPointer<Record> {
    UnsafeBufferPointer(
      RadixSort.sort(
        UnsafeMutableBufferPointer(rebasing: records[..<count]), UnsafeMutableBufferPointer(rebasing: other[..<count]),
        bits: bits))
  }
}

/// What pieces of parallel work came to, or the first error among them.
final class Results<Value>: @unchecked Sendable {
  private let base: UnsafeMutableBufferPointer<Result<Value, any Error>?>

  init(count: Int) {
    base = .allocate(capacity: count)
    base.initialize(repeating: nil)
  }

  deinit {
    base.deinitialize()
    base.deallocate()
  }

  /// Different places may be set from different threads.
  func set(_ place: Int, _ body: () throws -> Value) { base[place] = Result(catching: body) }

  func get() throws -> [Value] { try base.map { try $0!.get() } }
}
