import Foundation
import Synchronization
import XCTest

@testable import GasBase

final class ThreadTests: XCTestCase {
  func testTeamCallsEachWorkerAtMostOnce() {
    for helpers in [0, 1, 3] {
      let team = ThreadTeam(greatestHelperCount: helpers)
      for _ in 0..<2000 {
        let calls = Locked([Int](repeating: 0, count: 4))
        let left = Atomic(50)
        team.run(workers: 4) { worker in
          calls.withLock { $0[worker] += 1 }
          while left.subtract(1, ordering: .relaxed).newValue >= 0 {}
        }
        XCTAssertEqual(calls.withLock { $0[0] }, 1)
        XCTAssertTrue(calls.withLock { $0.allSatisfy { $0 <= 1 } })
      }
    }
  }

  /// Callers at the same time, and callers among the helpers: nobody waits for a thread that will not come.
  func testSimultaneousAndNestedCalls() {
    let parallel = Parallel(threadCount: 4)
    let done = Atomic(0)
    let callers = (0..<3).map { _ in WorkerThread() }
    for caller in callers {
      caller.async {
        for _ in 0..<200 {
          parallel.forEach(count: 5) { _ in
            parallel.forEach(count: 3) { _ in done.add(1, ordering: .relaxed) }
          }
        }
      }
    }
    for caller in callers { caller.drain() }
    XCTAssertEqual(done.load(ordering: .relaxed), 3 * 200 * 15)
  }

  func testWorkerKeepsTheOrder() {
    for startsThread in [true, false] {
      let seen = Locked([Int]())
      let worker = WorkerThread(startsThread: startsThread)
      for number in 0..<1000 { worker.async { seen.withLock { $0.append(number) } } }
      worker.sync { seen.withLock { $0.append(-1) } }
      XCTAssertEqual(seen.withLock { $0 }, Array(0..<1000) + [-1])
    }
  }

  /// Work that was given is done though nobody waits for it.
  func testWorkerThatIsLetGoEndsItsWork() {
    let pending = Pending()
    WorkerThread().async {
      usleep(1000)
      pending.finish(.success(()))
    }
    pending.wait()
  }

  func testWithoutAThreadTheGiverWorks() {
    let here = pthread_self()
    let there = Locked(Set<UInt>())
    for startsThread in [true, false] {
      let worker = WorkerThread(startsThread: startsThread)
      worker.async { _ = there.withLock { $0.insert(UInt(pthread_self())) } }
      worker.drain()
    }
    XCTAssertEqual(there.withLock { $0.count }, 2)
    XCTAssertTrue(there.withLock { $0.contains(UInt(here)) })
  }

  func testPendingThrows() {
    let pending = Pending()
    pending.finish(.failure(GasError("no")))
    XCTAssertThrowsError(try pending.result()) { XCTAssertEqual($0 as? GasError, GasError("no")) }
  }

  func testNumbersThatAreNone() {
    XCTAssertEqual(
      "\(-Double.nan) \(Double(nan: 5, signaling: true)) \(-Float.nan) \(1.5) \(Float(0.1))", "nan nan nan 1.5 0.1")
  }
}
