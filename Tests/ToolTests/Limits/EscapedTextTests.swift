import Foundation
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

  /// Fields of tables may hold ends of lines and tabs. In text they are shown as letters, in tables they are quoted.
  func testNamesOfClassesColumnsAndNodes() throws {
    var (nodes, edges) = ("id,\"x\ng-column\",class\n", "a,b\n")
    let names = ["one\ng-class", "two\tg\rg", "three"]
    func id(_ node: Int) -> String { "\"n\ng\(node % 90)\"" }
    for node in 0..<90 {
      nodes += "\(id(node)),\(node % 3).\(node % 7),\"\(names[node % 3])\"\n"
      edges += "\(id(node)),\(id(node + 3))\n\(id(node)),\(id(node + 6))\n"
    }
    try write(nodes, to: "nodes.csv")
    try write(edges, to: "edges.csv")
    let calls: [(Tool, [String])] = [
      (
        .ingest,
        [
          "table", "--edges", "edges.csv", "--source", "a", "--target", "b", "--nodes", "nodes.csv", "--id", "id",
          "--label", "class", "--partitions", "3", "--output", "t.store",
        ]
      ), (.stat, ["t.store"]), (.run, ["train", "t.store", "--plan"]),
      (.run, ["train", "t.store", "--run", "a", "--epochs", "2", "--model", "mlp", "--progress", "always"]),
      (.run, ["list", "t.store"]), (.run, ["show", "t.store", "--run", "a"]), (.stat, ["t.store", "--run", "a"]),
      (.run, ["report", "t.store", "--run", "a", "-o", "r.html"]),
      (.run, ["infer", "t.store", "--run", "a", "--scores", "s.csv"]),
      (.run, ["infer", "t.store", "--run", "a", "--scores", "s.tsv"]),
    ]
    for (tool, arguments) in calls {
      let result = try tool.run(arguments, in: folder.path)
      XCTAssertEqual(result.status, 0, result.errors)
      assertPlain(result, "\(arguments)")
    }
    try assertRefused(
      .run, "infer", "t.store", "--run", "a", "--ids", "ids.txt", says: "the id \"n\\ng",
      "--scores writes ids in quotes")
    for (name, separator) in [("s.csv", ","), ("s.tsv", "\t")] {
      let text = try String(contentsOfFile: file(name), encoding: .utf8)
      let head =
        ["id", "class"]
        + names.map { name in
          name == "three" ? "p_three" : "\"p_\(name)\""
        }
      XCTAssertTrue(
        head.allSatisfy(text.contains), "\(text.prefix(200).debugDescription) has not \(head) by \(separator)")
      XCTAssertEqual(text.components(separatedBy: "\"n\ng").count, 91, name)
    }
    let page = try ReportTree(file("r.html"))
    let body = try XCTUnwrap(page.root.first("body")).text
    XCTAssertTrue(body.contains("one\\ng-class") && body.contains("two\\tg\\rg"))
    XCTAssertFalse(body.contains("\ng-class") || body.contains("\t") || body.contains("\r"))
  }
}
