import GasBase
import GasBatch
import TestSupport
import XCTest

@testable import GasTrain

/// Seconds that are predicted from rates and counts that are given.
final class PassTimeTests: XCTestCase {
  private let sample = TimeSample.Seconds(wall: 10, computing: 8, filling: 4, processor: 18)
  private let disk = DiskRates(reading: 1e9, writing: 5e8)!

  private func time(_ moved: PassTime.Moved, disk: DiskRates?, processors: Int = 2, overlaps: Bool = true) -> PassTime {
    PassTime(sample, moved, disk, processors: processors, overlaps: overlaps)
  }

  func testWhatTakesLongestDecides() {
    let nothing = PassTime.Moved()
    XCTAssertEqual(time(nothing, disk: disk).seconds, 10)
    // The disk reads for 3 s and writes for 4: that is hidden. Then it reads for 13.
    var moved = PassTime.Moved(readBytes: 3_000_000_000, writtenBytes: 2_000_000_000)
    XCTAssertEqual(time(moved, disk: disk).seconds, 10)
    XCTAssertEqual(time(moved, disk: disk, overlaps: false).seconds, 17)
    moved.readBytes = 13_000_000_000
    XCTAssertEqual(time(moved, disk: disk).seconds, 17)
    XCTAssertEqual(time(moved, disk: disk).diskReadSeconds, 13)
    XCTAssertEqual(time(moved, disk: disk).diskWriteSeconds, 4)
    XCTAssertEqual(time(moved, disk: nil).seconds, 10, "a disk that nothing is known of takes no time")
    XCTAssertNil(time(moved, disk: nil).diskReadSeconds)
    // Moving 6 s more takes 24 of processors: 12 of two, and less than the batches of four.
    let copied = PassTime.Moved(moving: 6)
    XCTAssertEqual(time(copied, disk: disk).seconds, 12)
    XCTAssertEqual(time(copied, disk: disk, processors: 4).seconds, 10)
    XCTAssertEqual(time(copied, disk: disk, overlaps: false).seconds, 16)
    // Beside rows that are sent or copied, half of the shorter one is not hidden.
    let both = PassTime.Moved(moving: 6, readBytes: 4_000_000_000)
    XCTAssertEqual(time(both, disk: disk).seconds, 14)
  }

  func testPagesTakeLongerThanLongPieces() {
    let pieces = time(PassTime.Moved(readBytes: 20_000_000_000), disk: disk).seconds
    let pages = time(PassTime.Moved(pageBytes: 20_000_000_000), disk: disk).seconds
    XCTAssertGreaterThan(pages, pieces)
  }

  func testWhatCannotBeMeasuredIsTakenAsTheOther() throws {
    let read = try XCTUnwrap(DiskRates(reading: 7, writing: nil))
    XCTAssertEqual(read.writtenBytesPerSecond, 7)
    XCTAssertTrue(read.isReadingMeasured && !read.isWritingMeasured)
    let written = try XCTUnwrap(DiskRates(reading: nil, writing: 5))
    XCTAssertEqual(written.readBytesPerSecond, 5)
    XCTAssertTrue(!written.isReadingMeasured && written.isWritingMeasured)
    XCTAssertTrue(disk.isReadingMeasured && disk.isWritingMeasured)
    XCTAssertNil(DiskRates(reading: nil, writing: nil))
  }

  private func cache(_ bytes: Int, isLimited: Bool = true) -> GasTrain.PageCache {
    GasTrain.PageCache(bytes: bytes, workingBytes: 1000, scatteredBytes: 400, isLimited: isLimited)
  }

  /// What the page cache holds is not read; the columns of halo rows, which are read most often, come first.
  func testDiskReadsWhatThePageCacheCannotHold() {
    var halo = HaloCost()
    (halo.readBytes, halo.readPageBytes, halo.writtenBytes) = (200, 2000, 30)
    let traffic = PassTraffic(halo: halo, streamed: 800, written: 70)
    XCTAssertEqual(cache(1000, isLimited: false).moved(traffic, isMoved: false), PassTime.Moved())
    XCTAssertEqual(cache(1000).moved(traffic, isMoved: false), PassTime.Moved(writtenBytes: 100))
    XCTAssertEqual(
      cache(700).moved(traffic, isMoved: false), PassTime.Moved(readBytes: 400, pageBytes: 0, writtenBytes: 100))
    XCTAssertEqual(
      cache(100).moved(traffic, isMoved: false), PassTime.Moved(readBytes: 800, pageBytes: 1500, writtenBytes: 100))
    // Rows that are sent or copied pass the page cache by, and take processor time.
    let moved = cache(1000).moved(traffic, isMoved: true)
    XCTAssertEqual([moved.readBytes, moved.pageBytes, moved.writtenBytes], [1000, 0, 100])
    XCTAssertEqual(moved.moving, 230 / NominalRates.movedBytes)
  }

  /// A batch that has twice the entries of another takes longer, and less than twice as long.
  func testWorkIsOfRowsAndEntries() {
    let work = BatchWork(row: 3, entry: 0.5)
    XCTAssertEqual(work.seconds(rows: 10, entries: 40), 50)
    XCTAssertEqual(work.seconds(rows: 10, entries: 80), 70)
  }
}
