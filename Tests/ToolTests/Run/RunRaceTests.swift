import Foundation
import TestSupport
import XCTest

/// Processes that make, replace or continue one run at the same time.
final class RunRaceTests: ToolTestCase {
  override func setUpWithError() throws {
    try super.setUpWithError()
    try makeStore()
  }

  private func config(_ run: String) throws -> [String: Any] {
    let data = try Data(contentsOf: URL(fileURLWithPath: file("g.store/runs/\(run)/config.json")))
    return try XCTUnwrap(JSONSerialization.jsonObject(with: data) as? [String: Any])
  }

  private var runs: [String] {
    ((try? FileManager.default.contentsOfDirectory(atPath: file("g.store/runs"))) ?? []).sorted()
  }

  private func assertBusy(_ results: [Tool.Result], line: UInt = #line) {
    for result in results where result.status != 0 {
      assertOneLine(result, of: .run, result.errors, line: line)
      let isNamed =
        ["is in use by another process", "already exists", "so it is not replaced"].contains {
          result.errors.contains($0)
        }
      XCTAssertTrue(isNamed, result.errors, line: line)
    }
  }

  /// Trains until it is signalled; returns when it is at it.
  private func start(_ run: String) throws -> RunningTool {
    let running = try Tool.run.start(
      ["train", "g.store", "--run", run, "--epochs", "1000000", "--checkpoint-seconds", "0"], in: folder.path)
    let metrics = file("g.store/runs/\(run)/metrics.jsonl")
    try running.wait { ((try? String(contentsOfFile: metrics, encoding: .utf8))?.count { $0 == "\n" } ?? 0) > 3 }
    return running
  }

  /// One trains, with its own settings, and the others touch nothing.
  func testOneName() throws {
    for round in 0..<Rounds.count(6) {
      let commands = (1...3).map {
        ["train", "g.store", "--run", "same-\(round)", "--epochs", "3", "--hidden", "\($0 * 3)", "--seed", "\($0)"]
      }
      let results = try atOnce(.run, commands)
      let winners = results.indices.filter { results[$0].status == 0 }
      XCTAssertEqual(winners.count, 1, "\(results.map(\.errors))")
      assertBusy(results)
      XCTAssertEqual(try config("same-\(round)")["hidden"] as? Int, winners.first.map { ($0 + 1) * 3 })
      XCTAssertEqual(try json(.run, "resume", "g.store", "--run", "same-\(round)")["epochs"] as? Int, 3)
      try succeed(.run, "infer", "g.store", "--run", "same-\(round)")
    }
    XCTAssertEqual(runs, (0..<Rounds.count(6)).map { "same-\($0)" }.sorted())
  }

  func testUnnamed() throws {
    for round in 1...3 {
      let commands = (1...4).map { ["train", "g.store", "--epochs", "1", "--seed", "\($0 + 10 * round)"] }
      let results = try atOnce(.run, commands)
      XCTAssertEqual(results.map(\.status), [0, 0, 0, 0], "\(results.map(\.errors))")
    }
    XCTAssertEqual(runs, (1...12).map { "gcn-\($0)" }.sorted())
    let seeds = try runs.map { try config($0)["seed"] as? Int }
    XCTAssertEqual(Set(seeds).count, 12, "no run took another's place: \(seeds)")
  }

  func testOverwritingARunInTraining() throws {
    let running = try start("a")
    let before = try Data(contentsOf: URL(fileURLWithPath: file("g.store/runs/a/config.json")))
    for more in [["--overwrite"], [], ["--overwrite", "--epochs", "1", "--hidden", "8"]] {
      let result = try Tool.run.run(["train", "g.store", "--run", "a", "--seed", "2"] + more, in: folder.path)
      XCTAssertEqual(result.status, more.isEmpty ? 1 : 75)
      assertBusy([result])
      XCTAssertEqual(result.errors.contains("in use by another process"), !more.isEmpty, result.errors)
    }
    XCTAssertEqual(try Data(contentsOf: URL(fileURLWithPath: file("g.store/runs/a/config.json"))), before)
    running.signal(SIGINT)
    XCTAssertEqual(try running.wait().status, 128 + SIGINT)
    XCTAssertEqual(runs, ["a"])
    try succeed(.run, "infer", "g.store", "--run", "a")
    try succeed(.run, "train", "g.store", "--run", "a", "--epochs", "1", "--overwrite")
    XCTAssertEqual(runs, ["a"])
  }

  /// Each replaces the run as a whole, or is refused.
  func testOverwritingAtOnce() throws {
    try succeed(.run, "train", "g.store", "--run", "a", "--epochs", "1")
    for _ in 0..<Rounds.count(4) {
      let commands = (1...3).map {
        ["train", "g.store", "--run", "a", "--epochs", "2", "--hidden", "\($0 * 3)", "--overwrite"]
      }
      let results = try atOnce(.run, commands)
      XCTAssertGreaterThan(results.count { $0.status == 0 }, 0, "\(results.map(\.errors))")
      assertBusy(results)
      try succeed(.run, "infer", "g.store", "--run", "a")
      XCTAssertEqual(runs, ["a"])
    }
  }

  func testOneSeries() throws {
    for round in 0..<4 {
      let command = ["train", "g.store", "--run", "s\(round)", "--repeats", "3", "--epochs", "2", "--json"]
      let results = try atOnce(.run, [command, command])
      XCTAssertGreaterThan(results.count { $0.status == 0 }, 0, "\(results.map(\.errors))")
      assertBusy(results)
      for run in 1...3 { try succeed(.run, "infer", "g.store", "--run", "s\(round)-\(run)") }
      let again = try Tool.run.run(command, in: folder.path)
      XCTAssertTrue(again.output.contains("\"isComplete\" : true"), again.output + again.errors)
    }
    XCTAssertEqual(runs.count, 12)
  }

  /// A series that would replace a run in training is refused before it touches another.
  func testSeriesWithARunInTraining() throws {
    try succeed(.run, "train", "g.store", "--run", "s-1", "--epochs", "1")
    let before = try FolderContents(file("g.store/runs/s-1"))
    let running = try start("s-3")
    let result = try Tool.run.run(
      ["train", "g.store", "--run", "s", "--repeats", "3", "--epochs", "2", "--overwrite"], in: folder.path)
    XCTAssertEqual(result.status, 75)
    XCTAssertTrue(result.errors.contains("run \"s-3\" is in use by another process"), result.errors)
    assertOneLine(result, of: .run, result.errors)
    XCTAssertEqual(try FolderContents(file("g.store/runs/s-1")), before)
    XCTAssertEqual(runs, ["s-1", "s-3"])
    running.signal(SIGINT)
    XCTAssertEqual(try running.wait().status, 128 + SIGINT)
  }

  func testResumingAtOnce() throws {
    try succeed(.run, "train", "g.store", "--run", "a", "--epochs", "2")
    for epochs in stride(from: 4, through: 10, by: 2) {
      let command = ["resume", "g.store", "--run", "a", "--epochs", "\(epochs)"]
      let results = try atOnce(.run, [command, command])
      XCTAssertGreaterThan(results.count { $0.status == 0 }, 0, "\(results.map(\.errors))")
      assertBusy(results)
      XCTAssertEqual(try json(.stat, "g.store", "--run", "a")["epoch"] as? Int, epochs)
    }
  }
}
