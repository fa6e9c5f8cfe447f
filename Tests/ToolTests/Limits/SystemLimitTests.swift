import XCTest

/// Limits that systems set on a process: it works within them, or says in one line what it cannot have.
final class SystemLimitTests: ToolTestCase {
  override func setUpWithError() throws {
    try super.setUpWithError()
    try makeStore()
    try succeed(.run, "train", "g.store", "--run", "first", "--epochs", "1", "--hidden", "4")
  }

  private let commands: [(tool: Tool, arguments: [String])] = [
    (.ingest, ["data/edges.npy", "--features", "data/features.npy", "--output", "o.store", "--overwrite"]),
    (.run, ["train", "g.store", "--epochs", "2", "--hidden", "4", "--layers", "3"]),
    (
      .run, ["train", "g.store", "--epochs", "2", "--hidden", "4", "--halo-windows", "mail", "--batch-partitions", "1"]
    ),
    (.run, ["resume", "g.store", "--run", "first", "--epochs", "2"]),
    (.run, ["infer", "g.store", "--run", "first"]),
    (.stat, ["g.store", "--run", "first"]), (.stat, ["verify", "g.store"]),
  ]

  /// Runs every command under a limit; none may end by a signal, hang, or say more than a line.
  ///
  /// - Returns: how many succeeded.
  @discardableResult
  private func assertLimitsAreKept(_ limit: String, call: String = "exec \"$0\" \"$@\"") throws -> Int {
    var count = 0
    for (tool, arguments) in commands {
      let result = try tool.run(arguments, by: "\(limit) && \(call)", in: folder.path)
      let label = "\(limit): \(tool.rawValue) \(arguments.joined(separator: " ")): \(result)"
      switch result.status {
      case 0: count += 1
      case 1: assertOneLine(result.withoutSweeps, of: tool, label)
      // The system could not even load the program.
      case 127: XCTAssertTrue(result.errors.contains("error while loading shared libraries"), label)
      default: XCTFail(label)
      }
    }
    return count
  }

  /// The signal that comes with this limit is at its default.
  func testSizeOfFiles() throws {
    let call = "exec \"$0\" \"$@\" >/dev/null"
    for kibibytes in [1, 4, 8, 16, 64] { try assertLimitsAreKept("ulimit -f \(kibibytes)", call: call) }
    try succeed(.stat, "verify", "g.store")
    XCTAssertEqual(try leftovers(), [])
  }

  func testOpenFiles() throws {
    for count in [3, 4, 5, 6, 8, 11, 14, 16, 18, 20, 24, 30, 40] { try assertLimitsAreKept("ulimit -n \(count)") }
    XCTAssertEqual(try assertLimitsAreKept("ulimit -n 200"), commands.count)
  }

  func testAddressSpace() throws {
    for mebibytes in [150, 200, 250, 300, 400, 600, 1000] { try assertLimitsAreKept("ulimit -v \(mebibytes << 10)") }
  }

  /// Whoever gets no thread works without it: the same result.
  func testThreads() throws {
    let user = "setpriv --reuid=54399 --regid=54399 --clear-groups --inh-caps=-all"
    var call = "exec \"$0\" \"$@\""
    if geteuid() == 0 {
      // The limit does not hold for root.
      call = "exec \(user) \"$0\" \"$@\""
      chmod(folder.path, 0o777)
      let script = "chown -R 54399 . && exec \(user) \"$0\" --version"
      let result = try Tool.run.run([], by: script, in: folder.path)
      try XCTSkipIf(result.status != 0, "another user cannot run the tools here: \(result.errors)")
    }
    for count in [1, 2, 3, 4, 6] {
      XCTAssertEqual(try assertLimitsAreKept("ulimit -u \(count)", call: call), commands.count, "\(count) threads")
    }
    let limited = ["train", "g.store", "--run", "few", "--epochs", "3", "--hidden", "4", "--threads", "2"]
    let result = try Tool.run.run(limited, by: "ulimit -u 1 && \(call)", in: folder.path)
    XCTAssertEqual(result.status, 0, result.errors)
    try succeed(.run, "train", "g.store", "--run", "many", "--epochs", "3", "--hidden", "4", "--threads", "2")
    for name in ["model", "checkpoint"] {
      let weights = ["few", "many"].map {
        FileManager.default.contents(atPath: file("g.store/runs/\($0)/\(name).safetensors"))
      }
      XCTAssertNotNil(weights[0])
      XCTAssertEqual(weights[0], weights[1], name)
    }
  }
}

extension Tool.Result {
  /// Without notes on what the command before had no means to remove: a folder cannot be read without a descriptor.
  fileprivate var withoutSweeps: Tool.Result {
    let lines = errors.split(separator: "\n", omittingEmptySubsequences: false)
    return Tool.Result(
      status: status, output: output,
      errors: lines.filter { !$0.hasPrefix("note: removed what an interrupted program left") }.joined(separator: "\n"))
  }
}
