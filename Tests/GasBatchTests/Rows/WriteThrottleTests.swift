import Foundation
import GasBase
import GasFiles
import GasStore
import TestSupport
import XCTest

@testable import GasHistories

/// Rows on their way to the disk: how much of them, how far they have come, and when their files go.
final class WriteThrottleTests: XCTestCase {
  private static let rowCount = 1024
  /// A row is a page.
  private static let rowBytes = 4096
  private static let windowBytes = 64 * rowBytes

  private var folder: TemporaryFolder!

  override func setUpWithError() throws { folder = try TemporaryFolder() }
  override func tearDown() { folder = nil }

  private func column() throws -> MutableColumn {
    try MutableColumn.nameless(in: folder.path, type: .uint32, rowCount: Self.rowCount, width: Self.rowBytes / 4)
  }

  private static func write(_ rows: Range<Int>, _ value: UInt32, to values: MappedElements) throws {
    let numbers = [UInt32](repeating: value, count: rows.count * values.width)
    try numbers.withUnsafeBytes { try values.writeRows(rows, $0) }
  }

  /// Disjoint ranges in any order, each a row at least and a quarter of the window at most.
  private func drawRanges(_ random: inout SeededRandom) -> [Range<Int>] {
    var ranges: [Range<Int>] = []
    while case let start = ranges.last?.upperBound ?? 0, start < Self.rowCount {
      ranges.append(start..<min(Self.rowCount, start + 1 + random.below(16)))
    }
    random.shuffle(&ranges)
    return ranges
  }

  /// What is no longer on its way has reached the disk: pages that leave the page cache when asked are clean.
  func testRowsAreOnTheDiskAWindowLater() throws {
    let leavesCache = try PageCache.canBeLeft(folder.path)
    for seed in 1...4 as ClosedRange<UInt64> {
      for dropsPages in [true, false] {
        var random = SeededRandom(seed: seed)
        let ranges = drawRanges(&random)
        let values = try column().values
        let throttle = WriteThrottle(dropsPages: dropsPages, windowBytes: Self.windowBytes)
        for (number, rows) in ranges.enumerated() {
          try Self.write(rows, UInt32(number), to: values)
          try throttle.note(values, rows)
          XCTAssertLessThanOrEqual(throttle.pendingBytes, Self.windowBytes + rows.count * Self.rowBytes)
        }
        throttle.thread.drain()
        XCTAssertLessThanOrEqual(throttle.pendingBytes, Self.windowBytes / 2)
        var arrived = ranges
        var pending = 0
        while pending < throttle.pendingBytes { pending += arrived.removeLast().count * Self.rowBytes }
        XCTAssertEqual(pending, throttle.pendingBytes, "the rows that were noted last are on their way")
        if leavesCache {
          let cached = arrived.joined().count { values.isCached(row: $0) }
          XCTAssertTrue(dropsPages ? cached == 0 : cached > Self.rowCount / 2, "\(cached) rows, \(dropsPages)")
        }
        for (number, rows) in ranges.enumerated() {
          for row in try rows.map({ try values.rows($0..<$0 + 1, as: UInt32.self) }) {
            XCTAssertTrue(row.first! == number && row.last! == number, "seed \(seed): \(rows)")
          }
        }
      }
    }
  }

  /// Where the disk does nothing for a while, so many rows are taken as the window allows, and one piece more.
  func testWritersWaitForTheDisk() throws {
    let values = try column().values
    for seed in 1...4 as ClosedRange<UInt64> {
      var random = SeededRandom(seed: seed)
      let ranges = drawRanges(&random)
      let throttle = WriteThrottle(dropsPages: true, windowBytes: Self.windowBytes)
      let gate = DispatchSemaphore(value: 0)
      throttle.thread.async { gate.wait() }
      var taken = 0
      for rows in ranges where taken <= Self.windowBytes { taken += rows.count * Self.rowBytes }

      let writer = WorkerThread()
      let written = Pending()
      writer.async {
        written.finish(
          Result {
            for rows in ranges {
              try Self.write(rows, 7, to: values)
              try throttle.note(values, rows)
            }
          })
      }
      while throttle.pendingBytes < taken { usleep(1000) }
      usleep(20_000)
      XCTAssertEqual(throttle.pendingBytes, taken, "seed \(seed)")
      gate.signal()
      try written.result()
      throttle.thread.drain()
      XCTAssertLessThanOrEqual(throttle.pendingBytes, Self.windowBytes / 2)
    }
  }

  /// A file without a name keeps its disk space for as long as anybody holds it.
  func testAbandonedFilesAreClosed() throws {
    for seed in 1...4 as ClosedRange<UInt64> {
      var random = SeededRandom(seed: seed)
      let throttle = WriteThrottle(dropsPages: false, windowBytes: Self.windowBytes)
      for rows in drawRanges(&random).prefix(3 + random.below(8)) {
        let values = try column().values
        try Self.write(rows, 1, to: values)
        try throttle.note(values, rows)
      }
      throttle.thread.drain()
      XCTAssertGreaterThan(openFiles(), 0, "nothing was on its way")
      throttle.abandon()
      XCTAssertEqual(openFiles(), 0, "seed \(seed)")
      XCTAssertEqual(throttle.pendingBytes, 0)
      // It goes on as if it were new.
      let values = try column().values
      try Self.write(0..<4, 2, to: values)
      try throttle.note(values, 0..<4)
      XCTAssertEqual(throttle.pendingBytes, 4 * Self.rowBytes)
    }
  }

  /// Descriptors of files in the folder.
  private func openFiles() -> Int {
    let files = FileManager.default
    let descriptors = (try? files.contentsOfDirectory(atPath: "/proc/self/fd")) ?? []
    let targets = descriptors.compactMap { try? files.destinationOfSymbolicLink(atPath: "/proc/self/fd/\($0)") }
    return targets.count { $0.hasPrefix(folder.path) }
  }
}
