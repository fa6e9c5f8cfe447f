import Foundation
import XCTest

/// Runs that this user may not read are named with the reason: they are neither left out nor called damaged.
final class UnreadableRunTests: ToolTestCase {
  private var call = "exec \"$0\" \"$@\""
  private var runs: String { file("g.store/runs") }

  override func setUpWithError() throws {
    try super.setUpWithError()
    try makeStore()
    for run in ["a", "b"] {
      try succeed(.run, "train", "g.store", "--run", run, "--epochs", "1", "--hidden", "4", "--layers", "2")
    }
    guard geteuid() == 0 else { return }
    // Root reads files of any permissions: another user, who owns them.
    let user = "setpriv --reuid=54399 --regid=54399 --clear-groups --inh-caps=-all"
    call = "exec \(user) \"$0\" \"$@\""
    chmod(folder.path, 0o777)
    let result = try Tool.run.run([], by: "chown -R 54399 . && exec \(user) \"$0\" --version", in: folder.path)
    try XCTSkipIf(result.status != 0, "another user cannot run the tools here: \(result.errors)")
  }

  override func tearDown() {
    for path in [runs, runs + "/b"] where folder != nil { chmod(path, 0o755) }
    super.tearDown()
  }

  /// Runs a program as a user who may not read what was forbidden.
  private func run(_ tool: Tool, _ arguments: String..., status: Int32 = 0, line: UInt = #line) throws -> String {
    let result = try tool.run(arguments, by: call, in: folder.path)
    XCTAssertEqual(result.status, status, "\(arguments): \(result.output)\(result.errors)", line: line)
    return status == 0 ? result.output : result.errors
  }

  private func assertSays(_ text: String, _ parts: String..., line: UInt = #line) {
    for part in parts { XCTAssertTrue(text.contains(part), "no \"\(part)\" in \(text)", line: line) }
    for part in ["damaged", "gas-run train makes"] { XCTAssertFalse(text.contains(part), text, line: line) }
  }

  func testRunThatMayNotBeLookedInto() throws {
    chmod(runs + "/b", 0)
    let list = try run(.run, "list", "g.store")
    assertSays(list, "note: b: ", "this user may not look into the run")
    let row = try XCTUnwrap(list.split(separator: "\n").first { $0.hasPrefix("  b ") })
    XCTAssertTrue(row.hasSuffix("unreadable"), list)
    assertSays(try run(.run, "show", "g.store", "--run", "b", status: 1), "this user may not look into the run")
    assertSays(try run(.run, "compare", "g.store", "a", "b", status: 1), "this user may not look into the run")
    assertSays(try run(.run, "clean", "g.store"), "b  kept: ", "this user may not look into the run")
    assertSays(try run(.run, "infer", "g.store", "--run", "none", status: 1), "there are \"a\", \"b\"")
    let shown = try run(.stat, "g.store")
    assertSays(shown, "runs         a (", "), b\n", "note         this user may not look into run \"b\"")
    assertSays(try run(.stat, "verify", "g.store", status: 1), "g.store/runs/b: ", "ermission denied")
    assertSays(try run(.stat, "clean", "g.store"), "note: ", "g.store/runs/b: this user may not look into it")
  }

  /// All runs are verified, and all that are not as they should be are named, each once.
  func testEachRunIsVerified() throws {
    try succeed(.run, "train", "g.store", "--run", "c", "--epochs", "1", "--hidden", "4", "--layers", "2")
    _ = try Tool.run.run([], by: "chown -R --reference=g.store g.store/runs/c; exec \"$0\" --version", in: folder.path)
    chmod(runs + "/a", 0)
    chmod(runs + "/b/config.json", 0)
    try Data("?".utf8).write(to: URL(fileURLWithPath: runs + "/c/metrics.jsonl"))
    defer { chmod(runs + "/a", 0o755) }
    let lines = try run(.stat, "verify", "g.store", status: 1).split(separator: "\n")
    XCTAssertEqual(lines.count, 3, "\(lines)")
    for name in ["a", "b/config.json", "c/metrics.jsonl"] {
      XCTAssertEqual(lines.count { $0.hasPrefix("gas-stat: ") && $0.contains("g.store/runs/\(name)") }, 1, "\(lines)")
    }
  }

  /// All of its files may be read, and what there is may not be listed: how much it takes is not known.
  func testRunThatMayBeEnteredButNotListed() throws {
    chmod(runs + "/b", 0o311)
    let list = try run(.run, "list", "g.store")
    assertSays(list, "note: b: ", "runs/b: this user may not read it; ask its owner")
    let row = try XCTUnwrap(list.split(separator: "\n").first { $0.hasPrefix("  b ") })
    XCTAssertTrue(row.hasSuffix("unreadable") && !row.contains("KiB"), list)
    let shown = try run(.run, "show", "g.store", "--run", "b")
    assertSays(
      shown, "unreadable", "disk           –, histories –", "problem        ", "runs/b: this user may not read it")
    let page = try run(.run, "report", "g.store", "--run", "b", "-o", file("r.html"), status: 1)
    assertSays(page, "runs/b: this user may not read it")
  }

  /// Its names may be listed, and nothing else: it seems to have no checkpoint.
  func testRunThatMayBeListedButNotEntered() throws {
    chmod(runs + "/b", 0o644)
    let before = try FileManager.default.contentsOfDirectory(atPath: runs)
    for more in [[], ["--overwrite"]] {
      let words = ["train", "g.store", "--run", "b", "--epochs", "1"] + more
      let result = try Tool.run.run(words, by: call, in: folder.path)
      XCTAssertEqual(result.status, 1, result.errors)
      assertSays(result.errors, "g.store/runs/b: this user may not look into the run")
    }
    assertSays(try run(.stat, "clean", "g.store", "--remove"), "note: ", "nothing")
    XCTAssertEqual(try FileManager.default.contentsOfDirectory(atPath: runs), before)
    chmod(runs + "/b", 0o755)
    assertSays(try run(.run, "show", "g.store", "--run", "b"), "complete")
  }

  func testFilesThatMayNotBeRead() throws {
    for name in ["config.json", "checkpoint.safetensors", "metrics.jsonl"] {
      chmod(runs + "/b/" + name, 0)
      let list = try run(.run, "list", "g.store")
      assertSays(list, "note: b: ", name, "ermission denied")
      let row = try XCTUnwrap(list.split(separator: "\n").first { $0.hasPrefix("  b ") })
      XCTAssertTrue(row.hasSuffix("unreadable"), list)
      let shown = try run(.run, "show", "g.store", "--run", "b")
      assertSays(shown, "unreadable", name, "ermission denied")
      XCTAssertEqual(shown.contains("settings       –"), name == "config.json", shown)
      assertSays(try run(.run, "clean", "g.store"), "b  kept: this user may not read ", name)
      assertSays(try run(.stat, "verify", "g.store", status: 1), name, "ermission denied")
      chmod(runs + "/b/" + name, 0o644)
    }
    for name in try FileManager.default.contentsOfDirectory(atPath: runs + "/b") where name.hasPrefix("history-") {
      chmod(runs + "/b/" + name, 0)
      assertSays(try run(.stat, "verify", "g.store", status: 1), name, "ermission denied")
    }
  }

  /// A run that could not be made durable is not begun, and nothing is left of it.
  func testFolderOfRunsThatMayOnlyBeWritten() throws {
    try write("hidden: 4\n", to: "settings.yaml")
    let exported = ["export", "g.store", "--run", "a", "--format", "pyg", "--output", file("a.safetensors")]
    let result = try Tool.run.run(exported, by: call, in: folder.path)
    XCTAssertEqual(result.status, 0, result.errors)
    chmod(runs, 0o300)
    let imported = ["import", "g.store", "--run", "new", "--format", "pyg", file("a.safetensors")]
    for arguments in [["train", "g.store", "--run", "new", "--epochs", "1"], imported] {
      let result = try Tool.run.run(arguments, by: call, in: folder.path)
      XCTAssertEqual(result.status, 1, "\(arguments)")
      assertOneLine(result, of: .run, "\(arguments): \(result.errors)")
      assertSays(result.errors, "g.store/runs: cannot open the folder: Permission denied")
    }
    chmod(runs, 0o755)
    XCTAssertEqual(try FileManager.default.contentsOfDirectory(atPath: runs).sorted(), ["a", "b"])
  }

  func testFolderOfRunsThatMayNotBeRead() throws {
    chmod(runs, 0)
    let problem = "g.store/runs: cannot read the folder: Permission denied; which runs there are is not known"
    assertSays(try run(.run, "list", "g.store", status: 1), problem)
    assertSays(try run(.run, "clean", "g.store", status: 1), problem)
    assertSays(try run(.run, "show", "g.store", "--run", "a", status: 1), "this user may not look into the run")
    assertSays(try run(.stat, "g.store"), "runs         not known\n", "note         ", problem)
    assertSays(try run(.stat, "verify", "g.store", status: 1), "g.store/runs: cannot read the folder")
    assertSays(try run(.stat, "clean", "g.store"), "g.store/runs: this user may not look into it")
  }
}
