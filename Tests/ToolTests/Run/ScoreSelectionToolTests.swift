import Foundation
import GasFormats
import TestSupport
import XCTest

/// What the programs say of scores: before training, in plans, at the end, and of predictions.
final class ScoreSelectionToolTests: ToolTestCase {
  /// A store with two classes, of which class 1 is one in twenty.
  private func makeUnevenStore() throws {
    try makeStore(nodes: 600)
    let reader = try NpyReader(opening: file("data/labels.npy"))
    let labels = try reader.integers(0..<reader.elementCount)
    try write(labels.indices.map { Int64($0 % 20 == 0 ? 1 : 0) }, to: "data/labels.npy")
    try makeStore("uneven.store")
  }

  private let sentence =
    "average precision of class 1 decides which weights are kept: of the training and validation nodes "

  func testUnevenClassesAreSaid() throws {
    try makeUnevenStore()
    let planned = try json(.run, "train", "uneven.store", "--plan")
    let selection = try XCTUnwrap(planned["selection"] as? [String: Any])
    let chosen = try XCTUnwrap(selection["selection"] as? [String: Any])
    XCTAssertEqual(chosen["score"] as? String, "averagePrecision")
    let reason = try XCTUnwrap(chosen["reason"] as? String)
    XCTAssertTrue(reason.hasPrefix(sentence), reason)
    XCTAssertEqual(planned["notes"] as? [String], [reason])
    let trained = try Tool.run.run(["train", "uneven.store", "--epochs", "3", "--run", "a"], in: folder.path)
    XCTAssertEqual(trained.errors, "note: \(reason)\n")
    for text in [
      "selects by     \(reason)\n", "classes        0: ", "baseline       accuracy 9", "val average precision ",
    ] {
      XCTAssertTrue(trained.output.contains(text), "\(text): \(trained.output)")
    }
    let shown = try Tool.run.run(
      ["train", "uneven.store", "--epochs", "1", "--run", "p", "--progress", "always"], in: folder.path)
    let before = try XCTUnwrap(shown.errors.range(of: "classes        0: "))
    XCTAssertLessThan(before.lowerBound, try XCTUnwrap(shown.errors.range(of: "epoch 0/1")).lowerBound)
    XCTAssertTrue(shown.errors.contains("  val average precision "), shown.errors)
    XCTAssertEqual(shown.errors.ranges(of: reason).count, 1, shown.errors)
    let plan = try Tool.run.run(["train", "uneven.store", "--plan"], in: folder.path)
    XCTAssertEqual(plan.errors, "")
    XCTAssertTrue(plan.output.contains("selects by   \(reason)\n"), plan.output)
    let result = try json(.run, "train", "uneven.store", "--epochs", "2", "--run", "b", "--select", "roc-auc")
    XCTAssertNil(result["notes"])
    let scores = try XCTUnwrap(result["scores"] as? [String: [String: Double]])
    XCTAssertEqual(Set(scores.keys), ["train", "val", "test"])
    XCTAssertEqual(
      Set(try XCTUnwrap(scores["val"]).keys),
      [
        "accuracy", "balancedAccuracy", "macroF1", "microF1", "rocAuc", "averagePrecision", "logLoss",
        "calibrationError", "brier",
      ])
    XCTAssertEqual(try json(.stat, "uneven.store", "--run", "b")["scores"] as? [String: [String: Double]], scores)
    let series = try json(.run, "train", "uneven.store", "--epochs", "1", "--repeats", "2", "--run", "s")
    XCTAssertEqual(series["select"] as? String, "averagePrecision")
    XCTAssertNotNil((series["selectedTest"] as? [String: Double])?["deviation"])
  }

  func testScoresThatCannotBeHadAreRefused() throws {
    try makeStore()
    let wrong = try Tool.run.run(["train", "g.store", "--select", "r2", "--run", "r"], in: folder.path)
    XCTAssertEqual(wrong.status, 1)
    XCTAssertTrue(wrong.errors.contains("expected select to be a score of classes, found r2"), wrong.errors)
    XCTAssertFalse(FileManager.default.fileExists(atPath: file("g.store/runs/r")))
    let unknown = try Tool.run.run(["train", "g.store", "--select", "f1"], in: folder.path)
    XCTAssertNotEqual(unknown.status, 0)
    XCTAssertTrue(unknown.errors.contains("--select takes auto, plain, accuracy"), unknown.errors)
  }

  func testWeightsAndThresholdsOfInference() throws {
    try makeUnevenStore()
    let trained = try json(.run, "train", "uneven.store", "--epochs", "4", "--run", "a", "--select", "accuracy")
    let last = try json(.run, "infer", "uneven.store", "--run", "a", "--weights", "last")
    XCTAssertEqual(last["scores"] as? NSDictionary, trained["lastScores"] as? NSDictionary)
    let best = try json(.run, "infer", "uneven.store", "--run", "a")
    XCTAssertEqual(best["scores"] as? NSDictionary, trained["scores"] as? NSDictionary)
    let cut = try json(
      .run, "infer", "uneven.store", "--run", "a", "--threshold", "auto", "--predictions", "p.npy")
    let threshold = try XCTUnwrap(cut["threshold"] as? [String: [Double]])
    XCTAssertEqual(threshold["values"]?.count, 1)
    XCTAssertGreaterThan(try XCTUnwrap(threshold["validationF1"]?.first), 0, "nothing is predicted without")
    XCTAssertTrue(
      try succeed(.run, "infer", "uneven.store", "--run", "a", "--threshold", "auto").contains(
        ", chosen on validation nodes: F1 "))
    for text in ["2", "often"] {
      let refused = try Tool.run.run(["infer", "uneven.store", "--run", "a", "--threshold", text], in: folder.path)
      XCTAssertNotEqual(refused.status, 0)
      XCTAssertTrue(refused.errors.contains("threshold"), refused.errors)
    }
  }
}
