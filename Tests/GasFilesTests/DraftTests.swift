import GasBase
import TestSupport
import XCTest

@testable import GasFiles

/// Files and folders that are not finished, and what is left of them when their process dies.
final class DraftTests: DraftCase {
  func testFileSystemsWithoutNamelessFiles() throws {
    try withoutNamelessFiles {
      try AtomicFile.write(path) { file in
        try file.write("new")
        XCTAssertEqual(try names().count, 1)
        XCTAssertEqual(try names().first.flatMap { TemporaryName.stem(ofTemporary: $0) }, "out")
        XCTAssertEqual(Leftovers.find(beside: path), [], "it is in use")
      }
      XCTAssertEqual(try text("out"), "new")
      assertRefused(path, "already exists") { try AtomicFile.write(path, replaces: false, text: "other") }
      try AtomicFile.write(path, text: "other")
      XCTAssertEqual(try text("out"), "other")
      let scratch = try MappedFile(scratch: folder.file("scratch"), byteCount: 5000)
      XCTAssertEqual(scratch.bytes.count, 5000)
    }
    XCTAssertEqual(try names(), ["out"])
  }

  /// At every change, with and without nameless files: old or new, and what is left is removed by whoever comes next.
  func testDyingWhileAFileIsReplaced() throws {
    for isNamed in [false, true] {
      var index = 0
      var isReached = true
      while isReached {
        try AtomicFile.write(path, text: "old")
        let script = DiskScript(.dies, at: index)
        script.hasNamelessFiles = !isNamed
        try? script.run { try AtomicFile.write(path, text: "new") }
        XCTAssertTrue(["old", "new"].contains(try text("out")), "at \(index)")
        Leftovers.sweep(beside: path)
        XCTAssertEqual(try names(), ["out"], "at \(index)")
        isReached = script.operation != nil
        index += 1
      }
      XCTAssertGreaterThan(index, 4)
      XCTAssertEqual(try text("out"), "new")
    }
  }

  func testFilesAreNotReplacedUnasked() throws {
    try AtomicFile.write(path, replaces: false, text: "first")
    assertRefused(path, "already exists") { try AtomicFile.write(path, replaces: false, text: "second") }
    XCTAssertEqual(try text("out"), "first")
    XCTAssertEqual(try names(), ["out"])
  }

  func testAFolderIsPublishedOnce() throws {
    let draft = try DraftFolder(for: folder.file("a/b/out"))
    XCTAssertNil(try FolderLock.take(draft.path), "it is its maker's")
    try AtomicFile.write(draft.path + "/file", text: "x")
    let lock = try draft.publish()
    XCTAssertEqual(try text("a/b/out/file"), "x")
    XCTAssertNil(try FolderLock.take(folder.file("a/b/out")), "the lock goes on")
    withExtendedLifetime(lock) {}
    draft.discard()
    XCTAssertEqual(try text("a/b/out/file"), "x")
    let second = try DraftFolder(for: folder.file("a/b/out"))
    assertRefused("a/b/out", "already exists") { _ = try second.publish() }
    second.discard()
    XCTAssertEqual(try FileManager.default.contentsOfDirectory(atPath: folder.file("a/b")), ["out"])
    try DraftFolder(for: folder.file("c/d/out")).discard()
    XCTAssertEqual(try names(), ["a"], "folders that were made on the way go too")
  }

  func testAFolderThatIsReplacedMayBeKeptAfterAll() throws {
    try FileTree.makeFolders(path + "/old")
    let draft = try DraftFolder(for: path)
    let old = try XCTUnwrap(FolderLock.take(path))
    assertRefused("no") { _ = try draft.replace(old) { _ in throw GasError("no") } }
    XCTAssertEqual(try FolderContents(path).names, ["old"])
    _ = try draft.replace(old)
    XCTAssertEqual(try FolderContents(path).names, [])
    XCTAssertEqual(try names(), ["out"])
  }

  /// Where names cannot be exchanged, there is a moment without a folder.
  func testFileSystemsWithoutExchange() throws {
    try FileTree.makeFolders(path + "/old")
    let draft = try DraftFolder(for: path)
    let old = try XCTUnwrap(FolderLock.take(path))
    DiskSeam.observer = { $0.operation == .exchange ? .fails(EINVAL) : .happens }
    defer { DiskSeam.observer = nil }
    _ = try draft.replace(old)
    XCTAssertEqual(try FolderContents(folder.path).names, ["out"])
  }

  /// Whoever comes after a kill at that moment puts the old folder back, and takes only the draft for a leftover.
  func testTheOldFolderComesBack() throws {
    try FileTree.makeFolders(path + "/old")
    let counter = RenameCounter()
    do {
      let draft = try DraftFolder(for: path)
      let old = try XCTUnwrap(FolderLock.take(path))
      DiskSeam.observer = { change in
        if change.operation == .exchange { return .fails(EINVAL) }
        return counter.isBeyondFirst(change) ? .fails(EIO) : .happens
      }
      XCTAssertThrowsError(try draft.replace(old))
      draft.discard()
      DiskSeam.observer = nil
    }
    XCTAssertFalse(FileManager.default.fileExists(atPath: path))
    XCTAssertEqual(try names().count, 2)
    XCTAssertEqual(Leftovers.find(beside: path).count, 1, "the draft, not the old folder")
    Leftovers.sweep(beside: path)
    XCTAssertEqual(try FolderContents(folder.path).names, ["out", "out/old"])
  }

  func testLocks() throws {
    try FileTree.makeFolders(path)
    var lock = try FolderLock.take(path)
    XCTAssertNotNil(lock)
    XCTAssertNil(try FolderLock.take(path))
    // A folder that was moved away is not the one that has the name now.
    try POSIX.rename(path, to: folder.file("moved"))
    try FileTree.makeFolders(path)
    XCTAssertNotNil(try FolderLock.take(path))
    XCTAssertNil(try FolderLock.take(folder.file("moved")))
    lock = nil
    XCTAssertNotNil(try FolderLock.take(folder.file("moved")))
    assertRefused("none", "cannot open the folder") { _ = try FolderLock.take(folder.file("none")) }
  }

  func testLeftoversAreToldByNameAndLock() throws {
    let mine = try DraftFolder(for: path)
    for name in [
      "out.partial-0123456789abcdef", "other.partial-0123456789abcdef", "out.partial-2000000000", "out.partial-x",
    ] {
      try FileTree.makeFolders(folder.file(name))
      try FileBytes.write([UInt8](repeating: 1, count: 9000), to: folder.file(name + "/file"))
    }
    try FileBytes.write([1], to: folder.file("scratch-\(UUID().uuidString).gascol"))
    symlink(folder.path, folder.file("out.partial-0123456789abcdee"))
    let found = Leftovers.find(beside: path)
    XCTAssertEqual(found.map(\.path), [folder.file("out.partial-0123456789abcdef")])
    XCTAssertGreaterThanOrEqual(found[0].byteCount, 9000)
    XCTAssertEqual(Leftovers.find(in: folder.path).count, 2)
    XCTAssertEqual(Leftovers.find(in: folder.path, ofEarlierVersions: true).count, 2, "there is no such process")
    XCTAssertEqual(Leftovers.remove(Leftovers.find(in: folder.path)).removed.count, 2)
    XCTAssertEqual(
      try names().filter { !$0.hasPrefix("scratch-") },
      [
        "out.partial-0123456789abcdee", "out.partial-2000000000", "out.partial-x",
        (mine.path as NSString).lastPathComponent,
      ]
      .sorted())
  }

  /// Removing never leaves the tree by a link.
  func testRemovingDoesNotFollowLinks() throws {
    try FileTree.makeFolders(folder.file("tree/inner"))
    try FileTree.makeFolders(folder.file("precious"))
    try FileBytes.write([1], to: folder.file("precious/file"))
    symlink(folder.file("precious"), folder.file("tree/link"))
    symlink(folder.file("precious"), folder.file("tree/inner/link"))
    symlink(folder.file("precious"), folder.file("link"))
    try FileTree.remove(folder.file("tree"))
    try FileTree.remove(folder.file("link"))
    try FileTree.remove(folder.file("none"))
    XCTAssertEqual(try FolderContents(folder.path).names, ["precious", "precious/file"])
  }

  func testNames() throws {
    let long = String(repeating: "ä", count: 127)
    for path in ["out", "a/out", "/out", "/a/out", long] {
      let name = TemporaryName.make(for: path)
      XCTAssertEqual(AtomicFile.parent(of: name), AtomicFile.parent(of: path))
      let last = try XCTUnwrap(name.split(separator: "/").last.map(String.init))
      XCTAssertLessThanOrEqual(last.utf8.count, 255)
      XCTAssertEqual(TemporaryName.stem(ofTemporary: last), TemporaryName.stem(of: path))
      XCTAssertNotEqual(TemporaryName.make(for: path), name)
    }
  }

  func testOutputPaths() throws {
    try FileTree.makeFolders(path)
    symlink("out", folder.file("link"))
    symlink("nowhere", folder.file("dangling"))
    let real = try XCTUnwrap(realpath(path, nil).map { String(cString: $0) })
    for end in ["", "/", "//", "/.", "/./", "//."] {
      XCTAssertEqual(try OutputPath.resolved(path + end), path)
      XCTAssertEqual(try OutputPath.resolved(folder.file("link") + end), real)
      XCTAssertEqual(try OutputPath.resolved("new" + end), "new")
      assertRefused("dangling", "is a link to something that is not there") {
        _ = try OutputPath.resolved(folder.file("dangling") + end)
      }
    }
    XCTAssertEqual(try OutputPath.resolved("."), realpath(".", nil).map { String(cString: $0) })
    assertRefused("has no name") { _ = try OutputPath.resolved("") }
    XCTAssertTrue(OutputPath.lies(path, in: folder.file("link")))
    XCTAssertFalse(OutputPath.lies(folder.path, in: path))
  }
}

/// Tells the first renaming from what comes after it.
private final class RenameCounter: @unchecked Sendable {
  private var count = 0

  func isBeyondFirst(_ change: DiskSeam.Change) -> Bool {
    if count > 0 { return true }
    if change.operation == .rename { count += 1 }
    return false
  }
}
