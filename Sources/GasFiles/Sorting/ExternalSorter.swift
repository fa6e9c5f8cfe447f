import GasBase

/// A record that can be sorted: plain bytes with a key.
@usableFromInline
package protocol SortRecord: BitwiseCopyable, Sendable {
  /// What decides the order.
  var key: UInt64 { get }
}

/// Sorts any number of records in bounded memory.
///
/// Records are gathered in memory. Each time that is full, they are put into buckets by the highest bits of their keys
/// and set aside on disk (`BucketSpill`). In the end one bucket after the other is read back and sorted by radix; a
/// bucket that does not fit is divided again by the bits below. So every record is written and read once, more often
/// only where many keys are close together. Stable: equal keys keep the order in which they were added.
///
/// Memory: `Workspace.sortBytes`. Disk: the size of the records, none if they fit. Not thread-safe; sorts buckets on
/// several threads.
@usableFromInline
package final class ExternalSorter<Record: SortRecord> {
  @usableFromInline let keyBits: Int
  @usableFromInline let space: Workspace
  /// How many records are in memory at a time; sorting takes another buffer of that size.
  @usableFromInline let capacity: Int
  // Other modules' inlined code uses these, so the compiler cannot see that no two accesses overlap, and would ask at
  // every record.
  @exclusivity(unchecked) @usableFromInline var pending: SortBuffers<Record>?
  @exclusivity(unchecked) @usableFromInline var pendingCount = 0
  @usableFromInline var spill: BucketSpill<Record>?

  @exclusivity(unchecked) @usableFromInline var addedCount = 0

  /// How many records were added.
  @inlinable
  package var count: Int { addedCount }

  /// Makes an empty sorter.
  ///
  /// - Parameters:
  ///   - keyBits: how many low bits of the keys may differ.
  ///   - space: memory, threads and disk space.
  @inlinable
  package init(keyBits: Int, in space: Workspace) {
    self.keyBits = keyBits
    self.space = space
    capacity = max(1, space.sortBytes / 2 / MemoryLayout<Record>.stride)
    pending = SortBuffers(capacity: capacity)
  }

  /// Adds a record. Not to be called after `forEachSorted`, which gives all records up.
  ///
  /// - Parameter record: the record.
  /// - Throws: `GasError` if the disk fails.
  @inlinable @inline(__always)
  package func append(_ record: Record) throws {
    if pendingCount == capacity { try flush() }
    pending!.records[pendingCount] = record
    pendingCount += 1
    addedCount += 1
  }

  /// Adds records that the caller makes, on as many threads as it likes.
  ///
  /// - Parameters:
  ///   - total: how many records.
  ///   - fill: writes the records of a range of 0 ..< `total` to consecutive places; called once, or with one range
  ///     after the other where not all fit into memory.
  /// - Throws: `GasError` if the disk fails.
  @inlinable
  package func append(count total: Int, _ fill: (Range<Int>, UnsafeMutableBufferPointer<Record>) -> Void) throws {
    var done = 0
    while done < total {
      if pendingCount == capacity { try flush() }
      let range = done..<min(total, done + capacity - pendingCount)
      fill(range, UnsafeMutableBufferPointer(rebasing: pending!.records[pendingCount..<pendingCount + range.count]))
      pendingCount += range.count
      done = range.upperBound
    }
    addedCount += total
  }

  /// Calls `body` with all records in ascending order, part by part, and gives them up.
  ///
  /// - Parameter body: gets a part of the records, valid while it runs.
  /// - Throws: `GasError` if the disk fails; what `body` throws.
  @inlinable
  package func forEachSorted(_ body: (UnsafeBufferPointer<Record>) throws -> Void) throws {
    if spill == nil {
      try body(pending!.sorted(count: pendingCount, bits: keyBits))
      pending = nil
      return
    }
    try flush()
    pending = nil
    try forEachBucket(spill!, body)
    spill = nil
  }

  @inlinable
  func flush() throws {
    let spill = try self.spill ?? BucketSpill(keyBits: keyBits, in: space)
    self.spill = spill
    try spill.append(pending!, count: pendingCount)
    pendingCount = 0
  }

  @inlinable
  func forEachBucket(
    _ spill: BucketSpill<Record>, _ body: (UnsafeBufferPointer<Record>) throws -> Void
  ) throws {
    let largest = max(1, capacity / space.parallel.threadCount)
    var next = 0
    while next < spill.bucketCount {
      guard spill.count(of: next) <= largest else {
        try forEachSorted(inOversized: next, of: spill, body)
        next += 1
        continue
      }
      let group = (next..<min(spill.bucketCount, next + space.parallel.threadCount)).prefix {
        spill.count(of: $0) <= largest
      }
      for records in try sorted(group, of: spill) { try body(records.0) }
      next = group.endIndex
    }
  }

  /// Reads and sorts buckets, each on a thread. The records are valid as long as the buffers beside them.
  @inlinable
  func sorted(
    _ buckets: Range<Int>, of spill: BucketSpill<Record>
  ) throws -> [(UnsafeBufferPointer<Record>, SortBuffers<Record>)] {
    let results = Results<(UnsafeBufferPointer<Record>, SortBuffers<Record>)>(count: buckets.count)
    space.parallel.forEach(count: buckets.count) { place in
      results.set(place) {
        let bucket = buckets.lowerBound + place
        let buffers = SortBuffers<Record>(capacity: spill.count(of: bucket))
        try spill.read(bucket, into: buffers.records)
        return (buffers.sorted(count: spill.count(of: bucket), bits: spill.bitsBelow), buffers)
      }
    }
    return try results.get()
  }

  @inlinable
  func forEachSorted(
    inOversized bucket: Int, of spill: BucketSpill<Record>, _ body: (UnsafeBufferPointer<Record>) throws -> Void
  ) throws {
    // Equal keys are in the order in which they came.
    guard spill.bitsBelow > 0 else { return try spill.forEachPart(of: bucket, body) }
    let inner = ExternalSorter(keyBits: spill.bitsBelow, in: space)
    try spill.forEachPart(of: bucket) { for record in $0 { try inner.append(record) } }
    try inner.forEachSorted(body)
  }
}
