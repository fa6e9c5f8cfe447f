import Foundation
import XCTest

/// What messages advise can be done as it stands there.
final class AdviceTests: ToolTestCase {
  /// A process that is killed before its first checkpoint leaves settings alone.
  func testRunThatWasNeverStarted() throws {
    try makeStore()
    try succeed(.run, "train", "g.store", "--run", "a", "--hidden", "4", "--epochs", "1")
    for name in try FileManager.default.contentsOfDirectory(atPath: file("g.store/runs/a")) where name != "config.json"
    {
      try FileManager.default.removeItem(atPath: file("g.store/runs/a/" + name))
    }
    let advice = "it ended before its first checkpoint; gas-run train with the same --run begins it again"
    let commands = [
      ["infer", "g.store", "--run", "a"], ["report", "g.store", "--run", "a", "-o", "r.html"],
      ["export", "g.store", "--run", "a", "--format", "pyg", "--output", "w.safetensors"],
    ]
    for arguments in commands {
      let result = try Tool.run.run(arguments, in: folder.path)
      XCTAssertEqual(result.status, 1, result.errors)
      assertOneLine(result, of: .run, result.errors)
      XCTAssertTrue(result.errors.contains("g.store/runs/a: run \"a\" has no weights yet; \(advice)"), result.errors)
    }
    try assertRefused(
      .run, "resume", "g.store", "--run", "a", says: "gas-run train with the same --run begins it again")
    try succeed(.run, "train", "g.store", "--run", "a", "--hidden", "4", "--epochs", "1")
  }

  func testCommandThatGoesOn() throws {
    try makeStore("my graph.store")
    let arguments = ["train", "my graph.store", "--run", "a", "--hidden", "4", "--epochs", "1000000"]
    let running = try Tool.run.start(arguments, in: folder.path)
    let metrics = file("my graph.store/runs/a/metrics.jsonl")
    try running.wait { ((try? String(contentsOfFile: metrics, encoding: .utf8))?.count(where: \.isNewline) ?? 0) > 2 }
    running.signal(SIGINT)
    let said = try running.wait().output
    XCTAssertTrue(said.hasSuffix("next           gas-run resume 'my graph.store' --run a\n"), said)
  }
}
