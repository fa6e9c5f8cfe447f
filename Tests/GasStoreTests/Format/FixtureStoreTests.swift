import CLZ4
import TestSupport
import XCTest

@testable import GasStore

/// The committed stores and this release: it reads them, and would write them again as they are.
final class FixtureStoreTests: XCTestCase {
  func testOpensAndVerifies() throws {
    for (name, columnCount, runFileCount) in [("names", 14, 0), ("integers", 9, 2), ("bonds", 9, 0)] {
      let report = try StoreVerifier(Store(opening: "\(FixtureStore.folder)/\(name)")).verify()
      XCTAssertEqual(report.columnCount, columnCount)
      XCTAssertEqual(report.runFileCount, runFileCount)
    }
  }

  func testIsWrittenAgainByteByByte() throws {
    let folder = try TemporaryFolder()
    try FixtureStore.make(in: folder.path)
    let fixture = try FolderContents(FixtureStore.folder)
    let today = try FolderContents(folder.path)
    XCTAssertEqual(today.names, fixture.names)
    guard String(cString: LZ4_versionString()) == FixtureStore.lz4Version else {
      return try assertSameElements(fixture, today)
    }
    XCTAssertEqual(today.differences(from: fixture), [])
  }

  /// What a column holds, where another LZ4 may have packed it otherwise.
  private func assertSameElements(_ a: FolderContents, _ b: FolderContents) throws {
    for name in a.names where name.hasSuffix(".gascol") {
      let first = try PlainColumn([UInt8](XCTUnwrap(a.files[name] ?? nil)), name)
      let second = try PlainColumn([UInt8](XCTUnwrap(b.files[name] ?? nil)), name)
      XCTAssertEqual(first.data, second.data, name)
      XCTAssertEqual(first.shape, second.shape, name)
    }
  }

  /// Not a test: `Tools/scripts/make-fixture-store` makes the stores through it.
  func testMakeFixtures() throws {
    guard let folder = ProcessInfo.processInfo.environment["GAS_MAKE_FIXTURES"] else {
      throw XCTSkip("GAS_MAKE_FIXTURES does not name a folder")
    }
    XCTAssertEqual(
      String(cString: LZ4_versionString()), FixtureStore.lz4Version, "note the version in FixtureStore.lz4Version")
    try FixtureStore.make(in: folder)
  }
}
