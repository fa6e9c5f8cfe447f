import TestSupport
import XCTest

@testable import GasFiles

final class MemoryAllowanceTests: XCTestCase {
  func testOnlyWhatIsLeftIsGiven() {
    let allowance = MemoryAllowance(byteCount: 10)
    XCTAssertTrue(allowance.take(6))
    XCTAssertFalse(allowance.take(5))
    XCTAssertTrue(allowance.take(4))
    allowance.giveBack(6)
    XCTAssertTrue(allowance.take(6))
    XCTAssertFalse(allowance.take(1))
  }

  func testArraysGiveTheirPartBack() throws {
    let allowance = MemoryAllowance(byteCount: 16)
    for _ in 0..<3 {
      let array = try XCTUnwrap(FlatArray<UInt64>(zeros: 2, within: allowance))
      XCTAssertEqual(Array(array.all), [0, 0])
      XCTAssertNil(FlatArray<UInt8>(zeros: 1, within: allowance))
    }
  }

  /// More than the half of the memory goes on in files, and holds what is put there.
  func testArraysBeyondAreInFiles() throws {
    let space = try TestWorkspace(sortBytes: 1 << 20).space
    let arrays = try (0..<3).map { _ in try space.randomAccessZeros(count: 1 << 18, of: UInt64.self) }
    for (number, array) in arrays.enumerated() {
      for place in stride(from: 0, to: array.count, by: 1000) { array[place] = UInt64(number + place) }
    }
    for (number, array) in arrays.enumerated() {
      for place in stride(from: 0, to: array.count, by: 1000) { XCTAssertEqual(array[place], UInt64(number + place)) }
    }
  }
}
