import GasBase
import TestSupport
import XCTest

@testable import GasFiles
@testable import GasStore

/// A folder in which a store is written.
class StoreWriterCase: XCTestCase {
  var folder: TemporaryFolder!
  var path = ""

  override func setUpWithError() throws {
    folder = try TemporaryFolder()
    path = folder.file("store")
  }

  override func tearDown() { folder = nil }

  func names() throws -> [String] { try FileManager.default.contentsOfDirectory(atPath: folder.path).sorted() }
}
