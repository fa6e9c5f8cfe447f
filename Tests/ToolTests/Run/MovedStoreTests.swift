import Foundation
import TestSupport
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
        try assertRefused(
          .run, arguments: arguments + ["g.store", "--run", "a"],
          says: [
            "\(file(name + ".store")): there is no store of this name, where run \"a\" has its \(part) nodes (--\(name)-store)",
            "make a link of this name to the place where it is now",
          ])
      }
      try FileManager.default.createSymbolicLink(
        atPath: file(name + ".store"), withDestinationPath: file(name + "-moved.store"))
      try succeed(.run, "report", "g.store", "--run", "a", "-o", "r.html", "--overwrite")
    }
  }

  /// Another store under the name of the one that the run was scored on: scores of both would not go together.
  func testAnotherStoreInTheirPlace() throws {
    try train("--repeats", "2")
    let config = try JSONSerialization.jsonObject(
      with: Data(contentsOf: URL(fileURLWithPath: file("g.store/runs/a-1/config.json"))))
    let keys = ["store-checksum", "val-store-checksum", "test-store-checksum"]
    XCTAssertEqual(Set(keys.compactMap { (config as? [String: Any])?[$0] as? String }).count, 3)
    let series = [
      "train", "--repeats", "2", "--run", "a", "--hidden", "4", "--epochs", "2", "--val-store", "val.store",
    ]
    for (name, part) in [("test", "test"), ("val", "validation")] {
      try move(name)
      try succeed(
        .ingest, "data/edges.npy", "--features", "data/features.npy", "--labels", "data/labels.npy", "--train",
        "data/train.npy", "--val", "data/val.npy", "--test", "data/test.npy", "--partitions", "3", "--output",
        name + ".store")
      let commands = [
        ["resume", "--epochs", "5", "--run", "a-1"], ["report", "-o", "r.html", "--run", "a-1"],
        series + ["--test-store", "test.store"],
      ]
      for arguments in commands {
        try assertRefused(
          .run, arguments: arguments + ["g.store"],
          says: [
            "\(file(name + ".store")): another store stands where run \"a-1\" has its \(part) nodes (--\(name)-store)",
            "put the run's store back",
          ])
      }
      // Which score decided, another store's validation nodes do not tell.
      let select = try json(.run, "infer", "g.store", "--run", "a-1")["select"] as? String
      XCTAssertEqual(select, name == "val" ? nil : "accuracy")
      XCTAssertTrue(try succeed(.run, "list", "g.store").contains("complete"))
      try FileManager.default.removeItem(atPath: file(name + ".store"))
      try FileManager.default.moveItem(atPath: file(name + "-moved.store"), toPath: file(name + ".store"))
    }
    try succeed(.run, "resume", "g.store", "--run", "a-1", "--epochs", "3")
  }

  /// Inference scores the nodes of the store that it computes on, and says so where training scored others.
  func testWhoseNodesAreScored() throws {
    try train()
    let said = ["test", "val"].map { part in
      "\(part) scores are of g.store's own nodes; training scored the run on those of \(file(part + ".store")), as does"
        + " gas-run infer \(file(part + ".store")) --from g.store --run a"
    }
    let result = try Tool.run.run(["infer", "g.store", "--run", "a"], in: folder.path)
    XCTAssertEqual(result.status, 0, result.errors)
    for note in said { XCTAssertTrue(result.errors.contains("note: \(note)\n"), result.errors) }
    let lines = result.output.split(separator: "\n").filter { $0.hasPrefix("test ") || $0.hasPrefix("val ") }
    XCTAssertEqual(lines.count, 2)
    XCTAssertTrue(lines.allSatisfy { $0.hasSuffix(" accuracy, of this store's own nodes") }, result.output)
    let object = try json(.run, "infer", "g.store", "--run", "a")
    XCTAssertEqual(object["elsewhere"] as? [String], ["val", "test"])
    XCTAssertTrue(Set(said).isSubset(of: Set(object["notes"] as? [String] ?? [])), "\(object)")
    let there = try json(.run, "infer", "test.store", "--from", "g.store", "--run", "a")
    XCTAssertNil(there["elsewhere"])
    XCTAssertEqual(
      there["testAccuracy"] as? Double, try json(.run, "show", "g.store", "--run", "a")["testAccuracy"] as? Double)
    try move("val")
    let away = try json(.run, "infer", "g.store", "--run", "a")
    XCTAssertFalse("\(away["notes"] ?? "")".contains("gas-run infer"), "what is not there cannot be scored")
  }

  /// A copy in its own store is a run like any other; one in another store is no damage, and says what it is.
  func testCopiesOfRuns() throws {
    try makeStore()
    try makeStore("other.store")
    try succeed(.run, "train", "g.store", "--run", "a", "--hidden", "4", "--epochs", "2")
    for (store, name) in [("g.store", "b"), ("other.store", "a")] {
      try FileManager.default.createDirectory(atPath: file(store + "/runs"), withIntermediateDirectories: true)
      try FileManager.default.copyItem(atPath: file("g.store/runs/a"), toPath: file("\(store)/runs/\(name)"))
    }
    let lines = try succeed(.run, "list", "g.store").split(separator: "\n")
    XCTAssertEqual(lines.dropFirst().map { $0.hasSuffix("complete") }, [true, true], "\(lines)")
    try succeed(.run, "resume", "g.store", "--run", "b", "--epochs", "3")
    let list = try succeed(.run, "list", "other.store")
    XCTAssertTrue(list.contains("of another store") && !list.contains("damaged"), list)
    XCTAssertTrue(list.contains("move the run back to its store, or remove a copy with gas-run rm"), list)
    XCTAssertEqual(try json(.run, "show", "other.store", "--run", "a")["state"] as? String, "of another store")
    try assertRefused(.run, "resume", "other.store", "--run", "a", says: "run \"a\" was trained on another store")
    try succeed(.run, "rm", "other.store", "a")
  }
}
