import Foundation
import GasBase
import XCTest

/// The program that holds all tools, under its own name and theirs, and what programs tell of themselves.
final class OneProgramTests: ToolTestCase {
  private func call(_ name: String, _ arguments: String...) throws -> Tool.Result {
    try Tool.all.run(arguments, by: "ln -sf \"$0\" \(name) && exec ./\(name) \"$@\"", in: folder.path)
  }

  func testItsNameDecides() throws {
    try makeStore()
    for (result, tool) in [
      (try call("gas-stat", "verify", "g.store"), "gas-stat"), (try call("gas", "stat", "verify", "g.store"), "gas"),
      (try call("other", "stat", "verify", "g.store"), "other"),
    ] {
      XCTAssertEqual(result.status, 0, "\(tool): \(result.errors)")
      XCTAssertTrue(result.output.contains("are as they should be"), tool)
    }
    XCTAssertTrue(try call("gas-run", "infer", "--help").output.contains("USAGE: gas-run infer "))
    XCTAssertTrue(try call("gas", "run", "infer", "--help").output.contains("USAGE: gas run infer "))
    let tools = try call("gas", "--help").output
    for name in ["ingest", "run", "stat"] { XCTAssertTrue(tools.contains("\n  \(name) "), tools) }
    XCTAssertTrue(try call("gas-run", "show", "none.store", "--run", "a").errors.hasPrefix("gas-run: none.store"))
    XCTAssertTrue(try call("gas", "run", "show", "none.store", "--run", "a").errors.hasPrefix("gas: none.store"))
    // No tool is chosen by half of a name.
    XCTAssertNotEqual(try call("gas", "trun", "--help").status, 0)
  }

  func testTheProgramsOfOneToolEach() throws {
    for (tool, command) in [(Tool.ingest, "generate"), (.run, "infer"), (.stat, "verify")] {
      XCTAssertTrue(try succeed(tool, command, "--help").contains("USAGE: \(tool.rawValue) \(command)"))
    }
  }

  func testVersions() throws {
    for tool in [Tool.ingest, .run, .stat, .all] {
      let lines = try succeed(tool, "--version").split(separator: "\n")
      XCTAssertEqual(lines.first, "\(tool.rawValue) \(GasVersion.current)")
      let report = try json(tool, "--version")
      XCTAssertEqual(
        Set(report.keys), ["schema", "schemaVersion", "version", "commit", "kernels", "storeFormat", "libraries"])
      XCTAssertEqual(report["version"] as? String, GasVersion.current)
      XCTAssertEqual(report["kernels"] as? String, InstructionSet.current)
      let libraries = try XCTUnwrap(report["libraries"] as? [String: String])
      XCTAssertEqual(libraries["METIS"] != nil, tool == .ingest || tool == .all)
      // These two do not tell which they are.
      let ofBuild = lines.filter { $0.contains("built with") }.map { $0.split(separator: " ").first }
      XCTAssertEqual(ofBuild, tool == .ingest || tool == .all ? ["libdeflate", "METIS"] : ["libdeflate"])
      XCTAssertEqual(libraries["BLAS"] != nil, tool != .ingest)
      for name in ["bzip2", "libdeflate", "libyaml", "LZ4", "xz", "zlib", "Zstandard"] {
        let version = try XCTUnwrap(libraries[name], name)
        XCTAssertTrue(version.first?.isNumber == true && version.contains("."), "\(name) \(version)")
      }
    }
  }

  /// A library that is not there is told, too, and is no failure: whoever asks wants to know.
  func testALibraryThatIsNotThere() throws {
    let missing = ["GAS_BLAS": "/none/such.so"]
    let text = try Tool.run.run(["--version"], in: folder.path, environment: missing)
    XCTAssertEqual(text.status, 0)
    XCTAssertTrue(text.output.contains("BLAS        none: /none/such.so: cannot be loaded"), text.output)
    let json = try Tool.run.run(["--json", "--version"], in: folder.path, environment: missing)
    XCTAssertTrue(json.output.contains("\"BLAS\" : null"), json.output)
  }

  func testCompletions() throws {
    try makeStore()
    for name in ["b", "a"] { try succeed(.run, "train", "g.store", "--run", name, "--epochs", "1") }
    func names(_ tool: Tool, _ arguments: String...) throws -> [String] {
      try tool.run(["---completion"] + arguments, in: folder.path).output.split(separator: "\n").map(String.init)
    }
    XCTAssertEqual(
      try names(.run, "infer", "--", "--run", "4", "0", "gas-run", "infer", "g.store", "--run", ""), ["a", "b"])
    XCTAssertEqual(try names(.stat, "show", "--", "--run", "3", "0", "gas-stat", "g.store", "--run", ""), ["a", "b"])
    XCTAssertEqual(try names(.run, "infer", "--", "--run", "3", "0", "gas-run", "infer", "--run", ""), [])
    try succeed(.run, "train", "g.store", "--runs", "apart", "--run", "c", "--epochs", "1")
    for flag in [["--runs", "apart"], ["--runs=apart"], ["--runs", "=", "apart"]] {
      let words =
        ["infer", "--", "--run", "\(4 + flag.count)", "0", "gas-run", "infer", "g.store"] + flag + ["--run", ""]
      let result = try Tool.run.run(["---completion"] + words, in: folder.path)
      XCTAssertEqual(result.output, "c\n", "\(flag)")
    }
    XCTAssertTrue(
      try names(.run, "train", "--", "--preset", "3", "0", "gas-run", "train", "--preset", "").contains("cora-gcn"))
    for shell in ["bash", "zsh", "fish"] {
      let script = try succeed(.run, "--generate-completion-script", shell)
      for word in ["pna-jk", "bfloat16", "plateau"] { XCTAssertTrue(script.contains(word), "\(shell): \(word)") }
    }
  }
}
