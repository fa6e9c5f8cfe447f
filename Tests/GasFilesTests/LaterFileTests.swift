import GasBase
import TestSupport
import XCTest

@testable import GasFiles

/// Files and folders that get their names when something else has come there, or when the disk fails to keep the name.
final class LaterFileTests: DraftCase {
  /// What another process has put there since a command began is not what the user has allowed to be replaced.
  func testLaterFilesStay() throws {
    for wasThere in [false, true] {
      if wasThere { try AtomicFile.write(path, text: "old") }
      let found = Replacement.found(FileVersion(path))
      let files = try [
        AtomicFile.ready(path, replaces: found) { try $0.write("new") },
        AtomicFile.ready(folder.file("other"), replaces: .found(nil)) { try $0.write("new too") },
      ]
      try AtomicFile.write(path, text: "later")
      assertRefused(
        path, "another process has made or changed it since this command began",
        "the new files are kept as \(path).new, \(folder.file("other")).new"
      ) { try files.publish() }
      XCTAssertEqual(try ["out", "out.new", "other.new"].map(text), ["later", "new", "new too"])
      XCTAssertEqual(try names(), ["other.new", "out", "out.new"])
      try AtomicFile.ready(path, replaces: .found(FileVersion(path))) { try $0.write("wanted") }.publish()
      XCTAssertEqual(try text("out"), "wanted")
      for name in try names() { try FileTree.remove(folder.file(name)) }
    }
    try withoutNamelessFiles {
      let file = try AtomicFile.ready(path, replaces: .found(nil)) { try $0.write("new") }
      try AtomicFile.write(path, text: "later")
      try AtomicFile.write(path + ".new", text: "of somebody")
      assertRefused(path, "the new file is kept as \(path).new-2") { try file.publish() }
      XCTAssertEqual(try ["out", "out.new", "out.new-2"].map(text), ["later", "of somebody", "new"])
    }
  }

  /// A folder that must not stay where its name is not durable is a draft again, and goes with it.
  func testAFolderWhoseNameIsNotSynced() throws {
    for stays in [false, true] {
      let draft = try DraftFolder(for: path)
      DiskSeam.observer = { $0.operation == .syncFolder ? .fails(EIO) : .happens }
      defer { DiskSeam.observer = nil }
      assertRefused("cannot sync the folder") { _ = try draft.publish(staysUnsynced: stays) }
      XCTAssertEqual(draft.isUnnamed, !stays)
      draft.discard()
      XCTAssertEqual(try names(), stays ? ["out"] : [])
    }
  }
}
