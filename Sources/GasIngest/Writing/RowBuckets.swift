import GasBase
import GasFiles
import Glibc

/// Takes records, one for each row, in any order, and gives them back in the order of the rows, in bounded memory.
///
/// Rows are divided into *buckets*: ranges whose bytes fit a budget. A record goes to the end of its bucket in a
/// scratch file, with its row number. When all are there, one bucket after the other is put in order in memory. So the
/// disk sees one stream to write a bucket and one to read, and never a single row; a place in the file is written once
/// and read once. If everything fits one bucket, it is put in its place at once, and no file is made.
///
/// Memory: the budget, or the longest row if that is more. Disk: the records and 4 bytes a row. Not thread-safe.
final class RowBuckets {
  /// How far a bucket has been filled.
  private struct Fill {
    var record: Int
    var byte: Int
    /// Memory up to this record has been given back.
    var releasedRecord: Int
    var releasedByte: Int
  }

  private let sizes: RowSizes
  /// The first row of each bucket, and the row count.
  private let firsts: [Int]
  private var fills: [Fill]
  private let rows: FlatArray<UInt32>
  private let bytes: FlatArray<UInt8>
  private let memory = Buffer<UInt8>()
  private let base: UnsafeMutablePointer<UInt8>?
  private static let releasedBytes = 1 << 20

  private var isWhole: Bool { firsts.count <= 2 }
  var bucketCount: Int { firsts.count - 1 }

  /// Makes empty buckets.
  ///
  /// - Parameters:
  ///   - rowCount: how many rows there are.
  ///   - sizes: how many bytes each row has.
  ///   - scratch: where the file is made.
  ///   - bucketBytes: the budget of a bucket.
  /// - Throws: `GasError` if the disk has no space for the scratch file.
  init(rowCount: Int, _ sizes: RowSizes, scratch: ScratchFolder, bucketBytes: Int) throws {
    self.sizes = sizes
    firsts = sizes.divide(rowCount: rowCount, largestBytes: bucketBytes)
    fills = firsts.map { first in
      let byte = sizes.start(of: first)
      return Fill(record: first, byte: byte, releasedRecord: first, releasedByte: byte)
    }
    let isWhole = firsts.count <= 2
    rows = try scratch.zeros(count: isWhole ? 0 : rowCount)
    bytes = try scratch.zeros(count: isWhole ? 0 : sizes.start(of: rowCount))
    base = isWhole ? memory.resized(to: sizes.start(of: rowCount)).baseAddress : nil
  }

  /// Takes a row's record, as long as `sizes` says. Each row comes once.
  @inline(__always)
  func append(_ record: UnsafeRawBufferPointer, row: Int) {
    let place = sizes.range(of: row)
    precondition(record.count == place.count, "a record of another size than its row")
    if let base {
      fills[0].record += 1
      if let source = record.baseAddress { memcpy(base + place.lowerBound, source, record.count) }
      return
    }
    let bucket = bucket(of: row)
    let fill = fills[bucket]
    rows[fill.record] = UInt32(row)
    if let source = record.baseAddress, let target = bytes[fill.byte..<fill.byte + record.count].baseAddress {
      memcpy(target, source, record.count)
    }
    fills[bucket].record += 1
    fills[bucket].byte += record.count
    if fills[bucket].byte - fill.releasedByte >= Self.releasedBytes { release(bucket) }
  }

  /// Finds the bucket of a row, by bisection.
  @inline(__always)
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

  /// Calls `body` with ranges of rows, in order, and their bytes, valid until it returns. All records must have come.
  func forEachBucket(_ body: (Range<Int>, UnsafeRawBufferPointer) throws -> Void) throws {
    for bucket in 0..<bucketCount {
      let range = firsts[bucket]..<firsts[bucket + 1]
      precondition(fills[bucket].record == range.upperBound, "a row has no record")
      try body(range, isWhole ? whole : arranged(range))
    }
  }

  private var whole: UnsafeRawBufferPointer {
    UnsafeRawBufferPointer(start: base, count: sizes.start(of: firsts[bucketCount]))
  }

  /// Returns the records of a bucket, each in its place.
  private func arranged(_ range: Range<Int>) -> UnsafeRawBufferPointer {
    let span = sizes.start(of: range.lowerBound)..<sizes.start(of: range.upperBound)
    let target = memory.resized(to: span.count)
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
