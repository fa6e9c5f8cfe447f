import GasBase
import XCTest

final class RangeTests: XCTestCase {
  func testChunksAreTheRange() {
    XCTAssertEqual(Array((3..<10).chunks(ofCount: 3)), [3..<6, 6..<9, 9..<10])
    XCTAssertEqual(Array((3..<3).chunks(ofCount: 3)), [])
  }

  func testNearRangesAreJoined() {
    let ranges = [0..<0, 2..<5, 5..<6, 8..<9, 9..<9, 12..<20]
    XCTAssertEqual(ranges.joined(gap: 0), [2..<6, 8..<9, 12..<20])
    XCTAssertEqual(ranges.joined(gap: 2), [2..<9, 12..<20])
    XCTAssertEqual(ranges.joined(gap: 3), [2..<20])
    XCTAssertEqual([Range<Int>]().joined(gap: 3), [])
  }
}
