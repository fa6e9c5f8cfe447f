import GasFiles
import TestSupport
import XCTest

/// The exit statuses of docs/operations.md, each made by an executable.
final class ExitStatusTests: ToolTestCase {
  override func setUpWithError() throws {
    try super.setUpWithError()
    try makeStore()
  }

  private func status(_ tool: Tool, _ arguments: String...) throws -> Int32 {
    try tool.run(arguments, in: folder.path).status
  }

  func testDoneFailedAndUsage() throws {
    XCTAssertEqual(try status(.run, "train", "g.store", "--run", "a", "--epochs", "1"), 0)
    XCTAssertEqual(try status(.run, "train", "g.store", "--run", "a", "--epochs", "1"), 1)
    XCTAssertEqual(try status(.run, "infer", "g.store", "--run", "b"), 1)
    XCTAssertEqual(try status(.stat, "none.store"), 1)
    for tool in [Tool.ingest, .run, .stat] {
      XCTAssertEqual(try status(tool, "--no-such-flag"), 2)
      XCTAssertEqual(try status(tool, "--help"), 0)
      XCTAssertEqual(try status(tool, "--version"), 0)
    }
    XCTAssertEqual(try status(.run, "infer", "g.store", "--run", "a", "--threads", "0"), 2)
    XCTAssertEqual(try status(.run, "no-such-command"), 2)
  }

  func testBudget() throws {
    XCTAssertEqual(try status(.run, "train", "g.store", "--memory", "20MiB"), 3)
    XCTAssertEqual(try status(.run, "train", "g.store", "--plan", "--memory", "20MiB"), 3)
    XCTAssertEqual(try status(.run, "train", "g.store", "--plan"), 0)
    let huge = try Tool.ingest.run(
      ["generate", "--nodes", "100", "--edges", "\(1 << 60)", "--features", "0", "--classes", "2", "--output", "huge"],
      in: folder.path)
    XCTAssertEqual(huge.status, 3, huge.errors)
    assertOneLine(huge, of: .ingest, huge.errors)
  }

  func testInUse() throws {
    try succeed(.run, "train", "g.store", "--run", "a", "--epochs", "1")
    try withExtendedLifetime(XCTUnwrap(FolderLock.take(file("g.store/runs/a")))) { _ in
      for command in [
        ["resume", "g.store", "--run", "a", "--epochs", "2"],
        ["train", "g.store", "--run", "a", "--epochs", "1", "--continue"],
        ["train", "g.store", "--run", "a", "--epochs", "1", "--overwrite"],
        ["rm", "g.store", "a"], ["clean", "g.store", "a"],
      ] {
        let result = try Tool.run.run(command, in: folder.path)
        XCTAssertEqual(result.status, 75, "\(command): \(result.errors)")
        assertOneLine(result, of: .run, result.errors)
      }
      let replaced = try Tool.ingest.run(
        ["data/edges.npy", "-o", "g.store", "--overwrite", "--discard-runs", "1"], in: folder.path)
      XCTAssertEqual(replaced.status, 75, replaced.errors)
    }
    XCTAssertEqual(try status(.run, "resume", "g.store", "--run", "a", "--epochs", "2"), 0)
  }

  /// What `train … && infer …` does in a shell, and `train --continue` afterwards.
  func testStoppedBySignal() throws {
    for number in [SIGHUP, SIGINT, SIGTERM] {
      let run = "s\(number)"
      let script = "\"$0\" \"$@\" && echo went on"
      let command = ["train", "g.store", "--run", run, "--epochs", "1000000"]
      let running = try Tool.run.start(command, by: "trap '' \(number); exec \"$0\" \"$@\"", in: folder.path)
      // Ignored from the beginning, it stays so.
      try wait(for: run, beyond: 2000, running)
      running.signal(number)
      usleep(300_000)
      XCTAssertTrue(running.isRunning, "\(number)")
      running.signal(SIGKILL)
      _ = try running.wait()
      let size = try XCTUnwrap(FileManager.default.contents(atPath: metrics(run))).count
      let whole = try Tool.run.start(["resume", "g.store", "--run", run], by: script, in: folder.path)
      whole.send("")
      try wait(for: run, beyond: size + 2000, whole)
      kill(try child(of: whole), number)
      let result = try whole.wait()
      XCTAssertEqual(result.status, 128 + number, result.errors)
      XCTAssertTrue(result.output.contains("stopped early"), result.output)
      XCTAssertFalse(result.output.contains("went on"), result.output)
      XCTAssertTrue(FileManager.default.fileExists(atPath: file("g.store/runs/\(run)/checkpoint.safetensors")))
    }
  }

  private func metrics(_ run: String) -> String { file("g.store/runs/\(run)/metrics.jsonl") }

  private func wait(for run: String, beyond size: Int, _ running: RunningTool) throws {
    try running.wait { (FileManager.default.contents(atPath: metrics(run))?.count ?? 0) > size }
  }

  /// The process that a shell waits for.
  private func child(of shell: RunningTool) throws -> Int32 {
    let path = "/proc/\(shell.identifier)/task/\(shell.identifier)/children"
    var found: Int32?
    try shell.wait {
      let text = (try? String(contentsOfFile: path, encoding: .utf8)) ?? ""
      found = text.split(separator: " ").first.flatMap { Int32($0) }
      let name = found.flatMap { try? String(contentsOfFile: "/proc/\($0)/comm", encoding: .utf8) }
      return name?.hasPrefix("gas-run") ?? false
    }
    return try XCTUnwrap(found)
  }

  func testSecondSignalEndsAtOnce() throws {
    let running = try Tool.run.start(
      ["train", "g.store", "--run", "a", "--epochs", "1000000", "--evaluate-every", "1000000"], in: folder.path)
    try running.wait { FileManager.default.fileExists(atPath: file("g.store/runs/a/checkpoint.safetensors")) }
    usleep(200_000)
    running.signal(SIGTERM)
    usleep(200_000)
    XCTAssertTrue(running.isRunning)
    running.signal(SIGTERM)
    XCTAssertEqual(try running.wait().status, 128 + SIGTERM)
    try succeed(.stat, "verify", "g.store")
  }

  func testTimeThatIsOver() throws {
    let result = try json(.run, "train", "g.store", "--run", "a", "--epochs", "1000000", "--time", "1s")
    XCTAssertEqual(result["isComplete"] as? Bool, false)
  }
}
