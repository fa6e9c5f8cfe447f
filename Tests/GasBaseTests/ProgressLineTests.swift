import GasBase
import XCTest

final class ProgressLineTests: XCTestCase {
  /// Logs and pipes get no progress, however long the work takes.
  func testIsQuietWithoutATerminal() throws {
    try XCTSkipIf(ProgressLine.isTerminal, "standard error is a terminal")
    let shown = try textOnStandardError {
      let progress = ProgressLine("working", total: 10, unit: "edges")
      progress.advance(by: 1)
      Thread.sleep(forTimeInterval: 2.1)
      progress.advance(by: 5)
      progress.finish()
    }
    XCTAssertEqual(shown, "")
  }

  func testWritesToStandardError() throws {
    XCTAssertEqual(try textOnStandardError { ProgressLine.write("42 edges\n") }, "42 edges\n")
  }

  /// A log on a full disk must not end hours of work.
  func testSurvivesAStandardErrorThatCannotBeWritten() {
    withStandardError("/dev/full") { ProgressLine.write("lost\n") }
  }

  private func textOnStandardError(_ body: () -> Void) throws -> String {
    let path = NSTemporaryDirectory() + "gas-stderr-\(UUID().uuidString)"
    defer { unlink(path) }
    withStandardError(path, body)
    return try String(contentsOfFile: path, encoding: .utf8)
  }

  private func withStandardError(_ path: String, _ body: () -> Void) {
    let file = open(path, O_RDWR | O_CREAT, 0o600)
    let saved = dup(STDERR_FILENO)
    XCTAssertTrue(file >= 0 && saved >= 0)
    dup2(file, STDERR_FILENO)
    body()
    dup2(saved, STDERR_FILENO)
    close(saved)
    close(file)
  }
}
