import XCTest

@testable import GasStore

final class LoopWindowTests: XCTestCase {
  func testHoldsTheRowsOfSuccessivePartitions() {
    var window = LoopWindow()
    for start in [0, 1000] {
      var expected = Set<Int>()
      for rows in [start..<start + 70, start + 70..<start + 71, start + 71..<start + 200] {
        window.open(rows)
        for row in rows where row % 7 == 3 {
          window.insert(row)
          expected.insert(row)
        }
      }
      XCTAssertEqual(window.rows, start..<start + 200)
      XCTAssertEqual(Set(window.rows.filter(window.contains)), expected)
      XCTAssertEqual(window.count, expected.count)
      XCTAssertFalse(window.isFull)
      window.clear()
      XCTAssertEqual(window.count, 0)
    }
  }

  /// As many rows as 8 MiB have bits, or one partition that is larger.
  func testIsFullByRows() {
    var window = LoopWindow()
    window.open(0..<(1 << 26) - 1)
    XCTAssertFalse(window.isFull)
    window.open((1 << 26) - 1..<1 << 26)
    XCTAssertTrue(window.isFull)
    window.clear()
    window.open(1 << 26..<(1 << 26) + 5)
    XCTAssertFalse(window.isFull)
    XCTAssertFalse(window.contains(1 << 26), "nothing is left of the window before")
  }
}
