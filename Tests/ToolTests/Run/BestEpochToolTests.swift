import Foundation
import GasFormats
import TestSupport
import XCTest

/// What the programs say of the epoch whose weights are kept, and of nodes without a label.
final class BestEpochToolTests: ToolTestCase {
  func testABestEpochThatIsTheFirstIsSaid() throws {
    try makeStore()
    let flags = ["train", "g.store", "--lr", "1e-30", "--weight-decay", "0", "--epochs", "3", "--run"]
    let text = try Tool.run.run(flags + ["text"], in: folder.path)
    XCTAssertTrue(text.output.contains("epochs         3, the best is 1\n"), text.output)
    XCTAssertTrue(text.output.contains("note           epoch 1 is the first that was evaluated of 3: "), text.output)
    let trained = try Tool.run.run(flags + ["json", "--json"], in: folder.path)
    let report = try XCTUnwrap(JSONSerialization.jsonObject(with: Data(trained.output.utf8)) as? [String: Any])
    XCTAssertEqual(report["bestEpoch"] as? Int, 1)
    let note = try XCTUnwrap(report["bestEpochNote"] as? String)
    XCTAssertTrue(text.output.contains(note), note)
    XCTAssertEqual(try json(.stat, "g.store", "--run", "json")["bestEpochNote"] as? String, note)
    XCTAssertTrue(try succeed(.stat, "g.store", "--run", "json").contains(note))
    let series = try Tool.run.run(flags + ["s", "--repeats", "2"], in: folder.path)
    XCTAssertTrue(
      series.output.contains("note: s-1: \(note)\n") && series.output.contains("note: s-2: "), series.output)
  }

  func testWeightsFromBeforeTrainingAreSaid() throws {
    try makeStore()
    let report = try json(.run, "train", "g.store", "--run", "none", "--epochs", "0")
    XCTAssertEqual(report["bestEpoch"] as? Int, 0)
    XCTAssertEqual(
      report["bestEpochNote"] as? String, "no epoch was trained: the weights are those from before training")
    let note = "the weights of run none are those from before training"
    let inferred = try Tool.run.run(["infer", "g.store", "--run", "none"], in: folder.path)
    XCTAssertEqual(inferred.errors, "note: \(note)\n")
    XCTAssertEqual(try json(.run, "infer", "g.store", "--run", "none")["notes"] as? [String], [note])
    let resumed = try json(.run, "resume", "g.store", "--run", "none", "--epochs", "3")
    XCTAssertTrue(1...3 ~= (try XCTUnwrap(resumed["bestEpoch"] as? Int)))
    XCTAssertNil(try json(.run, "infer", "g.store", "--run", "none")["notes"])
  }

  /// −1 and not-a-number are what people write for a node without a label.
  func testNodesWithoutALabelAreCounted() throws {
    try makeStore()
    let whole = try json(.run, "train", "g.store", "--epochs", "1")
    let nodes = try XCTUnwrap(whole["nodes"] as? [String: [String: Int]])
    let total = try XCTUnwrap(nodes["train"]?["labelled"])
    XCTAssertEqual(nodes["train"]?["unlabelled"], 0)
    XCTAssertNil(whole["notes"])
    func integers(_ name: String) throws -> [Int64] {
      let reader = try NpyReader(opening: file("data/\(name).npy"))
      return try reader.integers(0..<reader.elementCount)
    }
    let (training, validation) = (try integers("train"), try integers("val"))
    var labels = try integers("labels")
    for node in training.prefix(5) + validation.prefix(1) { labels[Int(node)] = -1 }
    try write(labels, to: "data/labels.npy")
    try makeStore("some.store")
    let notes = [
      "5 of the \(total) training nodes have no label and are not trained on",
      "1 of the \(validation.count) validation nodes has no label and is not scored",
    ]
    let some = try json(.run, "train", "some.store", "--epochs", "1")
    XCTAssertEqual((some["nodes"] as? [String: [String: Int]])?["train"], ["labelled": total - 5, "unlabelled": 5])
    XCTAssertEqual(some["notes"] as? [String], notes)
    let plan = try json(.run, "train", "some.store", "--plan")
    XCTAssertEqual(plan["notes"] as? [String], notes)
    XCTAssertEqual((plan["nodes"] as? [String: [String: Int]])?["val"]?["unlabelled"], 1)
    let text = try Tool.run.run(["train", "some.store", "--epochs", "1"], in: folder.path)
    XCTAssertTrue(
      text.output.contains("trained on     \(total - 5) nodes, not on 5 others without a label\n"), text.output)
    XCTAssertEqual(text.errors, notes.map { "note: \($0)\n" }.joined())
    let planned = try Tool.run.run(["train", "some.store", "--plan"], in: folder.path)
    XCTAssertTrue(planned.output.contains("trains on    \(total - 5) nodes, not on 5 others"), planned.output)
    let series = try Tool.run.run(
      ["train", "some.store", "--epochs", "1", "--run", "s", "--repeats", "2"], in: folder.path)
    XCTAssertEqual(series.errors, text.errors)
  }
}
