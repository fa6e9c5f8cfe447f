import TestSupport
import XCTest

/// A program with a model of its own has the whole tool; gas-run says that the model is not its own.
final class OwnModelToolTests: ToolTestCase {
  private func train(_ run: String, epochs: Int, line: UInt = #line) throws -> [String: Any] {
    try json(
      .ownModel, "train", "g.store", "--model", "skip-gcn", "--run", run, "--epochs", "\(epochs)", "--batch-partitions",
      "1", line: line)
  }

  func testTheWholeTool() throws {
    try makeStore()
    let whole = try train("whole", epochs: 6)
    _ = try train("parts", epochs: 3)
    let resumed = try json(.ownModel, "resume", "g.store", "--run", "parts", "--epochs", "6")
    XCTAssertEqual(resumed["loss"] as? Double, whole["loss"] as? Double)
    let inferred = try json(.ownModel, "infer", "g.store", "--run", "parts", "--predictions", "classes.npy")
    XCTAssertEqual(inferred["testAccuracy"] as? Double, whole["testAccuracy"] as? Double)
    let shown = try json(.ownModel, "stat", "g.store", "--run", "whole")
    XCTAssertEqual((shown["now"] as? [Any])?.count, 1)
    XCTAssertNotNil((shown["verdict"] as? [String: Any])?["level"])
    XCTAssertTrue(try succeed(.ownModel, "stat", "verify", "g.store").contains("2 runs"))
    XCTAssertTrue(try succeed(.ownModel, "show", "g.store", "--run", "whole").contains("model skip-gcn"))
    try succeed(.ownModel, "report", "g.store", "--run", "whole", "--output", "r.html")
    try succeed(.ownModel, "train", "g.store", "--model", "gcn", "--run", "gcn", "--epochs", "1")
    try succeed(.run, "infer", "g.store", "--run", "gcn", "--predictions", "gcn.npy")
  }

  /// What is said at the end can be copied: it is this program that has the model.
  func testNextCommandsNameTheProgram() throws {
    try makeStore()
    let trained = try succeed(.ownModel, "train", "g.store", "--model", "skip-gcn", "--run", "a", "--epochs", "1")
    let path = try Tool.ownModel.path
    XCTAssertTrue(trained.hasSuffix("next           \(path) infer g.store --run a --scores scores.csv\n"), trained)
    XCTAssertTrue(try succeed(.ownModel, "--help").contains("skip-gcn"))
  }

  func testOtherProgramsSayWhoseModelItIs() throws {
    try makeStore()
    _ = try train("a", epochs: 1)
    let reason =
      "model \"skip-gcn\" is none of gas-run's: the run was written by a program with models of its own, \"OwnModel\"; "
      + "use that program"
    try assertRefused(.run, "resume", "g.store", "--run", "a", "--epochs", "4", says: reason)
    try assertRefused(.run, "infer", "g.store", "--run", "a", "--predictions", "p.npy", says: reason)
    try assertRefused(.run, "report", "g.store", "--run", "a", "--output", "r.html", says: reason)
    try assertRefused(.stat, "g.store", "--run", "a", says: "is none of gas-stat's", "\"OwnModel\"")
    try assertRefused(
      .run, "train", "g.store", "--model", "skip-gcn", says: "expected model gcn, ", "found \"skip-gcn\"")
    try assertUsage(.ownModel, "train", says: "Missing expected argument '<store>'")
    XCTAssertTrue(try succeed(.run, "list", "g.store").contains("skip-gcn"))
  }
}
