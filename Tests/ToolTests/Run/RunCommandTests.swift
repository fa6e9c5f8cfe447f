import Foundation
import TestSupport
import XCTest

/// Runs as tables, and the commands that remove them or parts of them.
final class RunCommandTests: ToolTestCase {
  override func setUpWithError() throws {
    try super.setUpWithError()
    try makeStore()
    try succeed(.run, "train", "g.store", "--run", "first", "--epochs", "2")
    try succeed(.run, "train", "g.store", "--run", "second", "--epochs", "1", "--model", "GraphSAGE", "--norm", "layer")
  }

  func testTables() throws {
    let lines = try succeed(.run, "list", "g.store").split(separator: "\n").map(String.init)
    XCTAssertEqual(lines.count, 3)
    for word in ["run", "model", "norm", "epochs", "best", "val", "test", "size", "state"] {
      XCTAssertTrue(lines[0].contains(word), lines[0])
    }
    XCTAssertTrue(lines[1].contains("first") && lines[1].contains("gcn") && lines[1].contains("complete"), lines[1])
    XCTAssertTrue(lines[2].contains("second") && lines[2].contains("sage") && lines[2].contains("layer"), lines[2])
    let object = try json(.run, "list", "g.store")
    let runs = try XCTUnwrap(object["runs"] as? [[String: Any]])
    XCTAssertEqual(runs.map { $0["run"] as? String }, ["first", "second"])
    XCTAssertEqual((runs[1]["settings"] as? [String: Any])?["model"] as? String, "sage")
    XCTAssertEqual(
      (object["differences"] as? [[String: Any]])?.compactMap { $0["key"] as? String }, ["model", "norm", "epochs"])
    let compared = try succeed(.run, "compare", "g.store", "second", "first")
    XCTAssertTrue(compared.split(separator: "\n")[0].contains("second"), compared)
    XCTAssertTrue(compared.contains("norm") && compared.contains("layer"), compared)
    let shown = try succeed(.run, "show", "g.store", "--run", "second")
    XCTAssertTrue(shown.contains("run            second, model sage, complete"), shown)
    XCTAssertTrue(shown.contains("norm layer"), shown)
    XCTAssertEqual(try json(.run, "show", "g.store", "--run", "first")["epochs"] as? Int, 2)
    try assertUsage(.run, "compare", "g.store", "first", says: "compare takes at least two runs")
    try assertRefused(.run, "compare", "g.store", "first", "third", says: "there is no run \"third\"")
    try assertRefused(.run, "show", "g.store", "--run", "third", says: "there are \"first\", \"second\"")
  }

  /// A setting is shown of the runs whose model uses it, and is no difference where it is a default there.
  func testSettingsOfOtherModels() throws {
    func differences() throws -> [String: [String]] {
      let rows = try XCTUnwrap(json(.run, "list", "g.store")["differences"] as? [[String: Any]])
      return Dictionary(
        uniqueKeysWithValues: rows.map { ($0["key"] as? String ?? "", $0["values"] as? [String] ?? []) })
    }
    try succeed(.run, "train", "g.store", "--run", "third", "--epochs", "1", "--model", "gat", "--hidden", "2")
    XCTAssertNil(try differences()["heads"])
    try succeed(
      .run, "train", "g.store", "--run", "third", "--epochs", "1", "--model", "gat", "--heads", "2", "--overwrite")
    XCTAssertEqual(try differences()["heads"], ["–", "–", "2"])
    XCTAssertEqual(try differences()["norm"], ["none", "layer", "none"])
    let head = try succeed(.run, "compare", "g.store", "first", "third").split(separator: "\n").first {
      $0.contains("heads")
    }
    XCTAssertEqual(head?.split(separator: " ").map(String.init), ["heads", "–", "2"])
    XCTAssertTrue(try succeed(.run, "show", "g.store", "--run", "third").contains("heads 2"))
    try succeed(.run, "export", "g.store", "--run", "first", "--format", "pyg", "-o", "first.safetensors")
    try succeed(.run, "import", "g.store", "--run", "fourth", "--format", "pyg", "first.safetensors")
    let settings = try XCTUnwrap(json(.run, "show", "g.store", "--run", "fourth")["settings"] as? [String: Any])
    XCTAssertEqual(settings.keys.filter { ["heads", "alpha", "aggregators", "theta"].contains($0) }, [])
    XCTAssertNotNil(settings["hidden"])
  }

  func testRemoval() throws {
    try assertRefused(.run, "rm", "g.store", "first", "third", says: "there is no run \"third\"")
    XCTAssertTrue(try succeed(.run, "rm", "g.store", "second").hasPrefix("removed second: "))
    try succeed(.run, "rm", "g.store", "first", "--json")
    XCTAssertEqual(try succeed(.run, "list", "g.store"), "g.store: no runs yet; gas-run train makes one\n")
    try succeed(.stat, "verify", "g.store")
    XCTAssertEqual(try leftovers(), [])
  }

  func testFreedHistories() throws {
    let freed = try succeed(.run, "clean", "g.store")
    XCTAssertTrue(freed.contains("first  ") && freed.contains("freed "), freed)
    try succeed(.stat, "verify", "g.store")
    XCTAssertTrue(try succeed(.stat, "g.store", "--run", "first").contains("freed by gas-run clean"))
    try succeed(.run, "infer", "g.store", "--run", "first", "--scores", "s.csv")
    try succeed(.run, "resume", "g.store", "--run", "first", "--epochs", "3")
    XCTAssertFalse(try succeed(.stat, "g.store", "--run", "first").contains("freed"))
    try assertRefused(.run, "clean", "g.store", "third", says: "there is no run \"third\"")
  }

  func testModelsThatDoNotExist() throws {
    try assertRefused(.run, "train", "g.store", "--model", "gnc", says: "found \"gnc\"; did you mean gcn?")
    try assertRefused(.run, "train", "g.store", "--model", "transformer", says: "found \"transformer\"\n")
  }
}
