import Foundation
import XCTest

/// Settings from a pipe: what a shell makes of `<(…)` is read, and a pipe that nobody writes to does not keep the
/// command waiting.
final class ConfigPipeTests: ToolTestCase {
  override func setUpWithError() throws {
    try super.setUpWithError()
    try makeStore(nodes: 40)
  }

  private func train(_ script: String) throws -> Tool.Result {
    try Tool.run.run(["train", "g.store", "--run", "a", "--overwrite", "--hidden", "4"], by: script, in: folder.path)
  }

  func testPipesThatAreWritten() throws {
    for script in [
      "\"$0\" \"$@\" --config <(echo 'epochs: 1')", "echo 'epochs: 1' | \"$0\" \"$@\" --config /dev/stdin",
      "mkfifo p; (sleep 1; echo 'epochs: 1' >p) & \"$0\" \"$@\" --config p",
      // Longer than nobody is waited for.
      "rm p; mkfifo p; (exec >p; sleep 6; echo 'epochs: 1') & \"$0\" \"$@\" --config p",
    ] {
      let result = try train(script)
      XCTAssertEqual(result.status, 0, "\(script): \(result.errors)")
      XCTAssertEqual(try json(.run, "show", "g.store", "--run", "a")["epochs"] as? Int, 1, script)
    }
  }

  func testAPipeThatNobodyWritesTo() throws {
    let result = try train("mkfifo p; \"$0\" \"$@\" --config p")
    XCTAssertEqual(result.status, 1)
    XCTAssertTrue(result.errors.contains("p: is a pipe that nobody writes to; start what writes to it"), result.errors)
    assertOneLine(result, of: .run, result.errors)
    XCTAssertFalse(FileManager.default.fileExists(atPath: file("g.store/runs")))
  }
}
