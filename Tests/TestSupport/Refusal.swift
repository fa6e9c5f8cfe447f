import GasBase
import XCTest

/// Fails unless `body` throws a `GasError` that holds all of `texts`, on one line.
public func assertRefused(
  _ texts: String..., file: StaticString = #filePath, line: UInt = #line, _ body: () throws -> Void
) {
  do {
    try body()
    XCTFail("nothing was thrown; expected \(texts)", file: file, line: line)
  } catch let error as GasError {
    let message = "\(error)"
    for text in texts where !message.contains(text) {
      XCTFail("\"\(message)\" does not say \"\(text)\"", file: file, line: line)
    }
    XCTAssertFalse(message.contains("\n"), message, file: file, line: line)
  } catch {
    XCTFail("expected a GasError, got \(error)", file: file, line: line)
  }
}
