import CLZ4
import TestSupport
import XCTest

@testable import GasColumns
@testable import GasStore

/// The committed stores and this release: it reads them, and would write them again as they are.
final class FixtureStoreTests: XCTestCase {
  func testOpensAndVerifies() throws {
    let sizes = ["names": (14, 0), "integers": (9, 2), "bonds": (9, 0), "prices": (9, 0), "assays": (8, 0)]
    for version in FixtureStore.versions {
      for (name, _) in FixtureStore.graphs(ofVersion: version) {
        let (columnCount, runFileCount) = sizes[name]!
        let store = try Store(opening: "\(FixtureStore.folder(ofVersion: version))/\(name)")
        let report = try StoreVerifier(store).verify()
        XCTAssertEqual(store.manifest.formatVersion, version)
        XCTAssertEqual(report.columnCount, columnCount)
        XCTAssertEqual(report.runFileCount, runFileCount)
      }
    }
  }

  func testShardsOpenAndVerify() throws {
    for name in FixtureStore.cutStores {
      for rank in 0..<2 {
        let store = try Store(opening: "\(FixtureStore.folder(ofVersion: 4))/\(name)/rank-\(rank)")
        XCTAssertEqual(try StoreVerifier(store).verify().columnCount, name == "names" ? 15 : 10)
        XCTAssertNoThrow(try store.check(isFor: rank, of: 2))
      }
    }
  }

  /// Readers find in a store of an older version what they find in today's.
  func testOlderVersionsHoldTheSame() throws {
    for version in 1...2 {
      for (name, _) in FixtureStore.graphs(ofVersion: version) {
        let old = try Store(opening: "\(FixtureStore.folder(ofVersion: version))/\(name)")
        let new = try Store(opening: "\(FixtureStore.folder)/\(name)")
        XCTAssertEqual(old.columnNames, new.columnNames)
        for column in [ColumnName.neighbours, .halo, .order] {
          let count = new.column(column).rowCount
          let elements = try new.column(column).array(0..<count, as: UInt32.self)
          XCTAssertEqual(try old.column(column).array(0..<count, as: UInt32.self), elements, column.rawValue)
        }
        let (oldReader, newReader) = (PartitionReader(old), PartitionReader(new))
        for partition in new.partitions.indices {
          let found = try oldReader.adjacency(of: partition)
          XCTAssertEqual(Array(found.neighbours), Array(try newReader.adjacency(of: partition).neighbours))
        }
      }
    }
  }

  func testIsWrittenAgainByteByByte() throws {
    for version in 2...4 {
      let folder = try TemporaryFolder()
      try FixtureStore.make(version: version, in: folder.path)
      let fixture = try FolderContents(FixtureStore.folder(ofVersion: version))
      let today = try FolderContents(folder.path)
      XCTAssertEqual(today.names, fixture.names)
      if String(cString: LZ4_versionString()) == FixtureStore.lz4Version {
        XCTAssertEqual(today.differences(from: fixture), [])
      } else {
        try assertSameElements(fixture, today)
      }
    }
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
    try FixtureStore.make(version: Manifest.currentVersion, in: folder)
  }
}
