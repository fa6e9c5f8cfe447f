import TestSupport
import XCTest

@testable import GasFiles

/// Tests of what gets the name `path` in a folder of its own, in which nothing else is at first.
class DraftCase: XCTestCase {
  var folder: TemporaryFolder!
  var path = ""

  override func setUpWithError() throws {
    folder = try TemporaryFolder()
    path = folder.file("out")
  }

  override func tearDown() { folder = nil }

  func names() throws -> [String] { try FileManager.default.contentsOfDirectory(atPath: folder.path).sorted() }
  func text(_ name: String) throws -> String {
    String(decoding: try FileBytes.read(folder.file(name)), as: UTF8.self)
  }

  /// A file system that has no files without names.
  func withoutNamelessFiles(_ body: () throws -> Void) rethrows {
    DiskSeam.observer = { $0.operation == .createNameless ? .fails(EOPNOTSUPP) : .happens }
    defer { DiskSeam.observer = nil }
    try body()
  }
}
