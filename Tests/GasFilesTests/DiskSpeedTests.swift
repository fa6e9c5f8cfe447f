import GasBase
import TestSupport
import XCTest

@testable import GasFiles

final class DiskSpeedTests: XCTestCase {
  func testWritingLeavesNothing() throws {
    let folder = try TemporaryFolder()
    let speed = DiskSpeed.bytesPerSecond(writingIn: folder.path)
    // Some file systems have no direct access.
    if let speed { XCTAssertGreaterThan(speed, 1e5) }
    XCTAssertEqual(try FileManager.default.contentsOfDirectory(atPath: folder.path), [])
    XCTAssertNil(DiskSpeed.bytesPerSecond(writingIn: folder.file("none")))
  }

  func testSmallFilesTellNothing() throws {
    let folder = try TemporaryFolder()
    let path = folder.file("small")
    XCTAssertTrue(FileManager.default.createFile(atPath: path, contents: Data(count: 4096)))
    XCTAssertNil(DiskSpeed.bytesPerSecond(reading: path))
  }
}
