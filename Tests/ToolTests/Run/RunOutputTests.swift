import GasStore
import TestSupport
import XCTest

/// What ends a run from outside: a full disk, Ctrl-C, a second process.
final class RunOutputTests: ToolTestCase {
  override func setUpWithError() throws {
    try super.setUpWithError()
    try makeStore()
  }

  func testFullDisk() throws {
    try succeed(.run, "train", "g.store", "--run", "first", "--epochs", "1")
    let store = try FolderContents(file("g.store"))
    for outputs in [["--logits", "l.npy"], ["--embeddings", "e.npy", "--predictions", "p.npy"], ["--ids", "i.npy"]] {
      let before = try FolderContents(folder.path)
      let result = try Tool.run.run(["infer", "g.store", "--run", "first"] + outputs, in: folder.path, fileLimit: 1)
      XCTAssertEqual(result.status, 1, result.errors)
      assertOneLine(result, of: .run, result.errors)
      XCTAssertEqual(try FolderContents(folder.path).differences(from: before), [])
    }
    let result = try Tool.run.run(["train", "g.store", "--run", "second"], in: folder.path, fileLimit: 5)
    XCTAssertEqual(result.status, 1, result.errors)
    assertOneLine(result, of: .run, result.errors)
    XCTAssertEqual(try leftovers(), [])
    let changed = try FolderContents(file("g.store")).differences(from: store)
    XCTAssertEqual(changed.filter { !$0.hasPrefix("runs/second") }, [], "the store and its other runs are as they were")
  }

  /// Starts a run that does not end by itself, and waits until it is at it.
  private func start(_ run: String, _ flags: String...) throws -> RunningTool {
    let running = try Tool.run.start(
      ["train", "g.store", "--run", run, "--epochs", "1000000"] + flags, in: folder.path)
    let metrics = file("g.store/runs/\(run)/metrics.jsonl")
    try running.wait { ((try? String(contentsOfFile: metrics, encoding: .utf8))?.count { $0 == "\n" } ?? 0) > 4 }
    return running
  }

  /// Ctrl-C ends the run after its epoch, with a checkpoint from which it goes on.
  func testInterrupted() throws {
    for (run, number) in [("first", SIGINT), ("second", SIGTERM), ("third", SIGHUP)] {
      let running = try start(run, "--json")
      running.signal(number)
      let result = try running.wait()
      XCTAssertEqual(result.status, 128 + number, result.errors)
      XCTAssertTrue(result.output.contains("\"isComplete\" : false"), result.output)
      let report = try XCTUnwrap(JSONSerialization.jsonObject(with: Data(result.output.utf8)) as? [String: Any])
      let epochs = try XCTUnwrap(report["epochs"] as? Int)
      try assertHistoriesAreSealed(run)
      let resumed = try json(.run, "resume", "g.store", "--run", run, "--epochs", "\(epochs + 2)")
      XCTAssertEqual(resumed["epochs"] as? Int, epochs + 2)
      XCTAssertEqual(try leftovers(), [])
      XCTAssertFalse(try succeed(.stat, "verify", "g.store").contains("note: "))
    }
  }

  /// A run that was asked to stop has left checksums of its histories.
  private func assertHistoriesAreSealed(_ run: String, line: UInt = #line) throws {
    let history = file("g.store/runs/\(run)/history-1.gascol")
    let verified = try succeed(.stat, "verify", "g.store")
    XCTAssertFalse(verified.contains("note: "), verified, line: line)
    XCTAssertTrue(
      verified.contains(["first": " 1 run and", "second": " 2 runs and"][run] ?? " 3 runs and"), verified, line: line)
    var bytes = try Data(contentsOf: URL(fileURLWithPath: history))
    bytes[bytes.count - 1] ^= 1
    try bytes.write(to: URL(fileURLWithPath: history))
    for command in [["verify", "g.store"], ["g.store", "--run", run]] {
      let result = try Tool.stat.run(command, in: folder.path)
      XCTAssertEqual(result.status, 1, line: line)
      assertOneLine(result, of: .stat, result.errors)
      XCTAssertTrue(result.errors.contains("history-1.gascol at offset"), result.errors, line: line)
      XCTAssertTrue(result.errors.contains("history of layer 1, partition"), result.errors, line: line)
    }
  }

  /// A kill at any moment leaves a store that verifies and a run that goes on.
  func testKilled() throws {
    let running = try start("first", "--checkpoint-seconds", "0")
    running.signal(SIGKILL)
    XCTAssertEqual(try running.wait().status, 128 + SIGKILL)
    let verified = try succeed(.stat, "verify", "g.store")
    XCTAssertTrue(verified.contains("note: run first: its histories are not sealed"), verified)
    XCTAssertTrue(try succeed(.stat, "g.store", "--run", "first").contains("not sealed"))
    let state = try json(.stat, "g.store", "--run", "first")
    let epoch = try XCTUnwrap(state["epoch"] as? Int)
    let resumed = try json(.run, "resume", "g.store", "--run", "first", "--epochs", "\(epoch + 1)")
    XCTAssertEqual(resumed["epochs"] as? Int, epoch + 1)
    XCTAssertFalse(try succeed(.stat, "verify", "g.store").contains("note: "))
  }

  /// Reading a mapped page that is gone is no crash.
  func testHistoryMadeShorterMeanwhile() throws {
    let running = try start("first", "--json")
    XCTAssertEqual(truncate(file("g.store/runs/first/history-1.gascol"), 0), 0)
    let result = try running.wait()
    XCTAssertEqual(result.status, 1)
    assertOneLine(result, of: .run, result.errors)
    XCTAssertTrue(
      result.errors.contains("g.store/runs/first/history-1.gascol: cannot be read where it is mapped"), result.errors)
    let verified = try Tool.stat.run(["verify", "g.store"], in: folder.path)
    XCTAssertTrue(verified.errors.contains("history-1.gascol"), verified.errors)
  }

  func testTwoProcessesOnOneRun() throws {
    let running = try start("first")
    let second = try Tool.run.run(["resume", "g.store", "--run", "first"], in: folder.path)
    running.signal(SIGKILL)
    _ = try running.wait()
    XCTAssertEqual(second.status, 75)
    assertOneLine(second, of: .run, second.errors)
    XCTAssertTrue(second.errors.contains("in use by another process"), second.errors)
  }

  func testTraceOfAnEpochAndOfAnInference() throws {
    func names(_ file: String) throws -> Set<String> {
      let data = try Data(contentsOf: URL(fileURLWithPath: self.file(file)))
      let trace = try XCTUnwrap(JSONSerialization.jsonObject(with: data) as? [String: Any])
      return Set(try XCTUnwrap(trace["traceEvents"] as? [[String: Any]]).compactMap { $0["name"] as? String })
    }
    let train = ["train", "g.store", "--batch-partitions", "1", "--threads", "2", "--overwrite", "--run", "first"]
    for epochs in ["1", "3"] {
      let result = try Tool.run.run(train + ["--epochs", epochs, "--trace", "t.json"], in: folder.path)
      XCTAssertEqual(result.status, 0, result.errors)
      XCTAssertTrue(
        try names("t.json").isSuperset(of: [
          "thread_name", "wait", "read graph", "pull histories", "layer 1", "layer 2", "push", "backward",
        ]))
    }
    try succeed(.run, "infer", "g.store", "--run", "first", "--trace", "i.json")
    XCTAssertTrue(try names("i.json").isSuperset(of: ["wait", "read input", "layer 1", "layer 2", "push"]))
    XCTAssertFalse(try names("i.json").contains("backward"))
    try assertRefused(
      .run, "train", "g.store", "--run", "second", "--trace", "none/t.json", says: "none/t.json", "cannot be written")
    try assertUsage(.run, "train", "g.store", "--repeats", "2", "--trace", "t.json", says: "--trace is of one run")
  }

  func testPlanAndBudget() throws {
    let before = try FolderContents(folder.path)
    let plan = try json(.run, "train", "g.store", "--plan", "--memory", "1GiB")
    XCTAssertEqual(plan["memoryBytes"] as? Int, 1 << 30)
    let needed = try XCTUnwrap(plan["neededBytes"] as? Int)
    XCTAssertGreaterThan(needed, 50 << 20)
    XCTAssertGreaterThan(try XCTUnwrap(plan["trainSeconds"] as? Double), 0)
    XCTAssertTrue(try succeed(.run, "train", "g.store", "--plan").contains("with 1 partition in a batch"))
    XCTAssertEqual(try FolderContents(folder.path).differences(from: before), [])
    try assertRefused(
      .run, "train", "g.store", "--memory", "20MiB", says: "--memory allows 20.0 MiB; pass --memory ",
      status: .refusedBudget)
    try assertUsage(.run, "train", "g.store", "--memory", "lots", says: "lots")

    let result = try json(.run, "train", "g.store", "--memory", "1GiB", "--epochs", "1", "--run", "first")
    XCTAssertLessThan(try XCTUnwrap(result["peakResidentBytes"] as? Int), needed)
    try assertRefused(
      .run, "resume", "g.store", "--run", "first", "--memory", "20MiB", says: "--memory allows 20.0 MiB",
      status: .refusedBudget)
    try assertRefused(
      .run, "infer", "g.store", "--run", "first", "--memory", "20MiB", says: "--memory allows 20.0 MiB",
      status: .refusedBudget)
    let inference = try json(.run, "infer", "g.store", "--run", "first", "--plan")
    XCTAssertEqual(inference["trainSeconds"] as? Double, 0)
    try succeed(.run, "infer", "g.store", "--run", "first", "--memory", "1GiB")
  }
}
