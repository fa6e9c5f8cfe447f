import GasBase
import TestSupport
import XCTest

@testable import GasFiles
@testable import GasStore

/// Disks that fill up. Whatever write fails, nothing half-written stays, and what was there before is as it was.
final class FailingDiskTests: XCTestCase {
  private var folder: TemporaryFolder!

  override func setUpWithError() throws { folder = try TemporaryFolder() }
  override func tearDown() { folder = nil }

  /// Runs `body` while no file may grow beyond a size. Writing fails with an error then, as on a full disk.
  private func limitingFiles<R>(to byteCount: Int, _ body: () throws -> R) throws -> R {
    var old = rlimit()
    getrlimit(__rlimit_resource_t(RLIMIT_FSIZE.rawValue), &old)
    // The signal that goes with it would end the tests.
    let handler = signal(SIGXFSZ, SIG_IGN)
    var new = rlimit(rlim_cur: rlim_t(byteCount), rlim_max: old.rlim_max)
    XCTAssertEqual(setrlimit(__rlimit_resource_t(RLIMIT_FSIZE.rawValue), &new), 0)
    defer {
      setrlimit(__rlimit_resource_t(RLIMIT_FSIZE.rawValue), &old)
      signal(SIGXFSZ, handler)
    }
    return try body()
  }

  /// Fails at one byte after the other until it succeeds.
  private func failEverywhere(step: Int, _ body: () throws -> Void) throws {
    let before = try FolderContents(folder.path)
    var failures = 0
    for limit in stride(from: 0, through: 1 << 20, by: step) {
      do {
        try limitingFiles(to: limit, body)
        XCTAssertGreaterThan(failures, 3, "nothing was tested")
        return
      } catch let error as GasError {
        failures += 1
        XCTAssertTrue("\(error)".hasSuffix(": File too large"), "\(error)")
        XCTAssertEqual(try FolderContents(folder.path).differences(from: before), [], "at \(limit) bytes")
      }
    }
    XCTFail("it never succeeded")
  }

  func testNewStore() throws {
    try failEverywhere(step: 512) { try FixtureGraphs.names.write(to: folder.file("store")) }
    XCTAssertEqual(try FileManager.default.contentsOfDirectory(atPath: folder.path), ["store"])
    _ = try StoreVerifier(Store(opening: folder.file("store"))).verify()
  }

  func testShards() throws {
    try FixtureGraphs.names.write(to: folder.file("store"))
    let store = try Store(opening: folder.file("store"))
    try failEverywhere(step: 512) { try ShardCut(store, ranks: 2, output: folder.file("shards")).run() }
    for rank in 0..<2 { _ = try StoreVerifier(Store(opening: folder.file("shards/rank-\(rank)"))).verify() }
  }

  func testReplacedStore() throws {
    let path = folder.file("store")
    try FixtureGraphs.integers.write(to: path)
    try failEverywhere(step: 512) { try FixtureGraphs.names.write(to: path, replaceExisting: true) }
    XCTAssertEqual(try Store(opening: path).nodeCount, 8)
    XCTAssertEqual(try FileManager.default.contentsOfDirectory(atPath: folder.path), ["store"])
  }

  func testAtomicFile() throws {
    let path = folder.file("file")
    try AtomicFile.write(path, text: "old")
    try failEverywhere(step: 700) { try AtomicFile.write(path, text: String(repeating: "x", count: 5000)) }
    XCTAssertEqual(try ColumnFile.bytes(path).count, 5000)
  }

  func testHistory() throws {
    let path = folder.file("history-1.gascol")
    try failEverywhere(step: 900) { try MutableColumn.create(path, type: .uint32, rowCount: 100, width: 3) }
    XCTAssertEqual(try MutableColumn(opening: path).values.rowCount, 100)
  }

  /// The real thing, where this user may mount a disk of 64 KiB.
  func testFullDisk() throws {
    let disk = folder.file("disk")
    try FileManager.default.createDirectory(atPath: disk, withIntermediateDirectories: false)
    try XCTSkipIf(mount("tmpfs", disk, "tmpfs", 0, "size=64k") != 0, "only root may mount a disk")
    defer { umount(disk) }
    assertRefused("cannot write: No space left on device", "free some space") {
      try TinyGraph.random(nodes: 2000, features: 16).write(to: disk + "/store")
    }
    XCTAssertEqual(try FileManager.default.contentsOfDirectory(atPath: disk), [])
    try AtomicFile.write(disk + "/file", text: "fits")
    assertRefused(disk + "/file", "No space left") {
      try AtomicFile.write(disk + "/file", text: String(repeating: "x", count: 100_000))
    }
    // Mapped files are written later, when a full disk would end the process: it has to be known before.
    assertRefused("cannot extend: No space left on device") {
      try MutableColumn.create(disk + "/history-1.gascol", type: .float32, rowCount: 10_000, width: 16)
    }
    XCTAssertEqual(try FolderContents(disk).files, ["file": Data("fits".utf8)])
  }
}
