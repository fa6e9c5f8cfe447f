import GasBase
import TestSupport
import XCTest

@testable import GasStore

/// Stores with every checksum right that break one invariant of docs/format.md each: verifying refuses them and names
/// the file.
class StoreInvariantTests: XCTestCase {
  private var folder: TemporaryFolder!

  override func setUpWithError() throws { folder = try TemporaryFolder() }
  override func tearDown() { folder = nil }

  /// Demands that verifying a changed store fails. The message names the first of `texts`, a file, and contains the
  /// others.
  func assertRefused(
    _ graph: TinyGraph, _ texts: String..., featureType: ElementType = .float32, line: UInt = #line,
    _ change: (inout StoreParts) throws -> Void
  ) throws {
    var parts = try StoreParts(graph, in: folder, featureType: featureType)
    try change(&parts)
    let path = try parts.write(to: folder.file("bad"))
    try assertVerifyingRefuses(path, texts, line: line)
  }
}

/// Demands that verifying a store fails with a message that names the first of `texts`, a file of it, and contains the
/// others.
func assertVerifyingRefuses(_ path: String, _ texts: [String], line: UInt) throws {
  do {
    _ = try StoreVerifier(Store(opening: path)).verify()
    XCTFail("nothing was thrown; expected \(texts)", line: line)
  } catch let error as GasError {
    XCTAssertEqual(error.file, "\(path)/\(texts[0])", "\(error)", line: line)
    for text in texts.dropFirst() { XCTAssertTrue("\(error)".contains(text), "\(error)", line: line) }
  }
}
