import GasBase

/// Sorts records by keys of a known width: digit by digit from the lowest, each pass stable (LSD radix sort, Knuth,
/// TAOCP 3, 5.2.5).
@usableFromInline
package enum RadixSort {
  @inlinable
  static var digitBits: Int { 11 }
  @inlinable
  static var digitCount: Int { 1 << digitBits }

  /// Sorts records.
  ///
  /// - Parameters:
  ///   - records: what to sort.
  ///   - other: memory for as many records. The result may be in either buffer.
  ///   - bits: how many low bits of the keys may differ; the others are equal in all records.
  /// - Returns: the buffer that holds the records in ascending order, equal keys in the order in which they came.
  @inlinable
  static func sort<Record: SortRecord>(
    _ records: UnsafeMutableBufferPointer<Record>, _ other: UnsafeMutableBufferPointer<Record>, bits: Int
  ) -> UnsafeMutableBufferPointer<Record> {
    precondition(other.count >= records.count)
    var (from, to) = (records, other)
    for low in stride(from: 0, to: bits, by: digitBits) {
      var places = counts(from, low)
      // If all records have the same digit, the pass would only copy.
      guard !places.contains(from.count) else { continue }
      places.withUnsafeMutableBufferPointer { places in
        accumulate(places)
        for index in 0..<records.count {
          let record = from[index]
          let digit = Int(truncatingIfNeeded: record.key >> UInt64(low)) & (digitCount - 1)
          to[places[digit]] = record
          places[digit] += 1
        }
      }
      (from, to) = (UnsafeMutableBufferPointer(rebasing: to[..<records.count]), from)
    }
    return from
  }

  @inlinable
  static func counts<Record: SortRecord>(_ records: UnsafeMutableBufferPointer<Record>, _ low: Int) -> [Int] {
    var counts = [Int](repeating: 0, count: digitCount)
    counts.withUnsafeMutableBufferPointer { counts in
      for index in 0..<records.count {
        counts[Int(truncatingIfNeeded: records[index].key >> UInt64(low)) & (digitCount - 1)] += 1
      }
    }
    return counts
  }

  @inlinable
  static func accumulate(_ counts: UnsafeMutableBufferPointer<Int>) {
    var sum = 0
    for digit in 0..<digitCount {
      let count = counts[digit]
      counts[digit] = sum
      sum += count
    }
  }
}

/// Records, and memory for as many again, which a radix sort needs.
@usableFromInline
package final class SortBuffers<Record: SortRecord>: @unchecked Sendable {
  @usableFromInline let memory = Buffer<Record>()
  @usableFromInline let room = Buffer<Record>()
  /// The records, to be written before they are sorted.
  @usableFromInline package let records: UnsafeMutableBufferPointer<Record>
  @usableFromInline let other: UnsafeMutableBufferPointer<Record>

  /// Takes address space only: memory that is not used yet costs nothing.
  @inlinable
  package init(capacity: Int) {
    records = memory.resized(to: capacity)
    other = room.resized(to: capacity)
  }

  /// Sorts the first `count` records; the result is valid while the buffers are.
  @inlinable
  package func sorted(count: Int, bits: Int) -> UnsafeBufferPointer<Record> {
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
  package init(count: Int) {
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
  package func set(_ place: Int, _ body: () throws -> Value) { base[place] = Result(catching: body) }

  @inlinable
  package func get() throws -> [Value] { try base.map { try $0!.get() } }
}
