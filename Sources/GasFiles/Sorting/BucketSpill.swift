import GasBase

/// Records set aside on disk, in 256 buckets by the highest bits of their keys.
///
/// Each round of records goes to the file in one piece, bucket by bucket, so writing is sequential; a bucket is read in
/// as many pieces as there were rounds.
@usableFromInline
package final class BucketSpill<Record: SortRecord>: @unchecked Sendable {
  @usableFromInline let bucketCount: Int
  /// How many bits of a key vary within a bucket.
  @usableFromInline let bitsBelow: Int
  @usableFromInline let file: ScratchFile
  @usableFromInline let parallel: Parallel
  /// Where each round begins in the file, in records.
  @usableFromInline var rounds: [Round] = []
  @usableFromInline var counts: [Int]

  @usableFromInline
  struct Round {
    @usableFromInline var first: Int
    /// One number more than buckets.
    @usableFromInline var starts: [Int]

    @inlinable
    init(first: Int, starts: [Int]) {
      self.first = first
      self.starts = starts
    }
  }

  @inlinable
  static var largestBits: Int { 8 }
  @inlinable
  static var recordsPerPart: Int { 1 << 16 }

  @inlinable
  init(keyBits: Int, in space: Workspace) throws {
    bitsBelow = max(0, keyBits - Self.largestBits)
    bucketCount = 1 << (keyBits - bitsBelow)
    counts = [Int](repeating: 0, count: bucketCount)
    file = try ScratchFile(creating: space.scratch.newPath())
    parallel = space.parallel
  }

  @inlinable
  func count(of bucket: Int) -> Int { counts[bucket] }

  @inlinable
  func append(_ buffers: SortBuffers<Record>, count: Int) throws {
    let starts = deal(buffers, count: count)
    let first = file.byteCount / MemoryLayout<Record>.stride
    try file.append(UnsafeRawBufferPointer(UnsafeMutableBufferPointer(rebasing: buffers.other[..<count])))
    rounds.append(Round(first: first, starts: starts))
    for bucket in counts.indices { counts[bucket] += starts[bucket + 1] - starts[bucket] }
  }

  /// Puts records into the order of the buckets, in the other buffer. Each thread moves those of one part, whose places
  /// in the buckets follow those of the parts before.
  @inlinable
  func deal(_ buffers: SortBuffers<Record>, count: Int) -> [Int] {
    let partCount = parallel.threadCount
    func part(_ number: Int) -> Range<Int> { number * count / partCount..<(number + 1) * count / partCount }
    let places = FlatArray<Int>(repeating: 0, count: partCount * bucketCount)
    parallel.forEach(count: partCount) { number in
      let places = places[number * bucketCount..<(number + 1) * bucketCount]
      for index in part(number) { places[bucket(of: buffers.records[index])] += 1 }
    }
    let starts = accumulate(places, partCount)
    parallel.forEach(count: partCount) { number in
      let places = places[number * bucketCount..<(number + 1) * bucketCount]
      for index in part(number) {
        let record = buffers.records[index]
        let bucket = bucket(of: record)
        buffers.other[places[bucket]] = record
        places[bucket] += 1
      }
    }
    return starts
  }

  @inlinable @inline(__always)
  func bucket(of record: Record) -> Int {
    Int(truncatingIfNeeded: record.key >> UInt64(bitsBelow)) & (bucketCount - 1)
  }

  /// Turns the counts of each part into places. Returns where the buckets start.
  @inlinable
  func accumulate(_ places: FlatArray<Int>, _ partCount: Int) -> [Int] {
    var (starts, sum) = ([0], 0)
    for bucket in 0..<bucketCount {
      for part in 0..<partCount {
        let size = places[part * bucketCount + bucket]
        places[part * bucketCount + bucket] = sum
        sum += size
      }
      starts.append(sum)
    }
    return starts
  }

  /// Reads a whole bucket. Buckets may be read on several threads.
  @inlinable
  func read(_ bucket: Int, into records: UnsafeMutableBufferPointer<Record>) throws {
    var done = 0
    for round in rounds {
      let count = round.starts[bucket + 1] - round.starts[bucket]
      try read(round.first + round.starts[bucket], UnsafeMutableBufferPointer(rebasing: records[done..<done + count]))
      done += count
    }
  }

  /// Reads a bucket part by part, in the order in which its records came.
  @inlinable
  func forEachPart(of bucket: Int, _ body: (UnsafeBufferPointer<Record>) throws -> Void) throws {
    let memory = Buffer<Record>()
    for round in rounds {
      var next = round.starts[bucket]
      while next < round.starts[bucket + 1] {
        let part = memory.resized(to: min(Self.recordsPerPart, round.starts[bucket + 1] - next))
        try read(round.first + next, part)
        try body(UnsafeBufferPointer(part))
        next += part.count
      }
    }
  }

  @inlinable
  func read(_ first: Int, _ target: UnsafeMutableBufferPointer<Record>) throws {
    guard !target.isEmpty else { return }
    try file.read(at: first * MemoryLayout<Record>.stride, into: UnsafeMutableRawBufferPointer(target))
  }
}
