import Foundation
import TestSupport
import XCTest

/// `gas-run train` with what suits the store, with a time, and with a few models.
final class ModelTrialsToolTests: ToolTestCase {
  func testAFewModels() throws {
    try makeStore()
    let result = try json(.run, "train", "g.store", "--model", "auto", "--time", "4s", "--epochs", "3", "--run", "try")
    let trials = try XCTUnwrap(result["trials"] as? [[String: Any]])
    XCTAssertEqual(trials.map { $0["model"] as? String }, ["mlp", "gcn", "sage", "appnp", "gat"])
    let best = try XCTUnwrap(result["best"] as? String)
    let scores = trials.map { ($0["result"] as? [String: Any])?["valAccuracy"] as? Double ?? -1 }
    let place = try XCTUnwrap(trials.firstIndex { $0["model"] as? String == best })
    XCTAssertEqual(scores[place], scores.max())
    let inferred = try json(.run, "infer", "g.store", "--run", "try-\(best)")
    XCTAssertEqual(inferred["valAccuracy"] as? Double, scores[place])
    let text = try Tool.run.run(
      ["train", "g.store", "--model", "auto", "--time", "2s", "--epochs", "1"], in: folder.path)
    XCTAssertEqual(text.status, 0, text.errors)
    XCTAssertTrue(text.output.contains("next           gas-run infer g.store --run auto-1-"), text.output)
    XCTAssertTrue(FileManager.default.fileExists(atPath: file("g.store/runs/auto-1-sage/model.safetensors")))
    for words in [["--repeats", "2"], ["--trace", "t.svg"]] {
      let refused = try Tool.run.run(["train", "g.store", "--model", "auto"] + words, in: folder.path)
      XCTAssertEqual(refused.status, 1, refused.errors)
      XCTAssertTrue(
        refused.errors.contains("--repeats, --trace and --continue are of one; name a model"), refused.errors)
    }
  }

  /// `model: auto` in a file is the same, and a flag overrides it.
  func testAFewModelsByAFile() throws {
    try makeStore()
    try write("model: auto\nepochs: 1\n", to: "s.yaml")
    let result = try json(.run, "train", "g.store", "--config", "s.yaml", "--time", "4s", "--run", "try")
    XCTAssertEqual((result["trials"] as? [Any])?.count, 5)
    try assertRefused(
      .run, "train", "g.store", "--config", "s.yaml", "--repeats", "2",
      says: "s.yaml: model auto trains several models: --repeats, --trace and --continue are of one")
    let one = try json(.run, "train", "g.store", "--config", "s.yaml", "--model", "gcn", "--run", "one")
    XCTAssertEqual(one["run"] as? String, "one")
  }

  func testATimeEndsTraining() throws {
    try makeStore()
    let result = try json(.run, "train", "g.store", "--epochs", "1000000", "--time", "1s", "--run", "short")
    XCTAssertEqual(result["isComplete"] as? Bool, false)
    let epochs = try XCTUnwrap(result["epochs"] as? Int)
    XCTAssertGreaterThan(epochs, 0)
    let resumed = try json(.run, "resume", "g.store", "--run", "short", "--epochs", "\(epochs + 1)")
    XCTAssertEqual(resumed["epochs"] as? Int, epochs + 1)
    for time in ["0", "-1s", "5 weeks", "fast"] {
      let refused = try Tool.run.run(["train", "g.store", "--time=\(time)"], in: folder.path)
      XCTAssertEqual(refused.status, 2, refused.errors)
    }
  }

  func testWhatWasChosenIsSaidAndKept() throws {
    try makeStore(nodes: 3000)
    let planned = try json(.run, "train", "g.store", "--plan")
    let chosen = try XCTUnwrap(planned["chosen"] as? [[String: String]])
    XCTAssertEqual(
      chosen.map { "\($0["setting"] ?? "") \($0["value"] ?? "")" },
      ["model sage", "hidden 128", "weight-decay 0.0", "epochs 300", "patience 50"])
    let text = try succeed(.run, "train", "g.store", "--plan")
    XCTAssertTrue(
      text.contains("chosen       model sage, hidden 128, weight-decay 0.0: 1500 nodes have a label to train on\n"),
      text)
    _ = try json(.run, "train", "g.store", "--epochs", "1", "--run", "a")
    let config = try JSONSerialization.jsonObject(
      with: Data(contentsOf: URL(fileURLWithPath: file("g.store/runs/a/config.json"))))
    XCTAssertEqual((config as? [String: Any])?["model"] as? String, "sage")
    XCTAssertEqual((config as? [String: Any])?["epochs"] as? Int, 1)
    let series = try json(.run, "train", "g.store", "--repeats", "1", "--epochs", "1", "--run", "s")
    let settings = (series["chosen"] as? [[String: String]])?.map { $0["setting"] }
    XCTAssertEqual(settings, ["model", "hidden", "weight-decay"])
  }
}
