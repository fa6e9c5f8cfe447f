import TestSupport
import XCTest

/// `--log json`: every line on standard error is an object of the schema `log`.
final class LogTests: ToolTestCase {
  /// The lines of standard error, each of which is checked.
  private func lines(_ result: Tool.Result, line: UInt = #line) throws -> [JSONValue] {
    let schema = try OutputCheck.schema("log")
    return try result.errors.split(separator: "\n").map { text in
      let value = try JSONValue(parsing: String(text))
      XCTAssertEqual(schema.faults(of: value), [], "\(text)", line: line)
      return value
    }
  }

  func testEpochs() throws {
    try makeStore()
    let result = try Tool.run.run(
      ["train", "g.store", "--run", "a", "--epochs", "3", "--evaluate-every", "2", "--log", "json"], in: folder.path)
    XCTAssertEqual(result.status, 0)
    let epochs = try lines(result).filter { $0["phase"]?.text == "epoch" }
    XCTAssertEqual(epochs.map { $0["epoch"]?.number }, [0, 1, 2, 3])
    XCTAssertEqual(epochs.map { $0["loss"] != nil }, [false, true, true, true])
    XCTAssertEqual(epochs.map { $0["scores"] != nil }, [true, false, true, true])
    for epoch in epochs {
      XCTAssertEqual(epoch["epochs"]?.number, 3)
      XCTAssertEqual(epoch["level"]?.text, "progress")
      XCTAssertEqual(epoch["remaining"] != nil, epoch["epoch"]?.number != 0, "nothing is known before training")
      let time = try XCTUnwrap(epoch["time"]?.text)
      XCTAssertNotNil(time.wholeMatch(of: /\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z/), time)
    }
    let quiet = try Tool.run.run(
      ["train", "g.store", "--run", "b", "--epochs", "3", "--log=json", "--progress", "never"], in: folder.path)
    XCTAssertEqual(try lines(quiet).filter { $0["level"]?.text == "progress" }.count, 0)
  }

  /// Notes, failures and wrong arguments.
  func testLevels() throws {
    try makeStore()
    try succeed(.run, "train", "g.store", "--run", "a", "--epochs", "1")
    let done = try Tool.run.run(
      ["train", "g.store", "--run", "a", "--continue", "--log", "json"], in: folder.path)
    let note = try XCTUnwrap(try lines(done).first { $0["level"]?.text == "note" })
    XCTAssertEqual(note["message"]?.text, "run \"a\" is complete: nothing is to be done")
    let failed = try Tool.run.run(["infer", "g.store", "--run", "b\n\"x\\", "--log", "json"], in: folder.path)
    XCTAssertEqual(failed.status, 1)
    XCTAssertEqual(try lines(failed).map { $0["level"]?.text }, ["error"])
    let usage = try Tool.run.run(["train", "g.store", "--no-such-flag", "--log", "json"], in: folder.path)
    XCTAssertEqual(usage.status, 2)
    let said = try lines(usage)
    XCTAssertEqual(said.map { $0["level"]?.text }, ["error"])
    XCTAssertTrue(said[0]["message"]?.text?.contains("--no-such-flag") ?? false)
    let made = try Tool.ingest.run(
      ["data/edges.npy", "-o", "h.store", "--log", "json", "--progress", "always"], in: folder.path)
    XCTAssertEqual(made.status, 0)
    XCTAssertFalse(try lines(made).isEmpty)
    try assertUsage(.run, "list", "g.store", "--log", "xml", says: "--log")
  }

  /// A name on the disk that JSON writes otherwise.
  func testDamage() throws {
    try makeStore("g\"s.store")
    let path = file("g\"s.store/columns/features.gascol")
    XCTAssertEqual(truncate(path, 4096), 0)
    let result = try Tool.run.run(["train", "g\"s.store", "--run", "a", "--log", "json"], in: folder.path)
    XCTAssertEqual(result.status, 1)
    let last = try XCTUnwrap(try lines(result).last)
    XCTAssertEqual(last["level"]?.text, "error")
    XCTAssertTrue(last["message"]?.text?.contains("g\"s.store") ?? false, result.errors)
  }
}
