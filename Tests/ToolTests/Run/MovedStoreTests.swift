import Foundation
import XCTest

/// A run whose validation and test nodes are in other stores: these are named where the graph is described, and what
/// does not need them goes on when they have moved.
final class MovedStoreTests: ToolTestCase {
  private func train(_ flags: String...) throws {
    for name in ["g.store", "val.store", "test.store"] { try makeStore(name) }
    let arguments = ["train", "g.store", "--run", "a", "--hidden", "4", "--epochs", "2"]
    let result = try Tool.run.run(
      arguments + ["--val-store", "val.store", "--test-store", "test.store"] + flags, in: folder.path)
    XCTAssertEqual(result.status, 0, result.errors)
  }

  private func move(_ name: String) throws {
    try FileManager.default.moveItem(atPath: file(name + ".store"), toPath: file(name + "-moved.store"))
  }

  func testStoresAreNamedWhereTheGraphIs() throws {
    try train()
    try succeed(.run, "report", "g.store", "--run", "a", "-o", "r.html")
    let graph = try XCTUnwrap(ReportTree(file("r.html")).element(id: "graph")).text
    for (part, name) in [("validation", "val"), ("test", "test")] {
      let sentence = "The \(part) nodes are those of another store, \(file(name + ".store")): 120 nodes and "
      XCTAssertTrue(graph.contains(sentence), graph)
    }
    XCTAssertTrue(graph.contains("Of this store; scores are not of its validation and test nodes."), graph)
  }

  func testInferenceDoesWithoutThem() throws {
    try train()
    let whole = try json(.run, "infer", "g.store", "--run", "a", "--logits", "before.npy")
    try move("test")
    let untested = try json(.run, "infer", "g.store", "--run", "a", "--logits", "after.npy")
    XCTAssertEqual(untested["select"] as? String, whole["select"] as? String)
    try move("val")
    // Which score decided, validation nodes would tell: it is not made up.
    XCTAssertNil(try json(.run, "infer", "g.store", "--run", "a", "--logits", "last.npy")["select"])
    for name in ["after.npy", "last.npy"] {
      XCTAssertTrue(FileManager.default.contentsEqual(atPath: file("before.npy"), andPath: file(name)), name)
    }
    for command in ["list", "show"] {
      let arguments = [command, "g.store"] + (command == "show" ? ["--run", "a"] : [])
      let result = try Tool.run.run(arguments, in: folder.path)
      XCTAssertTrue(result.status == 0 && result.output.contains("complete"), result.output + result.errors)
    }
  }

  func testScoreThatWasAskedForIsKnown() throws {
    try train("--select", "macro-f1")
    try move("val")
    XCTAssertEqual(try json(.run, "infer", "g.store", "--run", "a")["select"] as? String, "macroF1")
  }

  func testWhatNeedsThemSaysWhatToDo() throws {
    try train()
    for (name, part) in [("test", "test"), ("val", "validation")] {
      try move(name)
      for arguments in [["resume", "--epochs", "5"], ["report", "-o", "r.html", "--overwrite"]] {
        let result = try Tool.run.run(arguments + ["g.store", "--run", "a"], in: folder.path)
        XCTAssertEqual(result.status, 1, result.errors)
        assertOneLine(result, of: .run, result.errors)
        for says in [
          "\(file(name + ".store")): there is no store of this name, where run \"a\" has its \(part) nodes (--\(name)-store)",
          "make a link of this name to the place where it is now",
        ] { XCTAssertTrue(result.errors.contains(says), result.errors) }
      }
      try FileManager.default.createSymbolicLink(
        atPath: file(name + ".store"), withDestinationPath: file(name + "-moved.store"))
      try succeed(.run, "report", "g.store", "--run", "a", "-o", "r.html", "--overwrite")
    }
  }
}
