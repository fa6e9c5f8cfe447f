import GasBase
import XCTest

final class MemoryTests: XCTestCase {
  func testCountsTouchedPages() {
    let before = Memory.residentBytes()
    XCTAssertGreaterThan(before, 1 << 20)
    let byteCount = 64 << 20
    let block = UnsafeMutableRawBufferPointer.allocate(byteCount: byteCount, alignment: 4096)
    for offset in stride(from: 0, to: byteCount, by: 4096) { block[offset] = 1 }
    XCTAssertGreaterThan(Memory.residentBytes(), before + byteCount / 2)
    block.deallocate()
    XCTAssertGreaterThan(Memory.peakResidentBytes(), before + byteCount / 2, "the peak stays")
  }
}
