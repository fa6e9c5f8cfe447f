import GasBase
import TestSupport
import XCTest

@testable import GasFiles

final class RowBucketTests: XCTestCase {
  /// Records of the given lengths, put in by chance and taken out in order.
  private func roundTrip(_ lengths: [Int], _ sizes: (ScratchFolder) throws -> RowSizes, bucketBytes: Int) throws
    -> (bytes: [UInt8], bucketCount: Int, files: [String])
  {
    let folder = try TemporaryFolder()
    let scratch = try ScratchFolder(at: folder.file("scratch"))
    let buckets = try RowBuckets(
      rowCount: lengths.count, try sizes(scratch), scratch: scratch, bucketBytes: bucketBytes)
    var random = SeededRandom(seed: 5)
    var rows = Array(lengths.indices)
    for last in stride(from: rows.count - 1, to: 0, by: -1) { rows.swapAt(last, random.below(last + 1)) }
    for row in rows { record(row, lengths[row]).withUnsafeBytes { buckets.append($0, row: row) } }
    var bytes: [UInt8] = []
    var next = 0
    try buckets.forEachBucket { range, found in
      XCTAssertEqual(range.lowerBound, next)
      XCTAssertTrue(found.count <= bucketBytes || range.count == 1)
      next = range.upperBound
      bytes += found
    }
    XCTAssertEqual(next, lengths.count)
    return (bytes, buckets.bucketCount, try FileManager.default.contentsOfDirectory(atPath: scratch.path))
  }

  private func record(_ row: Int, _ length: Int) -> [UInt8] {
    (0..<length).map { UInt8(truncatingIfNeeded: row * 31 + $0 * 7) }
  }

  func testRowsOfOneLength() throws {
    for (rowCount, length, budget, expected) in [
      (1000, 12, 1 << 20, 1), (1000, 12, 12_000, 1), (1000, 12, 11_999, 2), (1000, 12, 100, 125), (7, 12, 1, 7),
      // Enough for a scratch file, whose memory is given back on the way.
      (300_000, 24, 3_000_000, 3),
    ] {
      let lengths = [Int](repeating: length, count: rowCount)
      let result = try roundTrip(lengths, { _ in .equal(length) }, bucketBytes: budget)
      XCTAssertTrue(result.bytes == (0..<rowCount).flatMap { record($0, length) }, "\(rowCount) rows, \(budget) bytes")
      XCTAssertEqual(result.bucketCount, expected, "\(rowCount) rows, \(budget) bytes")
      XCTAssertEqual(result.files, [], "scratch files have no names")
    }
  }

  func testRowsOfManyLengths() throws {
    var random = SeededRandom(seed: 6)
    var lengths = (0..<2000).map { _ in random.below(4) == 0 ? 0 : random.below(40) }
    lengths[77] = 5000
    let expected = lengths.indices.flatMap { record($0, lengths[$0]) }
    for budget in [1 << 20, 10_000, 1000, 1] {
      let result = try roundTrip(
        lengths,
        { scratch in
          let starts = try scratch.zeros(count: lengths.count + 1, of: Int.self)
          for (row, length) in lengths.enumerated() { starts[row + 1] = starts[row] + length }
          return .starts(starts)
        }, bucketBytes: budget)
      XCTAssertTrue(result.bytes == expected, "\(budget) bytes")
      XCTAssertEqual(result.bucketCount == 1, budget == 1 << 20)
    }
  }

  /// What says where rows belong may be damaged: then a row comes twice, and another never.
  func testARowThatComesTwice() throws {
    let folder = try TemporaryFolder()
    let scratch = try ScratchFolder(at: folder.path)
    // Of one bucket and of many; into a bucket that has a row less, or its own rows twice.
    for (budget, rows) in [
      (Int.max, [0, 1, 2, 3, 4, 4]), (.max, [0, 1, 2, 3, 4, 5, 5]), (16, [0, 1, 2, 3, 4, 4]), (16, [0, 1, 1, 3, 4, 5]),
      (16, [0, 1, 2, 3, 3, 4]), (.max, [0, 0, 3, 3, 4, 5]),
    ] {
      let buckets = try RowBuckets(
        rowCount: 6, .equal(8), target: FlatArray(count: 48), scratch: scratch, bucketBytes: budget, from: "order")
      XCTAssertEqual(buckets.bucketCount, budget == .max ? 1 : 3)
      XCTAssertThrowsError(
        try {
          for row in rows { try buckets.place(for: row).copyBytes(from: record(row, 8)) }
          try buckets.arrange()
        }(), "\(rows)"
      ) {
        XCTAssertEqual(
          "\($0)", "order: expected each row once, found one twice and another never; gas-stat verify says more")
      }
    }
  }

  func testRowsWithoutBytes() throws {
    let result = try roundTrip([0, 0, 0], { _ in .equal(0) }, bucketBytes: 10)
    XCTAssertEqual(result.bytes, [])
    XCTAssertEqual(result.bucketCount, 1)
  }

  /// Rows that are put in order where they are, in memory and in files; the bytes before them in a file stay.
  func testRowsOfAnArray() throws {
    let folder = try TemporaryFolder()
    let scratch = try ScratchFolder(at: folder.path)
    var random = SeededRandom(seed: 7)
    for (rowCount, length, head, budget, expected) in [
      (1000, 12, 100, .max, 1), (1000, 12, 100, 12_000, 1), (1000, 12, 100, 11_999, 2), (7, 12, 0, 1, 7),
      (300_000, 24, 128, 1_000_000, 8), (300_000, 24, 0, .max, 1),
    ] {
      let file = try MappedFile(scratch: folder.file("a"), byteCount: head + rowCount * length)
      file.mutableBytes[..<head].copyBytes(from: repeatElement(9, count: head))
      let target = FlatArray<UInt8>(of: file, from: head)
      let buckets = try RowBuckets(
        rowCount: rowCount, .equal(length), target: target, scratch: scratch, bucketBytes: budget)
      XCTAssertEqual(buckets.bucketCount, expected, "\(rowCount) rows, \(budget) bytes")
      var rows = Array(0..<rowCount)
      random.shuffle(&rows)
      for row in rows { try buckets.place(for: row).copyBytes(from: record(row, length)) }
      buckets.release()
      try buckets.arrange()
      XCTAssertTrue(target.all.elementsEqual((0..<rowCount).lazy.flatMap { self.record($0, length) }))
      XCTAssertTrue(file.bytes[..<head].allSatisfy { $0 == 9 })
      XCTAssertTrue(file.bytes[head...].elementsEqual(target.all))
    }
  }
}
