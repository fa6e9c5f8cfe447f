import GasBase
import TestSupport
import XCTest

@testable import GasFiles
@testable import GasStore

/// A store that takes the place of another: nothing else is removed, and nothing unknowingly.
final class StoreReplacementTests: StoreWriterCase {
  func testReplacesInOneStep() throws {
    try FixtureGraphs.names.write(to: path)
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

  /// What is in the folder and is no store's stops it, wherever it is; so does another kind of manifest.
  func testRefusesToRemoveWhatIsNotAStores() throws {
    try FixtureGraphs.names.write(to: path)
    for name in [
      "README.txt", "columns/notes", "columns/features", "runs/notes", "runs/a/thesis.txt", "runs/a/deep/config.json",
    ] {
      try FileTree.makeFolders(AtomicFile.parent(of: "\(path)/\(name)"))
      try Data("precious".utf8).write(to: URL(fileURLWithPath: "\(path)/\(name)"))
      let before = try FolderContents(folder.path)
      let first = name.hasPrefix("runs/a/deep") ? "runs/a/deep" : name
      assertRefused(path, "holds \(first), which is not part of a store") {
        _ = try StoreWriter(creating: path, replaceExisting: true, discardedRuns: 1)
      }
      XCTAssertEqual(try FolderContents(folder.path), before)
      try FileManager.default.removeItem(atPath: "\(path)/\(first)")
    }
    for manifest in ["{\"name\": \"my web app\"}", "[]", "", "{\"formatVersion\": 2, \"checksum\": \"00000000\"}"] {
      try Data(manifest.utf8).write(to: URL(fileURLWithPath: path + "/manifest.json"))
      let before = try FolderContents(folder.path)
      assertRefused(path, "is not a store that can be read") {
        _ = try StoreWriter(creating: path, replaceExisting: true)
      }
      XCTAssertEqual(try FolderContents(folder.path), before)
    }
  }

  func testRunsGoOnlyKnowingly() throws {
    try FixtureGraphs.names.write(to: path)
    for run in ["a", "b", "empty", "c.partial-0123456789abcdef", "d.discarded-2000000000"] {
      try FileTree.makeFolders("\(path)/runs/\(run)")
      if run != "empty" { try Data("{}".utf8).write(to: URL(fileURLWithPath: "\(path)/runs/\(run)/config.json")) }
    }
    let before = try FolderContents(folder.path)
    func write(_ count: Int?) throws {
      _ = try StoreWriter(creating: path, replaceExisting: true, discardedRuns: count)
    }
    assertRefused(path, "has 2 trained runs, which would go with it; pass --discard-runs 2") { try write(nil) }
    assertRefused("expected --discard-runs 2", "found --discard-runs 3") { try write(3) }
    assertRefused("found --discard-runs 0") { try write(0) }
    let training = try FolderLock.take(path + "/runs/b")
    withExtendedLifetime(training) {
      assertRefused("run \"b\" is in use by another process") { try write(2) }
    }
    XCTAssertEqual(try FolderContents(folder.path), before)
  }

  /// What begins while the new store is written is found before the old one goes.
  func testTheOldStoreIsLookedAtAgain() throws {
    try FixtureGraphs.names.write(to: path)
    var before: FolderContents?
    assertRefused(path, "has 1 trained run, which would go with it", "the new store is kept as \(path).new: remove") {
      try StoreParts(path).write(to: path) {
        try FileTree.makeFolders(path + "/runs/new")
        try Data("{}".utf8).write(to: URL(fileURLWithPath: path + "/runs/new/config.json"))
        before = try FolderContents(path)
      }
    }
    XCTAssertEqual(try FolderContents(path), before)
    XCTAssertEqual(try names(), ["store", "store.new"])
    XCTAssertNoThrow(try StoreVerifier(Store(opening: path + ".new")).verify())
  }

  /// The user knows nothing of a store that somebody else has put there meanwhile: it stays, and so does the new one.
  func testAnotherStoreThatCameMeanwhileStays() throws {
    for wasThere in [true, false] {
      try FixtureGraphs.names.write(to: folder.file("source"))
      let parts = try StoreParts(folder.file("source"))
      if wasThere { try FixtureGraphs.names.write(to: path) }
      for place in ["store.new", "store.new-2"] {
        var newer: FolderContents?
        assertRefused(
          path, "another process has put a store there since this began, so it is not overwritten",
          "the new store is kept as \(folder.file(place))"
        ) {
          try parts.write(to: path) {
            try FixtureGraphs.integers.write(to: path, replaceExisting: true)
            newer = try FolderContents(path)
          }
        }
        XCTAssertEqual(try FolderContents(path), newer)
        XCTAssertEqual(try Store(opening: folder.file(place)).nodeCount, 8)
      }
      XCTAssertEqual(try names(), ["source", "store", "store.new", "store.new-2"])
      for name in try names() { try FileManager.default.removeItem(atPath: folder.file(name)) }
    }
  }
}
