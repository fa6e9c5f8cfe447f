import Foundation
import GasBase
import GasFormats
import TestSupport
import XCTest

/// A test in a folder of its own, in which the programs run.
class ToolTestCase: XCTestCase {
  private(set) var folder: TemporaryFolder!

  override func setUpWithError() throws { folder = try TemporaryFolder() }
  override func tearDown() { folder = nil }

  func file(_ name: String) -> String { folder.file(name) }

  func write(_ text: String, to name: String) throws {
    try Data(text.utf8).write(to: URL(fileURLWithPath: file(name)))
  }

  func write<T: NpyElement>(_ elements: [T], shape: [Int]? = nil, to name: String) throws {
    try NpyWriter.write(elements, shape: shape, to: file(name))
  }

  /// Runs a program that has to succeed without a word on standard error.
  ///
  /// - Returns: standard output.
  @discardableResult
  func succeed(_ tool: Tool, _ arguments: String..., input: String = "", line: UInt = #line) throws -> String {
    let result = try tool.run(arguments, in: folder.path, input: input)
    XCTAssertEqual(result.status, 0, "\(arguments): \(result.errors)", line: line)
    XCTAssertEqual(result.errors, "", "\(arguments)", line: line)
    return result.output
  }

  /// Starts a program several times before it waits for the first.
  func atOnce(_ tool: Tool, _ commands: [[String]]) throws -> [Tool.Result] {
    let running = try commands.map { try tool.start($0, in: folder.path) }
    return try running.map { try $0.wait() }
  }

  /// Runs a program with `--json` and reads what it says.
  func json(_ tool: Tool, _ arguments: String..., line: UInt = #line) throws -> [String: Any] {
    let result = try tool.run(arguments + ["--json"], in: folder.path)
    XCTAssertEqual(result.status, 0, "\(arguments): \(result.errors)", line: line)
    XCTAssertEqual(result.errors, "", "\(arguments)", line: line)
    let object = try JSONSerialization.jsonObject(with: Data(result.output.utf8))
    return try XCTUnwrap(object as? [String: Any], line: line)
  }

  /// Runs a program that has to refuse: one line on standard error that says `texts`, nothing on standard output, the
  /// exit status, and every file in the folder as it was.
  func assertRefused(
    _ tool: Tool, _ arguments: String..., says texts: String..., input: String = "", status: ExitStatus = .failed,
    line: UInt = #line
  ) throws {
    try assertRefused(tool, arguments: arguments, says: texts, input: input, status: status, line: line)
  }

  /// The same with a list of arguments.
  func assertRefused(
    _ tool: Tool, arguments: [String], says texts: [String], input: String = "", status: ExitStatus = .failed,
    line: UInt = #line
  ) throws {
    let before = try FolderContents(folder.path)
    let result = try tool.run(arguments, in: folder.path, input: input)
    let label = "\(tool.rawValue) \(arguments.joined(separator: " ")): \(result.errors)"
    XCTAssertEqual(result.status, status.code, label, line: line)
    assertOneLine(result, of: tool, label, line: line)
    for text in texts where !result.errors.contains(text) { XCTFail("no \"\(text)\" in \(label)", line: line) }
    XCTAssertEqual(try FolderContents(folder.path).differences(from: before), [], label, line: line)
  }

  /// Runs a program with flags that it does not understand: it says which and how it is used, and does nothing.
  func assertUsage(_ tool: Tool, _ arguments: String..., says text: String, line: UInt = #line) throws {
    let before = try FolderContents(folder.path)
    let result = try tool.run(arguments, in: folder.path)
    let label = "\(tool.rawValue) \(arguments.joined(separator: " ")): \(result.errors)"
    XCTAssertEqual(result.status, 2, label, line: line)
    XCTAssertEqual(result.output, "", label, line: line)
    XCTAssertTrue(result.errors.contains(text), "no \"\(text)\" in \(label)", line: line)
    XCTAssertTrue(result.errors.contains("Usage: \(tool.rawValue)"), label, line: line)
    XCTAssertEqual(result.errors.count(where: \.isNewline), 3, label, line: line)
    XCTAssertEqual(try FolderContents(folder.path).differences(from: before), [], label, line: line)
  }

  func assertOneLine(_ result: Tool.Result, of tool: Tool, _ label: String, line: UInt = #line) {
    XCTAssertEqual(result.output, "", label, line: line)
    XCTAssertTrue(result.errors.hasPrefix("\(tool.rawValue): "), label, line: line)
    XCTAssertTrue(result.errors.hasSuffix("\n"), label, line: line)
    XCTAssertEqual(result.errors.count(where: \.isNewline), 1, label, line: line)
  }

  /// Makes `data/` with a small random graph, and `NAME` as its store.
  func makeStore(_ name: String = "g.store", nodes: Int = 120, partitions: Int = 4, line: UInt = #line) throws {
    if !FileManager.default.fileExists(atPath: file("data")) {
      try succeed(
        .ingest, "generate", "--nodes", "\(nodes)", "--edges", "\(nodes * 5)", "--features", "8", "--classes", "3",
        "--seed", "5", "--communities", "3", "--label-noise", "0", "--mean-deviation", "1", "--output", "data",
        line: line)
    }
    try succeed(
      .ingest, "data/edges.npy", "--features", "data/features.npy", "--labels", "data/labels.npy", "--train",
      "data/train.npy", "--val", "data/val.npy", "--test", "data/test.npy", "--partitions", "\(partitions)", "--output",
      name, line: line)
  }

  /// Everything below the folder that a program left unfinished.
  func leftovers() throws -> [String] {
    try FolderContents(folder.path).names.filter {
      $0.contains(".partial-") || $0.contains("scratch") || $0.contains(".discarded-") || $0.contains(".replaced-")
    }
  }
}
