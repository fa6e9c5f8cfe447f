import TestSupport
import XCTest

@testable import GasFiles

final class DiskNeedTests: XCTestCase {
  override func tearDown() { DiskNeed.isTold = false }

  func testMuchIsSaidWhereProgressIsShown() throws {
    let folder = try TemporaryFolder()
    func line(_ byteCount: Int, _ path: String) -> String? {
      DiskNeed(byteCount, for: "outputs", in: path).line
    }
    XCTAssertNil(line(1 << 40, folder.path))
    DiskNeed.isTold = true
    XCTAssertNil(line((64 << 20) - 1, folder.path))
    // A folder that is still to be made is on the disk of the one above.
    for path in [folder.path, folder.file("later/out")] {
      let line = try XCTUnwrap(line(64 << 20, path))
      XCTAssertTrue(line.hasPrefix("disk           64.0 MiB for outputs in \(path), "), line)
      XCTAssertTrue(line.hasSuffix(" are free"), line)
    }
    let here = try XCTUnwrap(line(1 << 30, "."))
    XCTAssertTrue(here.contains(" in \(FileManager.default.currentDirectoryPath), "), here)
  }
}
