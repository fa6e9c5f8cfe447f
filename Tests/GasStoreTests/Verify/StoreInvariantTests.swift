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
/// others; also where three processes verify a share of a whole store each.
func assertVerifyingRefuses(_ path: String, _ texts: [String], line: UInt) throws {
  do {
    _ = try StoreVerifier(Store(opening: path)).verify()
    XCTFail("nothing was thrown; expected \(texts)", line: line)
  } catch let error as GasError {
    XCTAssertEqual(error.file, "\(path)/\(texts[0])", "\(error)", line: line)
    for text in texts.dropFirst() { XCTAssertTrue("\(error)".contains(text), "\(error)", line: line) }
  }
  guard let store = try? Store(opening: path), store.isWhole else { return }
  let problems = sharedProblems(of: store)
  let isFound = problems.contains { error in
    error.file == "\(path)/\(texts[0])" && texts.dropFirst().allSatisfy { "\(error)".contains($0) }
  }
  XCTAssertTrue(isFound, "in shares: \(problems)", line: line)
}

/// What three processes find that verify a share of a store each.
private func sharedProblems(of store: Store) -> [GasError] {
  var (shares, problems): ([StoreVerifier.Share], [GasError]) = ([], [])
  for number in 0..<3 {
    do { shares.append(try StoreVerifier(store, share: VerifierShare(number, of: 3)).verifyShare()) } catch {
      problems.append(error as! GasError)
    }
  }
  do { if problems.isEmpty { _ = try StoreVerifier(store).report(of: shares) } } catch {
    problems.append(error as! GasError)
  }
  return problems
}
