import GasBase
import Synchronization
import XCTest

final class ParallelTests: XCTestCase {
  func testCallsEachPieceOnce() {
    for threads in [1, 2, 3, 8] {
      for count in [0, 1, 2, 7, 100] {
        let calls = Locked([Int](repeating: 0, count: count))
        Parallel(threadCount: threads).forEach(count: count) { piece in calls.withLock { $0[piece] += 1 } }
        XCTAssertEqual(calls.withLock { $0 }, .init(repeating: 1, count: count), "\(threads) threads")
      }
    }
  }

  func testRangesTile() {
    for threads in [1, 3] {
      for (count, chunk) in [(0, 4), (1, 4), (4, 4), (5, 4), (100, 7), (3, 100)] {
        let ranges = Locked([Range<Int>]())
        Parallel(threadCount: threads).forEachRange(of: count, chunk: chunk) { range in
          ranges.withLock { $0.append(range) }
        }
        let sorted = ranges.withLock { $0 }.sorted { $0.lowerBound < $1.lowerBound }
        XCTAssertEqual(sorted.flatMap { Array($0) }, Array(0..<count), "\(count) in chunks of \(chunk)")
        XCTAssertTrue(sorted.allSatisfy { 1...chunk ~= $0.count })
        XCTAssertTrue(sorted.allSatisfy { $0.lowerBound % chunk == 0 }, "pieces must not depend on the threads")
      }
    }
  }

  /// Two pieces that wait for each other: only two threads can finish them.
  func testRunsPiecesAtTheSameTime() throws {
    try XCTSkipIf(ProcessInfo.processInfo.activeProcessorCount < 2, "one core")
    let arrived = Atomic(0)
    let met = Atomic(0)
    Parallel(threadCount: 2).forEach(count: 2) { _ in
      arrived.add(1, ordering: .sequentiallyConsistent)
      let deadline = ContinuousClock.now + .seconds(10)
      while arrived.load(ordering: .sequentiallyConsistent) < 2 && ContinuousClock.now < deadline {}
      if arrived.load(ordering: .sequentiallyConsistent) == 2 { met.add(1, ordering: .sequentiallyConsistent) }
    }
    XCTAssertEqual(met.load(ordering: .sequentiallyConsistent), 2)
  }

  func testSerialIsOneThreadInOrder() {
    XCTAssertEqual(Parallel.serial.threadCount, 1)
    var order: [Int] = []
    Parallel.serial.forEach(count: 5) { order.append($0) }
    XCTAssertEqual(order, [0, 1, 2, 3, 4])
  }
}
