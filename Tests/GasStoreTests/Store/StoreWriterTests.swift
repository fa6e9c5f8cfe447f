import GasBase
import TestSupport
import XCTest

@testable import GasFiles
@testable import GasStore

/// The three promises of `StoreWriter`: nothing before `commit`, the old store until then, nothing after `abandon`.
final class StoreWriterTests: StoreWriterCase {
  func testNothingIsVisibleBeforeCommit() throws {
    let writer = try StoreWriter(creating: path)
    try writer.column(.order, type: .uint32, encoding: .lz4).append([UInt32](repeating: 7, count: 1 << 20))
    XCTAssertEqual(try names().count, 1)
    XCTAssertEqual(TemporaryName.stem(ofTemporary: try names()[0]), "store")
    assertRefused("store/manifest.json: cannot be read") { _ = try Store(opening: path) }
    assertRefused("/manifest.json: cannot be read") { _ = try Store(opening: writer.temporaryPath) }
  }

  func testAbandonedWritersLeaveNothing() throws {
    var writer: StoreWriter? = try StoreWriter(creating: path)
    _ = try writer!.column(.order, type: .uint32, encoding: .lz4)
    writer!.abandon()
    XCTAssertEqual(try names(), [])
    writer!.abandon()
    writer = try StoreWriter(creating: path)
    XCTAssertEqual(try names().count, 1)
    writer = nil
    XCTAssertEqual(try names(), [], "released without commit")
  }

  func testRefusedCommitLeavesNothing() throws {
    try FixtureGraphs.names.write(to: path)
    var parts = try StoreParts(path)
    parts.manifest.nodeCount += 1
    XCTAssertThrowsError(try parts.write(to: folder.file("other")))
    XCTAssertEqual(try names(), ["store"])
  }

  func testDoesNotReplaceUnasked() throws {
    try FixtureGraphs.names.write(to: path)
    let before = try FolderContents(folder.path)
    assertRefused(path, "already exists", "--overwrite") { _ = try StoreWriter(creating: path) }
    XCTAssertEqual(try FolderContents(folder.path), before)
  }

  func testTrailingSlash() throws {
    try FixtureGraphs.names.write(to: path + "/")
    XCTAssertEqual(try names(), ["store"])
    try FixtureGraphs.names.write(to: path + "/", replaceExisting: true)
    XCTAssertEqual(try names(), ["store"])
  }

  /// What a killed process left behind is removed.
  func testLeftoversAreRemoved() throws {
    let left = folder.file("store.partial-0123456789abcdef/columns")
    try FileManager.default.createDirectory(atPath: left, withIntermediateDirectories: true)
    try Data("x".utf8).write(to: URL(fileURLWithPath: left + "/order.gascol"))
    try FixtureGraphs.names.write(to: path)
    XCTAssertEqual(try names(), ["store"])
    XCTAssertEqual(try StoreVerifier(Store(opening: path)).verify().columnCount, 14)
  }

  func testInputsInsideAreRefused() throws {
    try FixtureGraphs.names.write(to: path)
    symlink(path, folder.file("link"))
    for input in ["store/columns/order.gascol", "link/columns/order.gascol", "store", "link"] {
      assertRefused(input, "lies in the store that would be replaced") {
        _ = try StoreWriter(creating: path, replaceExisting: true, inputs: [folder.path, folder.file(input)])
      }
    }
  }

  func testLinksAreFollowed() throws {
    try FixtureGraphs.names.write(to: path)
    symlink("store", folder.file("link"))
    symlink("nowhere", folder.file("dangling"))
    try FixtureGraphs.integers.write(to: folder.file("link/"), replaceExisting: true)
    XCTAssertEqual(try Store(opening: path).nodeCount, 6)
    XCTAssertEqual(try FileManager.default.destinationOfSymbolicLink(atPath: folder.file("link")), "store")
    assertRefused("dangling", "is a link to something that is not there") {
      _ = try StoreWriter(creating: folder.file("dangling"), replaceExisting: true)
    }
  }

  func testUnwritablePlaces() throws {
    try Data("x".utf8).write(to: URL(fileURLWithPath: folder.file("file")))
    assertRefused(folder.file("file"), "cannot create the folder: a file has this name") {
      _ = try StoreWriter(creating: folder.file("file/store"))
    }
    assertRefused("/proc/store", "cannot create the folder") { _ = try StoreWriter(creating: "/proc/store") }
  }

  /// Same graph, same bytes: column files hold no time, no address and no process number.
  func testSameGraphSameBytes() throws {
    for graph in [FixtureGraphs.names, FixtureGraphs.integers] {
      try graph.write(to: path, replaceExisting: true)
      let first = try FolderContents(path)
      try graph.write(to: path, replaceExisting: true)
      XCTAssertEqual(try FolderContents(path).differences(from: first), [])
    }
  }
}
