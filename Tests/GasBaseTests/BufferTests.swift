import GasBase
import XCTest

final class BufferTests: XCTestCase {
  func testGivesExactlyWhatIsAskedFor() {
    let buffer = Buffer<Float>()
    XCTAssertEqual(buffer.capacity, 0)
    XCTAssertEqual(buffer.resized(to: 0).count, 0)
    for count in [1, 7, 1000, 3, 0, 1000] { XCTAssertEqual(buffer.resized(to: count).count, count) }
  }

  func testKeepsItsMemoryAndContentsUntilItGrows() {
    let buffer = Buffer<Int>()
    let first = buffer.resized(to: 100)
    for index in first.indices { first[index] = index * 3 }
    let smaller = buffer.resized(to: 10)
    XCTAssertEqual(smaller.baseAddress, first.baseAddress)
    let again = buffer.resized(to: 100)
    XCTAssertEqual(again.baseAddress, first.baseAddress)
    XCTAssertEqual(Array(again), (0..<100).map { $0 * 3 })
  }

  /// Sizes that creep up must not allocate every time.
  func testGrowsByMoreThanItMust() {
    let buffer = Buffer<UInt8>()
    var capacities = Set<Int>()
    for count in 1000...2000 {
      _ = buffer.resized(to: count)
      capacities.insert(buffer.capacity)
      XCTAssertGreaterThanOrEqual(buffer.capacity, count)
      XCTAssertLessThanOrEqual(buffer.capacity, count + count / 8)
    }
    XCTAssertLessThan(capacities.count, 10)
  }

  func testIsAlignedForVectors() {
    let address = UInt(bitPattern: Buffer<UInt8>().resized(to: 5).baseAddress)
    XCTAssertEqual(address % 64, 0)
  }
}
