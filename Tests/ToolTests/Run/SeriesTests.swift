import Foundation
import TestSupport
import XCTest

/// Presets, and several runs by one command.
final class SeriesTests: ToolTestCase {
  func testPresets() throws {
    let list = try succeed(.run, "presets")
    XCTAssertTrue(list.contains("cora-gcn") && list.contains("reddit-pna-jk"), list)
    let one = try json(.run, "presets", "pubmed-gcn")
    XCTAssertEqual(one["partitions"] as? Int, 8)
    XCTAssertTrue(try succeed(.run, "presets", "pubmed-gcn").contains("--partitions 8 "))
    try assertRefused(.run, "presets", "cora-pna", says: "expected the name of a preset, found \"cora-pna\"")
    try makeStore()
    try assertRefused(.run, "train", "g.store", "--preset", "cora-pna", says: "gas-run presets lists them")
    try assertRefused(
      .run, "train", "g.store", "--preset", "cora-gnc", says: "did you mean cora-gcn? gas-run presets lists them")
    let arguments = ["train", "g.store", "--preset", "cora-gcn", "--epochs", "1", "--hidden", "5"]
    let trained = try Tool.run.run(arguments, in: folder.path)
    XCTAssertEqual(trained.status, 0, trained.errors)
    XCTAssertEqual(
      trained.errors,
      "note: cora-gcn was published with 40 partitions, the store has 4; ingest with --partitions 40\n")
    let config = try JSONSerialization.jsonObject(
      with: Data(contentsOf: URL(fileURLWithPath: file("g.store/runs/cora-gcn-1/config.json"))))
    let settings = try XCTUnwrap(config as? [String: Any])
    XCTAssertEqual(settings["preset"] as? String, "cora-gcn")
    XCTAssertEqual(settings["clip"] as? Double, 1)
    XCTAssertEqual([settings["hidden"], settings["epochs"]] as? [Int], [5, 1])
  }

  func testSettingsWithoutEffectAreRefused() throws {
    try makeStore()
    try assertRefused(
      .run, "train", "g.store", "--heads", "2", says: "gcn takes no heads; it is a setting of gat")
    try assertRefused(.run, "train", "g.store", "--lr-min", "0.001", says: "schedule none takes no lr-min")
    try assertRefused(
      .run, "train", "g.store", "--class-weights", "1,2", says: "expected class-weights for the 3 classes")
    try assertUsage(.run, "train", "g.store", "--class-weights", "some", says: "--class-weights takes")
    try assertUsage(.run, "train", "g.store", "--repeats", "0", says: "--repeats takes a count")
  }

  func testRepeats() throws {
    try makeStore()
    let flags = ["--epochs", "3", "--hidden", "6", "--edge-dropout", "0.2", "--schedule", "cosine"]
    func train(_ more: String...) throws -> [String: Any] {
      let result = try Tool.run.run(["train", "g.store", "--run", "s", "--json"] + flags + more, in: folder.path)
      XCTAssertEqual(result.status, 0, result.errors)
      return try XCTUnwrap(JSONSerialization.jsonObject(with: Data(result.output.utf8)) as? [String: Any])
    }
    let two = try train("--repeats", "2", "--seed", "4")
    let runs = try XCTUnwrap(two["runs"] as? [[String: Any]])
    XCTAssertEqual(runs.map { $0["run"] as? String }, ["s-1", "s-2"])
    let scores = runs.compactMap { $0["testAccuracy"] as? Double }
    let test = try XCTUnwrap(two["test"] as? [String: Double])
    XCTAssertEqual(test["mean"]!, (scores[0] + scores[1]) / 2, accuracy: 1e-12)
    XCTAssertEqual(test["deviation"]!, abs(scores[0] - scores[1]) / 2.0.squareRoot(), accuracy: 1e-12)
    // A longer series keeps what is there, to the byte, and a run of a series is the run that one would have had alone.
    let before = try FolderContents(file("g.store/runs/s-2"))
    let three = try train("--repeats", "3", "--seed", "4", "--threads", "1")
    XCTAssertEqual(try FolderContents(file("g.store/runs/s-2")), before)
    XCTAssertEqual((three["runs"] as? [[String: Any]])?.prefix(2).map { $0["testAccuracy"] as? Double }, scores)
    let alone = try json(
      .run, "train", "g.store", "--run", "alone", "--seed", "6", "--epochs", "3", "--hidden", "6", "--edge-dropout",
      "0.2", "--schedule", "cosine")
    let last = try XCTUnwrap((three["runs"] as? [[String: Any]])?.last)
    for key in ["loss", "testAccuracy", "parameterCount"] {
      XCTAssertEqual(alone[key] as? Double, last[key] as? Double, key)
    }
    let kept = try train("--repeats", "3", "--seed", "4")
    XCTAssertEqual(
      (kept["runs"] as? [[String: Any]])?.map { $0["parameterCount"] as? Int },
      Array(repeating: alone["parameterCount"] as? Int, count: 3))
    try assertRefused(
      .run, "train", "g.store", "--run", "s", "--repeats", "2", says: "run \"s-1\" already exists, with other settings")
    try succeed(.run, "train", "g.store", "--run", "s", "--repeats", "2", "--epochs", "1", "--overwrite")
  }

  /// Ctrl-C ends a series after the current epoch; the same command goes on to the same result.
  func testInterrupted() throws {
    try makeStore()
    let command = ["train", "g.store", "--run", "s", "--repeats", "3", "--epochs", "50", "--hidden", "4"]
    let running = try Tool.run.start(command, in: folder.path)
    let metrics = file("g.store/runs/s-2/metrics.jsonl")
    try running.wait { ((try? String(contentsOfFile: metrics, encoding: .utf8))?.count { $0 == "\n" } ?? 0) > 2 }
    running.signal(SIGINT)
    let result = try running.wait()
    XCTAssertEqual(result.status, 128 + SIGINT, result.errors)
    XCTAssertTrue(result.output.contains("continue with the same command"), result.output)
    XCTAssertFalse(FileManager.default.fileExists(atPath: file("g.store/runs/s-3")))
    let text = try Tool.run.run(command, in: folder.path)
    XCTAssertFalse(text.output.contains("stopped"), text.output)
    try succeed(.run, "train", "g.store", "--run", "t", "--epochs", "50", "--hidden", "4", "--seed", "2")
    XCTAssertTrue(
      FileManager.default.contentsEqual(
        atPath: file("g.store/runs/s-2/model.safetensors"), andPath: file("g.store/runs/t/model.safetensors")))
  }
}
