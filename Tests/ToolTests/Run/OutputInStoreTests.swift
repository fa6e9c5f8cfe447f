import XCTest

/// A store holds its own files alone. With a stranger in it, `gas-ingest --overwrite` would not replace it any more, so
/// every command refuses to put one there.
final class OutputInStoreTests: ToolTestCase {
  override func setUpWithError() throws {
    try super.setUpWithError()
    try makeStore()
    try succeed(.run, "train", "g.store", "--run", "a", "--epochs", "1", "--hidden", "4")
    try FileManager.default.createSymbolicLink(atPath: file("link"), withDestinationPath: "g.store")
  }

  func testFiles() throws {
    let commands = [
      ["infer", "g.store", "--run", "a", "--predictions", "g.store/x.npy"],
      ["infer", "g.store", "--run", "a", "--scores", "g.store/x.csv"],
      ["infer", "g.store", "--run", "a", "--ids", "g.store/x.npy"],
      ["infer", "g.store", "--run", "a", "--trace", "g.store/x.json"],
      ["report", "g.store", "--run", "a", "-o", "g.store/x.html"],
      ["report", "link", "--run", "a", "-o", "link/x.html"],
      ["export", "g.store", "--run", "a", "--format", "pyg", "--output", "g.store/x.safetensors"],
      ["export", "g.store", "--run", "a", "--format", "csv", "--output", "g.store/x.csv"],
      ["export", "g.store", "--run", "a", "--format", "tensorboard", "--output", "g.store"],
      ["export", "g.store", "--run", "a", "--format", "tensorboard", "--output", "g.store/logs"],
      ["train", "g.store", "--run", "b", "--tensorboard", "link"],
    ]
    for command in commands {
      let result = try Tool.run.run(command, in: folder.path)
      XCTAssertEqual(result.status, 1, "\(command): \(result.errors)")
      assertOneLine(result, of: .run, "\(command): \(result.errors)")
      XCTAssertTrue(result.errors.contains("is in a store, "), "\(command): \(result.errors)")
    }
    XCTAssertEqual(
      try FileManager.default.contentsOfDirectory(atPath: file("g.store")).sorted(),
      ["columns", "manifest.json", "runs"])
  }

  func testStoresAndData() throws {
    for output in ["g.store/sub", "link/sub", "g.store/none/sub", "g.store/runs/sub"] {
      for more in [[], ["--plan"]] {
        let result = try Tool.ingest.run(["data/edges.npy", "--output", output] + more, in: folder.path)
        XCTAssertEqual(result.status, 1, "\(output): \(result.errors)")
        XCTAssertTrue(result.errors.contains("is in a store, "), "\(output): \(result.errors)")
      }
      try assertRefused(
        .ingest, "generate", "--nodes", "9", "--edges", "20", "--features", "2", "--classes", "2", "--output", output,
        says: "is in a store, ")
    }
    try assertRefused(
      .ingest, "generate", "--nodes", "9", "--edges", "20", "--features", "2", "--classes", "2", "--output", "g.store",
      says: "is in a store, ")
    // What lies beside it, however it is named, is outside.
    try succeed(.run, "infer", "g.store", "--run", "a", "--predictions", "g.store/../x.npy")
    try succeed(.ingest, "data/edges.npy", "--partitions", "2", "--output", "g.store/../beside.store")
    try succeed(.ingest, "data/edges.npy", "--partitions", "2", "--overwrite", "--output", "beside.store")
  }
}
