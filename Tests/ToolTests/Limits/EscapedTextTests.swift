import XCTest

/// Nothing that comes from files or arguments reaches a terminal as anything but letters, wherever it is shown.
final class EscapedTextTests: ToolTestCase {
  /// Sets a title, rings, goes back in the line, begins lines of three kinds, and turns the direction of writing.
  private let hostile = "a\u{1b}]0;x\u{7}\rb\u{85}c\u{2028}d\u{202e}e\u{2066}f\ng"

  private func assertPlain(_ result: Tool.Result, _ label: String, line: UInt = #line) {
    for text in [result.output, result.errors] {
      let controls = text.unicodeScalars.filter { scalar in
        switch scalar.properties.generalCategory {
        case .control, .format, .lineSeparator, .paragraphSeparator: scalar != "\n"
        default: false
        }
      }
      XCTAssertTrue(controls.isEmpty, "\(label): \(text.debugDescription)", line: line)
      XCTAssertFalse(
        text.split(separator: "\n").contains { $0.hasPrefix("g") && !$0.hasPrefix("gas-") }, label, line: line)
    }
  }

  func testNamesOfFiles() throws {
    try write("0 1\n1 2\n2 0\n", to: hostile)
    let (store, more) = (hostile + ".store", hostile + ".data")
    let calls: [(Tool, [String])] = [
      (.ingest, [hostile, "--plan", "--output", store]),
      (.ingest, [hostile, "--partitions", "1", "--output", store, "--progress", "always"]),
      (.ingest, ["generate", "--nodes", "9", "--edges", "20", "--features", "2", "--classes", "2", "--output", more]),
      (.stat, [store]), (.stat, ["verify", store]),
    ]
    for (tool, arguments) in calls {
      for more in [[], ["--json"]] where arguments[0] != "generate" || more.isEmpty {
        if arguments.contains(store) { try? FileManager.default.removeItem(atPath: file(store)) }
        if tool == .stat {
          _ = try Tool.ingest.run([hostile, "--partitions", "1", "--output", store], in: folder.path)
        }
        let result = try tool.run(arguments + more, in: folder.path)
        XCTAssertEqual(result.status, 0, result.errors)
        assertPlain(result, "\(arguments)")
      }
    }
    let lines = try Tool.stat.run([store], in: folder.path).output.split(separator: "\n")
    let command = try XCTUnwrap(lines.first { $0.hasPrefix("command ") })
    XCTAssertTrue(command.contains("\\u{1B}]0;x\\u{07}\\rb\\u{0085}c\\u{2028}d\\u{202E}e\\u{2066}f\\ng"), "\(command)")
  }

  func testRefusals() throws {
    try write("0 1\n\(hostile) 2\n", to: "edges.tsv")
    try makeStore()
    let calls: [(Tool, [String])] = [
      (.ingest, [hostile, "--output", "o"]), (.ingest, ["edges.tsv", "--output", "o"]),
      (.ingest, ["edges.tsv", "--output", "o", "--kind", hostile]), (.ingest, ["edges.tsv", "--output", "o", hostile]),
      (.ingest, ["edges.tsv", "--output", "o", "--partitions=\(hostile)"]), (.ingest, ["--" + hostile]),
      (.run, [hostile]), (.run, ["train", hostile]), (.run, ["train", "g.store", "--model", hostile]),
      (.run, ["train", "g.store", "--run", hostile]), (.run, ["train", "g.store", "--epochs", hostile]),
      (.run, ["train", "g.store", "--config", hostile]), (.run, ["infer", "g.store", "--run", hostile]),
      (.run, ["train", "g.store", "--class-weights", hostile]), (.run, ["presets", hostile]),
      (.stat, [hostile]), (.stat, ["g.store", "--run", hostile]), (.stat, ["g.store", "--sample", hostile]),
    ]
    for (tool, arguments) in calls {
      let result = try tool.run(arguments, in: folder.path)
      XCTAssertNotEqual(result.status, 0, "\(arguments)")
      XCTAssertNotEqual(result.errors, "", "\(arguments)")
      assertPlain(result, "\(arguments)")
    }
  }
}
