import GasBase
import Glibc

/// Takes records, one for each row, in any order, and gives them back in the order of the rows, in bounded memory.
///
/// Rows are divided into *buckets*: ranges whose bytes fit a budget. A record goes to the end of its bucket in a
/// scratch file, with its row number. When all are there, one bucket after the other is put in order in memory. So the
/// disk sees one stream to write a bucket and one to read, and never a single row; a place in the file is written once
/// and read once. If everything fits one bucket, it is put in its place at once, and no file is made.
///
/// Rows that are to end up in an array that is there already (`init(rowCount:_:target:scratch:bucketBytes:)`) are set
/// aside in that array itself: a bucket is the range that its rows will have, so it is put in order where it is.
///
/// Memory: the budget, or the longest row if that is more; with an array none where one bucket suffices. Disk: the
/// records, if there is no array, and 4 bytes a row. Not thread-safe.
package final class RowBuckets {
  /// How far a bucket has been filled.
  private struct Fill {
    var record: Int
    var byte: Int
    /// The sum of what stands for its rows, which tells whether any came twice.
    var sum: UInt64 = 0
    /// Memory up to this record has been given back.
    var releasedRecord: Int
    var releasedByte: Int
  }

  private let sizes: RowSizes
  /// What says which row a record is of, for messages.
  private let source: String?
  /// The first row of each bucket, and the row count.
  private let firsts: [Int]
  private var fills: [Fill]
  private let rows: FlatArray<UInt32>
  /// The records, bucket by bucket; those of an array are in order at the end.
  private let bytes: FlatArray<UInt8>
  private let memory = Buffer<UInt8>()
  /// How much of a bucket is mapped at a time: together they take no more than one bucket.
  private let releasedBytes: Int

  /// Whether all rows fit one bucket, where each is put in its place at once.
  private var isWhole: Bool { firsts.count <= 2 }
  package var bucketCount: Int { firsts.count - 1 }

  /// Makes empty buckets.
  ///
  /// - Parameters:
  ///   - rowCount: how many rows there are.
  ///   - sizes: how many bytes each row has.
  ///   - scratch: where the file is made.
  ///   - bucketBytes: the budget of a bucket.
  /// - Throws: `GasError` if the disk has no space for the scratch file.
  package convenience init(rowCount: Int, _ sizes: RowSizes, scratch: ScratchFolder, bucketBytes: Int) throws {
    let firsts = sizes.divide(rowCount: rowCount, largestBytes: bucketBytes)
    let byteCount = sizes.start(of: rowCount)
    try self.init(
      firsts, sizes, in: firsts.count <= 2 ? FlatArray(count: byteCount) : scratch.zeros(count: byteCount), scratch,
      bucketBytes, from: nil)
  }

  /// Makes empty buckets in an array, in which the rows are in order after `arrange`.
  ///
  /// - Parameters:
  ///   - rowCount: how many rows there are.
  ///   - sizes: how many bytes each row has.
  ///   - target: an array of the bytes of all rows.
  ///   - scratch: where the file is made that tells which row a record is of.
  ///   - bucketBytes: the budget of a bucket; with `.max` each row goes to its place at once.
  ///   - source: the file that says which row a record is of, for messages.
  /// - Throws: `GasError` if the disk has no space for the scratch file.
  package convenience init(
    rowCount: Int, _ sizes: RowSizes, target: FlatArray<UInt8>, scratch: ScratchFolder, bucketBytes: Int,
    from source: String? = nil
  ) throws {
    precondition(target.count == sizes.start(of: rowCount), "an array of another size than the rows")
    try self.init(
      sizes.divide(rowCount: rowCount, largestBytes: bucketBytes), sizes, in: target, scratch, bucketBytes,
      from: source)
  }

  private init(
    _ firsts: [Int], _ sizes: RowSizes, in bytes: FlatArray<UInt8>, _ scratch: ScratchFolder, _ bucketBytes: Int,
    from source: String?
  ) throws {
    (self.firsts, self.sizes, self.bytes, self.source) = (firsts, sizes, bytes, source)
    fills = firsts.map { first in
      let byte = sizes.start(of: first)
      return Fill(record: first, byte: byte, releasedRecord: first, releasedByte: byte)
    }
    rows = try scratch.zeros(count: firsts.count <= 2 ? 0 : firsts[firsts.count - 1])
    releasedBytes = min(1 << 20, max(16 << 10, bucketBytes / firsts.count))
  }

  /// Takes a row's record, as long as `sizes` says. Each row comes once.
  package func append(_ record: UnsafeRawBufferPointer, row: Int) {
    guard let target = room(for: row) else { preconditionFailure("a row came twice") }
    precondition(record.count == target.count, "a record of another size than its row")
    if let source = record.baseAddress, let target = target.baseAddress { memcpy(target, source, record.count) }
  }

  /// Memory for a row's record, to be filled before the next one is asked for. Each row comes once.
  ///
  /// - Parameter row: the row.
  /// - Returns: as many bytes as the row has.
  /// - Throws: `GasError` if there is no more room where the row belongs, since another came twice.
  package func place(for row: Int) throws -> UnsafeMutableRawBufferPointer {
    guard let place = room(for: row) else { throw repetition() }
    return place
  }

  /// The memory for a row's record; `nil` where all rows of its bucket have come.
  private func room(for row: Int) -> UnsafeMutableRawBufferPointer? {
    let place = sizes.range(of: row)
    let bucket = isWhole ? 0 : bucket(of: row)
    guard fills[bucket].record < firsts[bucket + 1] else { return nil }
    fills[bucket].sum &+= Self.mark(of: row)
    guard !isWhole else {
      fills[0].record += 1
      return UnsafeMutableRawBufferPointer(bytes[place])
    }
    // Before the record, whose page is written to right away.
    if fills[bucket].byte - fills[bucket].releasedByte >= releasedBytes { release(bucket) }
    let fill = fills[bucket]
    rows[fill.record] = UInt32(row)
    fills[bucket].record += 1
    fills[bucket].byte += place.count
    return UnsafeMutableRawBufferPointer(bytes[fill.byte..<fill.byte + place.count])
  }

  /// Finds the bucket of a row, by bisection.
  private func bucket(of row: Int) -> Int {
    (1..<bucketCount).partitioningIndex { firsts[$0] > row } - 1
  }

  private func release(_ bucket: Int) {
    let fill = fills[bucket]
    rows.release(fill.releasedRecord..<fill.record)
    bytes.release(fill.releasedByte..<fill.byte)
    fills[bucket].releasedRecord = fill.record
    fills[bucket].releasedByte = fill.byte
  }

  /// Takes rows of an array that are in their places out of resident memory. Those in buckets go as these are filled.
  package func release() {
    if isWhole { bytes.release(0..<bytes.count) }
  }

  /// Calls `body` with ranges of rows, in order, and their bytes, valid until it returns. All records must have come.
  package func forEachBucket(_ body: (Range<Int>, UnsafeRawBufferPointer) throws -> Void) throws {
    try checkAllHaveCome()
    for bucket in 0..<bucketCount {
      let range = firsts[bucket]..<firsts[bucket + 1]
      try body(range, isWhole ? UnsafeRawBufferPointer(bytes.all) : arranged(range))
    }
  }

  /// Puts the rows of the array in order, and gives memory back. All records must have come.
  ///
  /// - Throws: `GasError` if the disk fails, or a row came twice and another never.
  package func arrange() throws {
    try checkAllHaveCome()
    if !isWhole {
      try bytes.overwrite { append in try forEachBucket { _, rows in try append(rows) } }
    }
    memory.release()
  }

  /// Compares what came with all rows: where one came twice, another is missing.
  private func checkAllHaveCome() throws {
    for bucket in 0..<bucketCount {
      let rows = firsts[bucket]..<firsts[bucket + 1]
      let sum = rows.reduce(UInt64(0)) { $0 &+ Self.mark(of: $1) }
      guard fills[bucket].record == rows.upperBound, fills[bucket].sum == sum else { throw repetition() }
    }
  }

  /// A number that looks like a random one, so that sums over different rows differ: sums of the rows themselves are
  /// the same for 0, 0, 3, 3 and 0, 1, 2, 3. The mixing is that of SplitMix64 (Steele, Lea, Flood, OOPSLA 2014).
  private static func mark(of row: Int) -> UInt64 {
    var mark = (UInt64(row) &+ 1) &* 0x9e37_79b9_7f4a_7c15
    mark = (mark ^ mark >> 30) &* 0xbf58_476d_1ce4_e5b9
    mark = (mark ^ mark >> 27) &* 0x94d0_49bb_1331_11eb
    return mark ^ mark >> 31
  }

  private func repetition() -> GasError {
    GasError(
      expected: "each row once", found: "one twice and another never", file: source,
      advice: "gas-stat verify says more")
  }

  /// Returns the records of a bucket, each in its place.
  private func arranged(_ range: Range<Int>) -> UnsafeRawBufferPointer {
    let span = sizes.start(of: range.lowerBound)..<sizes.start(of: range.upperBound)
    let target = memory.resized(to: span.count)
    bytes.readAhead(span)
    let source = bytes[span]
    var read = 0
    for record in range {
      let place = sizes.range(of: Int(rows[record]))
      if !place.isEmpty {
        memcpy(target.baseAddress! + place.lowerBound - span.lowerBound, source.baseAddress! + read, place.count)
      }
      read += place.count
    }
    rows.release(range)
    bytes.release(span)
    return UnsafeRawBufferPointer(target)
  }
}
