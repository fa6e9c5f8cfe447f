import XCTest

/// Results that cannot be written are a failure, of every command; progress that cannot be written is none.
final class LostOutputTests: ToolTestCase {
  /// Every command that prints, on a store with a run.
  private var commands: [(tool: Tool, arguments: [String])] {
    let help = [Tool.ingest, .run, .stat].flatMap { tool in [(tool, ["--help"]), (tool, ["--version"])] }
    let inputs = ["data/edges.npy", "--output", "o.store", "--partitions", "2"]
    let plain: [(Tool, [String])] = [
      (.ingest, inputs), (.ingest, inputs + ["--plan"]), (.ingest, ["help", "store"]),
      (
        .ingest, ["generate", "--nodes", "9", "--edges", "20", "--features", "0", "--classes", "2", "--output", "more"]
      ),
      (.stat, ["g.store"]), (.stat, ["g.store", "--run", "first"]), (.stat, ["verify", "g.store"]),
      (.run, ["presets"]), (.run, ["presets", "cora-gcn"]), (.run, ["train", "g.store", "--plan"]),
      (.run, ["train", "g.store", "--epochs", "1"]), (.run, ["train", "g.store", "--epochs", "1", "--repeats", "2"]),
      (.run, ["resume", "g.store", "--run", "first"]), (.run, ["resume", "g.store", "--run", "first", "--plan"]),
      (.run, ["infer", "g.store", "--run", "first"]), (.run, ["infer", "g.store", "--run", "first", "--plan"]),
    ]
    let asJSON = plain.filter { $0.1[0] != "help" }.map { ($0.0, $0.1 + ["--json"]) }
    return (help + plain + asJSON).map { (tool: $0.0, arguments: $0.1) }
  }

  override func setUpWithError() throws {
    try super.setUpWithError()
    try makeStore()
    try succeed(.run, "train", "g.store", "--run", "first", "--epochs", "1", "--hidden", "4")
  }

  private func forEachCommand(_ script: String, _ check: (Tool, Tool.Result, String) -> Void) throws {
    for (tool, arguments) in commands {
      for name in ["o.store", "more"] { try? FileManager.default.removeItem(atPath: file(name)) }
      let result = try tool.run(arguments, by: script, in: folder.path)
      check(tool, result, "\(tool.rawValue) \(arguments.joined(separator: " ")): \(result)")
    }
  }

  private func assertAllFail(_ redirection: String, says: String) throws {
    try forEachCommand("exec \"$0\" \"$@\" \(redirection)") { tool, result, label in
      XCTAssertEqual(result.status, 1, label)
      let lines = result.errors.split(separator: "\n").filter { !$0.hasPrefix("note: ") }
      XCTAssertEqual(lines.count, 1, label)
      XCTAssertTrue(
        lines.last?.hasPrefix("\(tool.rawValue): standard output: cannot be written: \(says)") == true, label)
    }
  }

  func testFullDisk() throws { try assertAllFail(">/dev/full", says: "No space left on device; what was made is kept") }

  /// The next file that is opened must not get the number of a closed descriptor.
  func testClosed() throws {
    try assertAllFail(">&-", says: "it is closed")
    try succeed(.stat, "verify", "g.store")
    // Nobody can be told.
    try forEachCommand("exec \"$0\" \"$@\" <&- >&- 2>&-") { _, result, label in XCTAssertEqual(result.status, 1, label)
    }
    try succeed(.stat, "verify", "g.store")
  }

  func testReaderThatHasGone() throws {
    // The reader has ended when the pipe is written.
    let script = "exec 9> >(exec true); sleep 0.1; \"$0\" \"$@\" >&9"
    try forEachCommand(script) { _, result, label in
      XCTAssertEqual(result.status, 128 + SIGPIPE, label)
      XCTAssertTrue(result.errors.split(separator: "\n").allSatisfy { $0.hasPrefix("note: ") }, label)
    }
  }

  func testPipedEdges() throws {
    let arguments = [
      "generate", "--nodes", "1000", "--edges", "50000", "--features", "0", "--classes", "3", "--output", "-",
    ]
    let full = try Tool.ingest.run(arguments, by: "exec \"$0\" \"$@\" >/dev/full", in: folder.path)
    XCTAssertEqual(full.status, 1)
    XCTAssertEqual(full.errors, "gas-ingest: standard output: cannot be written: No space left on device\n")
    let cut = try Tool.ingest.run(
      arguments, by: "\"$0\" \"$@\" | head -c 10 >/dev/null; exit ${PIPESTATUS[0]}", in: folder.path)
    XCTAssertEqual(cut.status, 128 + SIGPIPE)
    XCTAssertEqual(cut.errors, "")
  }

  func testProgressThatNobodyReads() throws {
    let script = "\"$0\" \"$@\" 2>&1 >result.json | head -1 >/dev/null; exit ${PIPESTATUS[0]}"
    let arguments = [
      "train", "g.store", "--run", "piped", "--epochs", "30", "--hidden", "4", "--progress", "always", "--json",
    ]
    let result = try Tool.run.run(arguments, by: script, in: folder.path)
    XCTAssertEqual(result.status, 0, result.errors)
    let state = try json(.stat, "g.store", "--run", "piped")
    XCTAssertEqual(state["epoch"] as? Int, 30)
  }
}
