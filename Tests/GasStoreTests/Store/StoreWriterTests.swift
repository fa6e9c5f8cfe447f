import GasBase
import TestSupport
import XCTest

@testable import GasStore

/// The three promises of `StoreWriter`: nothing before `commit`, the old store until then, nothing after `abandon`.
final class StoreWriterTests: XCTestCase {
  private var folder: TemporaryFolder!
  private var path = ""

  override func setUpWithError() throws {
    folder = try TemporaryFolder()
    path = folder.file("store")
  }

  override func tearDown() { folder = nil }

  private func names() throws -> [String] { try FileManager.default.contentsOfDirectory(atPath: folder.path).sorted() }

  func testNothingIsVisibleBeforeCommit() throws {
    let writer = try StoreWriter(creating: path)
    try writer.column(.order, type: .uint32, encoding: .lz4).append([UInt32](repeating: 7, count: 1 << 20))
    XCTAssertEqual(try names(), ["store.partial-\(getpid())"])
    assertRefused("store/manifest.json: cannot be read") { _ = try Store(opening: path) }
    assertRefused("partial-\(getpid())/manifest.json: cannot be read") { _ = try Store(opening: writer.temporaryPath) }
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

  func testReplacesInOneStep() throws {
    try FixtureGraphs.names.write(to: path)
    try Data("{}".utf8).write(to: URL(fileURLWithPath: path + "/of-the-old-store"))
    let before = try FolderContents(path)
    do {
      let writer = try StoreWriter(creating: path, replaceExisting: true)
      _ = try writer.column(.order, type: .uint32, encoding: .lz4)
      XCTAssertEqual(try FolderContents(path), before, "the old store is whole while the new one is written")
    }
    XCTAssertEqual(try FolderContents(path), before, "and after the new one was given up")
    try FixtureGraphs.integers.write(to: path, replaceExisting: true)
    XCTAssertEqual(try Store(opening: path).nodeCount, 6)
    XCTAssertEqual(try names(), ["store"])
    XCTAssertFalse(FileManager.default.fileExists(atPath: path + "/of-the-old-store"))
  }

  /// A reader that has the old store open goes on reading it.
  func testReplacedStoreStaysReadable() throws {
    try FixtureGraphs.names.write(to: path)
    let old = try Store(opening: path)
    try FixtureGraphs.integers.write(to: path, replaceExisting: true)
    XCTAssertEqual(try old.column(.order).array(0..<8, as: UInt32.self), [0, 1, 7, 2, 3, 6, 4, 5])
  }

  func testReplacingWhatIsNotThereCreates() throws {
    try FixtureGraphs.names.write(to: path, replaceExisting: true)
    XCTAssertEqual(try names(), ["store"])
  }

  /// `--output ~` with `--overwrite` must not remove a home.
  func testRefusesToReplaceWhatIsNotAStore() throws {
    try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
    try Data("precious".utf8).write(to: URL(fileURLWithPath: path + "/thesis.txt"))
    let before = try FolderContents(folder.path)
    for replaceExisting in [false, true] {
      assertRefused(path) { _ = try StoreWriter(creating: path, replaceExisting: replaceExisting) }
    }
    assertRefused(path, "is not a store") { _ = try StoreWriter(creating: path, replaceExisting: true) }
    let file = path + "/thesis.txt"
    assertRefused(file, "is not a store") { _ = try StoreWriter(creating: file, replaceExisting: true) }
    XCTAssertEqual(try FolderContents(folder.path), before)
  }

  func testTrailingSlash() throws {
    try FixtureGraphs.names.write(to: path + "/")
    XCTAssertEqual(try names(), ["store"])
    try FixtureGraphs.names.write(to: path + "/", replaceExisting: true)
    XCTAssertEqual(try names(), ["store"])
  }

  /// What a killed process of the same number left behind is in nobody's way.
  func testLeftoversAreReplaced() throws {
    let left = AtomicFile.temporaryName(for: path) + "/columns"
    try FileManager.default.createDirectory(atPath: left, withIntermediateDirectories: true)
    try Data("x".utf8).write(to: URL(fileURLWithPath: left + "/order.gascol"))
    try FixtureGraphs.names.write(to: path)
    XCTAssertEqual(try names(), ["store"])
    XCTAssertEqual(try StoreVerifier(Store(opening: path)).verify().columnCount, 14)
  }

  func testUnwritablePlaces() throws {
    try Data("x".utf8).write(to: URL(fileURLWithPath: folder.file("file")))
    assertRefused("file/store", "cannot create the folder") {
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
