import GasBase
import TestSupport
import XCTest

@testable import GasFiles

final class AtomicFileTests: XCTestCase {
  private struct Stopped: Error {}
  private var folder: TemporaryFolder!
  private var path = ""

  override func setUpWithError() throws {
    folder = try TemporaryFolder()
    path = folder.file("file")
  }

  override func tearDown() { folder = nil }

  private func text() throws -> String { String(decoding: try FileBytes.read(path), as: UTF8.self) }
  private func names() throws -> [String] { try FileManager.default.contentsOfDirectory(atPath: folder.path).sorted() }

  func testWritesAndReplaces() throws {
    try AtomicFile.write(path, text: "first")
    XCTAssertEqual(try text(), "first")
    try AtomicFile.write(path, text: "second")
    XCTAssertEqual(try text(), "second")
    XCTAssertEqual(try names(), ["file"])
  }

  func testNothingIsSeenBeforeItIsWhole() throws {
    try AtomicFile.write(path, text: "old")
    try AtomicFile.write(path) { file in
      try file.write("new")
      XCTAssertEqual(try text(), "old")
      XCTAssertEqual(try names(), ["file"], "the new one has no name yet")
    }
    XCTAssertEqual(try text(), "new")
  }

  func testFailureLeavesNothingAndKeepsTheOldFile() throws {
    XCTAssertThrowsError(
      try AtomicFile.write(path) {
        try $0.write("half")
        throw Stopped()
      })
    XCTAssertEqual(try names(), [])
    try AtomicFile.write(path, text: "old")
    XCTAssertThrowsError(try AtomicFile.write(path) { _ in throw Stopped() })
    XCTAssertEqual(try text(), "old")
    XCTAssertEqual(try names(), ["file"])
  }

  func testFolderThatIsNotThere() {
    assertRefused("none/file", "cannot create", "check the path") {
      try AtomicFile.write(folder.file("none/file"), text: "x")
    }
  }

  func testParents() {
    for (path, parent) in [
      ("a/b/c", "a/b"), ("a/b/", "a"), ("ab", "."), ("c", "."), ("c/", "."), ("/c", "/"), ("//c", "/"), ("/", "/"),
      ("./c", "."), ("ä/ö", "ä"),
    ] {
      XCTAssertEqual(AtomicFile.parent(of: path), parent, path)
    }
  }
}
