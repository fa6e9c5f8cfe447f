import Foundation
import GasFormats
import TestSupport
import XCTest

/// Weights, features and self-loops of a store's edges in `gas-run`: used, refused, or said.
final class StoreEdgeTests: ToolTestCase {
  /// Six nodes on a cycle, each with two chords.
  private let pairs = (0..<6).flatMap { [($0, ($0 + 1) % 6), ($0, ($0 + 3) % 6)] }

  override func setUpWithError() throws {
    try super.setUpWithError()
    try write((0..<12).map { Float($0 * 7 % 5) }, shape: [6, 2], to: "features.npy")
    try write((0..<6).map { Int64($0 % 2) }, to: "labels.npy")
    for (name, nodes) in [("train", [0, 1]), ("val", [2, 3]), ("test", [4, 5])] {
      try write(nodes.map(Int64.init), to: "\(name).npy")
    }
    try ingest("plain", pairs.map { "\($0) \($1)" })
    try ingest("weighted", pairs.enumerated().map { "\($1.0) \($1.1) \(0.25 * Double($0 + 1))" }, "--weighted")
  }

  private func ingest(_ name: String, _ lines: [String], _ flags: String...) throws {
    try write(lines.map { $0 + "\n" }.joined(), to: "\(name).txt")
    let inputs = ["--features", "features.npy", "--labels", "labels.npy", "--partitions", "2", "--nodes", "6"]
    let splits = ["train", "val", "test"].flatMap { ["--\($0)", "\($0).npy"] }
    let result = try Tool.ingest.run(["\(name).txt", "-o", name] + inputs + splits + flags, in: folder.path)
    XCTAssertEqual(result.status, 0, result.errors)
  }

  private let few = ["--epochs", "2", "--heads", "2"]

  private func logits(_ store: String, _ run: String, _ flags: String...) throws -> [Float] {
    let result = try Tool.run.run(
      ["infer", store, "--run", run, "--logits", "out.npy", "--overwrite"] + flags, in: folder.path)
    XCTAssertEqual(result.status, 0, result.errors)
    return try NpyReader(opening: file("out.npy")).floats(0..<12)
  }

  func testSignedWeights() throws {
    let signed = pairs.enumerated().map { "\($1.0) \($1.1) \($0 == 0 ? -9 : 0.5)" }
    try ingest("signed", signed, "--weighted")
    let says = "signed: the edge weights of 2 of 6 nodes, self-loop included, do not add up to a finite number above 0"
    let advice = "train sage, gat, gin or pna, which do not, or train without the weights, with --edge-values none"
    for model in ["gcn", "appnp", "gcnii"] {
      for flags in [[], ["--plan"], ["--json"], ["--repeats", "2"]] {
        let result = try Tool.run.run(["train", "signed", "--model", model] + flags, in: folder.path)
        XCTAssertEqual(result.status, 1)
        assertOneLine(result, of: .run, "\(model) \(flags)")
        for text in [says, advice] { XCTAssertTrue(result.errors.contains(text), result.errors) }
      }
      try succeed(.run, "train", "weighted", "--model", model, "--epochs", "1", "--run", model)
      try assertRefused(.run, "infer", "signed", "--from", "weighted", "--run", model, says: says)
      for flag in ["--val-store", "--test-store"] {
        try assertRefused(.run, "train", "weighted", "--model", model, flag, "signed", says: says)
      }
      try succeed(.run, "train", "signed", "--model", model, "--epochs", "1", "--run", model, "--edge-values", "none")
      try succeed(.run, "infer", "signed", "--run", model)
    }
    XCTAssertEqual(try FileManager.default.contentsOfDirectory(atPath: file("signed/runs")).count, 3)
    for model in ["sage", "gat", "gin", "pna"] {
      try succeed(.run, "train", "signed", "--model", model, "--epochs", "1", "--run", model)
    }
  }

  func testAttentionUsesWeights() throws {
    for (run, store, flags) in [
      ("with", "weighted", []), ("without", "weighted", ["--edge-values", "none"]), ("plain", "plain", []),
    ] {
      let arguments = ["train", store, "--model", "gat", "--run", run] + few + flags
      let result = try Tool.run.run(arguments, in: folder.path)
      XCTAssertEqual([result.status, Int32(result.errors.count)], [0, 0], result.errors)
    }
    let (with, without) = try (logits("weighted", "with"), logits("weighted", "without"))
    XCTAssertEqual(without, try logits("plain", "plain"))
    XCTAssertGreaterThan(zip(with, without).map { abs($0 - $1) }.max()!, 1e-3)
    // A run of before has no such setting, and looked at no weights.
    let config = file("weighted/runs/without/config.json")
    let text = try String(contentsOfFile: config, encoding: .utf8)
    XCTAssertTrue(text.contains("\"edge-values\" : \"none\","))
    let lines = text.split(separator: "\n").filter { !$0.contains("checksum") && !$0.contains("edge-values") }
    try lines.joined(separator: "\n").write(toFile: config, atomically: true, encoding: .utf8)
    XCTAssertEqual(try logits("weighted", "without"), without)
    try succeed(.run, "resume", "weighted", "--run", "without", "--epochs", "3")
    try succeed(.stat, "weighted", "--run", "without")
    try assertRefused(
      .run, "infer", "plain", "--from", "weighted", "--run", "with",
      says: "plain: expected edge weights as in weighted: one an edge, found none")
  }

  /// One line on standard error, or in the JSON object; whatever the command.
  private func assertSaid(_ note: String, _ arguments: [String], line: UInt = #line) throws {
    let text = try Tool.run.run(arguments, in: folder.path)
    XCTAssertEqual(text.status, 0, text.errors, line: line)
    XCTAssertEqual(text.errors, "note: \(note)\n", line: line)
    let said = try Tool.run.run(arguments + ["--json"], in: folder.path)
    XCTAssertEqual(said.errors, "", line: line)
    let object = try JSONSerialization.jsonObject(with: Data(said.output.utf8)) as? [String: Any]
    // Two epochs may also be told that their first is the best.
    let notes = (object?["notes"] as? [String])?.filter { !$0.hasPrefix("the best epoch is") }
    XCTAssertEqual(notes, [note], line: line)
  }

  func testWhatIsNotUsedIsSaidOnce() throws {
    let note = "mlp uses no edges, nor the edge weights that the store has"
    let train = ["train", "weighted", "--model", "mlp", "--epochs", "1"]
    try assertSaid(note, train + ["--run", "r", "--overwrite"])
    try assertSaid(note, train + ["--plan"])
    try assertSaid(note, train + ["--repeats", "2"])
    try assertSaid(note, ["resume", "weighted", "--run", "r", "--epochs", "2"])
    try assertSaid(note, ["resume", "weighted", "--run", "r", "--plan"])
    try assertSaid(note, ["infer", "weighted", "--run", "r"])
    try succeed(.run, "train", "weighted", "--model", "mlp", "--epochs", "1", "--edge-values", "none")
    let object = try json(.run, "train", "plain", "--epochs", "1")
    XCTAssertNil(object["notes"])
  }

  func testEdgeFeaturesLoopsAndOtherStores() throws {
    try write((0..<pairs.count).map { Float($0) }, shape: [pairs.count, 1], to: "edge-features.npy")
    try ingest("featured", pairs.map { "\($0) \($1)" }, "--edge-features", "edge-features.npy")
    try ingest("looped", pairs.map { "\($0) \($1) 2" } + ["3 3 5"], "--weighted")
    let features = "gcn does not use the edge features (1 an edge) of the store: gat does"
    try assertSaid(features, ["train", "featured", "--epochs", "1", "--run", "r", "--overwrite"])
    try succeed(.run, "train", "featured", "--epochs", "1", "--model", "gat")
    let added = "adds a self-loop to each node that has none; the 1 self-loop of the store keeps its weight"
    for (model, weight) in [("gcn", "1"), ("gat", "the mean of the node's weights")] {
      try assertSaid(
        "\(model) \(added) (\(weight) for those that are added)",
        ["train", "looped", "--model", model, "--epochs", "1", "--run", "\(model)", "--overwrite"])
    }
    try succeed(.run, "train", "plain", "--epochs", "1", "--run", "r")
    let used = "gcn was trained on a store without edge weights; those of weighted are used"
    try assertSaid(used, ["infer", "weighted", "--from", "plain", "--run", "r"])
    let path = file("weighted")
    try assertSaid(
      used.replacingOccurrences(of: "of weighted", with: "of \(path)"),
      ["train", "plain", "--epochs", "1", "--val-store", "weighted", "--test-store", "weighted"])
  }

  func testWhatIsAskedForByName() throws {
    try assertRefused(
      .run, "train", "weighted", "--model", "mlp", "--edge-values", "weights",
      says: "mlp uses no edge weights, which edge-values asks for; they are used by gcn, sage, gat")
    try assertRefused(
      .run, "train", "plain", "--edge-values", "weights",
      says: "plain: the store has no edge weights, which edge-values asks for; ingest again with --weighted")
    try assertRefused(
      .run, "train", "weighted", "--edge-values", "features", says: "gcn uses no edge features, which edge-values")
    try write("edge-values: some\n", to: "settings.yaml")
    try assertRefused(
      .run, "train", "weighted", "--config", "settings.yaml",
      says: "settings.yaml: expected edge-values to be auto, weights, features, none, found some")
    try assertUsage(
      .run, "train", "weighted", "--edge-values", "all", says: "takes auto, weights, features, none")
  }
}
