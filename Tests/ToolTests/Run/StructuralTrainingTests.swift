import XCTest

/// A graph without features is trained on by those that are made of it.
final class StructuralTrainingTests: ToolTestCase {
  func testTraining() throws {
    try makeStore("given.store", nodes: 200)
    let labels = [
      "--labels", "data/labels.npy", "--train", "data/train.npy", "--val", "data/val.npy", "--test", "data/test.npy",
      "--partitions", "4",
    ]
    let made = try Tool.ingest.run(["data/edges.npy", "--structural-features", "-o", "s"] + labels, in: folder.path)
    XCTAssertEqual(made.status, 0, made.errors)
    XCTAssertTrue(made.output.contains("features made of the graph"), made.output)
    let trained = try json(.run, "train", "s", "--run", "r", "--epochs", "30")
    // Three communities: guessing gives a third.
    XCTAssertGreaterThan(try XCTUnwrap(trained["testAccuracy"] as? Double), 0.5)
    try succeed(.stat, "verify", "s")
    try assertUsage(
      .ingest, "data/edges.npy", "--structural-features", "--features", "data/features.npy", "-o", "t",
      says: "pass it without --features")
    try assertUsage(
      .ingest, "data/edges.npy", "--structural-features", "--feature-norm", "row", "-o", "t",
      says: "are dense and standardised")
  }
}
