import Foundation
import GasFormats
import TestSupport
import XCTest

/// Training on one store, evaluating on others: three parts of a graph, with no edge between them.
final class InductiveTests: ToolTestCase {
  private let partSize = 150

  override func setUpWithError() throws {
    try super.setUpWithError()
    try succeed(
      .ingest, "generate", "--nodes", "\(3 * partSize)", "--edges", "\(3 * partSize * 8)", "--features", "8",
      "--classes", "3", "--seed", "5", "--communities", "3", "--label-noise", "0.1", "--mean-deviation", "0.8",
      "--output", "whole")
    try write((0..<partSize).map(Int64.init), to: "all.npy")
    try write((0..<partSize / 3).map(Int64.init), to: "third.npy")
    try makePart("a", 0, "--train", "all.npy")
    try makePart("b", 1)
    try makePart("c", 2, "--test", "third.npy")
  }

  /// Makes `NAME.store` of the nodes of one part and the edges among them, and `NAME-labels.npy`.
  private func makePart(_ name: String, _ part: Int, _ flags: String...) throws {
    let nodes = part * partSize..<(part + 1) * partSize
    let edges = try NpyReader(opening: file("whole/edges.npy"))
    let ends = try edges.integers(0..<edges.elementCount)
    let inside = stride(from: 0, to: ends.count, by: 2).filter {
      nodes.contains(Int(ends[$0])) && nodes.contains(Int(ends[$0 + 1]))
    }
    XCTAssertGreaterThan(inside.count, partSize)
    let shifted = inside.flatMap { [ends[$0], ends[$0 + 1]].map { $0 - Int64(nodes.lowerBound) } }
    try write(shifted, shape: [inside.count, 2], to: "\(name)-edges.npy")
    let features = try NpyReader(opening: file("whole/features.npy"))
    try write(
      features.floats(nodes.lowerBound * 8..<nodes.upperBound * 8), shape: [partSize, 8], to: "\(name)-features.npy")
    let labels = try NpyReader(opening: file("whole/labels.npy"))
    try write(labels.integers(nodes), to: "\(name)-labels.npy")
    let arguments = [
      "\(name)-edges.npy", "--features", "\(name)-features.npy", "--labels", "\(name)-labels.npy", "--classes", "3",
      "--partitions", "\(part + 3)", "--output", "\(name).store",
    ]
    let result = try Tool.ingest.run(arguments + flags, in: folder.path)
    XCTAssertEqual(result.status, 0, result.errors)
  }

  private let settings = ["--hidden", "8", "--batch-partitions", "2", "--dropout", "0.2"]

  private func train(_ run: String, epochs: Int, _ flags: String...) throws -> [String: Any] {
    let arguments = ["train", "a.store", "--run", run, "--epochs", "\(epochs)", "--json"]
    let result = try Tool.run.run(arguments + settings + flags, in: folder.path)
    XCTAssertEqual(result.status, 0, result.errors)
    return try XCTUnwrap(JSONSerialization.jsonObject(with: Data(result.output.utf8)) as? [String: Any])
  }

  private func epochs(_ run: String, in store: String = "a.store") throws -> [[String: Any]] {
    let text = try String(contentsOfFile: file("\(store)/runs/\(run)/metrics.jsonl"), encoding: .utf8)
    return try text.split(separator: "\n").map {
      try XCTUnwrap(JSONSerialization.jsonObject(with: Data($0.utf8)) as? [String: Any])
    }
  }

  /// The share of nodes of a part whose prediction is right.
  private func accuracy(_ name: String, _ nodes: Range<Int>) throws -> Double {
    let said = try NpyReader(opening: file("\(name)-predictions.npy")).integers(nodes)
    let meant = try NpyReader(opening: file("\(name)-labels.npy")).integers(nodes)
    return Double(zip(said, meant).count { $0 == $1 }) / Double(nodes.count)
  }

  func testARunIsUsedOnAnotherStore() throws {
    _ = try train("first", epochs: 15)
    let before = try ["a.store", "b.store", "c.store"].map { try FolderContents(file($0)) }
    let b = try json(
      .run, "infer", "b.store", "--run", "first", "--from", "a.store", "--predictions", "b-predictions.npy",
      "--embeddings", "b-embeddings.npy")
    let all = try accuracy("b", 0..<partSize)
    XCTAssertGreaterThan(all, 0.6, "three classes: chance is a third")
    XCTAssertEqual(try XCTUnwrap(b["allAccuracy"] as? Double), all, accuracy: 1e-12)
    for key in ["trainAccuracy", "valAccuracy", "testAccuracy"] { XCTAssertNil(b[key]) }
    XCTAssertEqual(try NpyReader(opening: file("b-embeddings.npy")).shape, [partSize, 8])
    let c = try json(
      .run, "infer", "c.store", "--run", "first", "--from", "a.store", "--predictions", "c-predictions.npy")
    let tested = try accuracy("c", 0..<partSize / 3)
    XCTAssertEqual(try XCTUnwrap(c["testAccuracy"] as? Double), tested, accuracy: 1e-12)
    XCTAssertNil(c["allAccuracy"])
    XCTAssertNotEqual(tested, try accuracy("c", 0..<partSize), "or the split would not tell")
    XCTAssertEqual(try ["a.store", "b.store", "c.store"].map { try FolderContents(file($0)) }, before)
    let text = try succeed(.run, "infer", "b.store", "--run", "first", "--from", "a.store")
    XCTAssertTrue(text.contains("all labelled"), text)
  }

  func testValidationAndTestScoresComeFromTheirStores() throws {
    let trained = try train("first", epochs: 8, "--val-store", "b.store", "--test-store", "./c.store")
    let b = try json(.run, "infer", "b.store", "--run", "first", "--from", "a.store")
    XCTAssertEqual(trained["valAccuracy"] as? Double, b["allAccuracy"] as? Double)
    let c = try json(.run, "infer", "c.store", "--run", "first", "--from", "a.store")
    XCTAssertEqual(trained["testAccuracy"] as? Double, c["testAccuracy"] as? Double)
    let a = try json(.run, "infer", "a.store", "--run", "first")
    XCTAssertEqual(trained["trainAccuracy"] as? Double, a["trainAccuracy"] as? Double)
    XCTAssertNil(a["valAccuracy"], "the training store has no such nodes")
    let records = try epochs("first")
    let vals = try records.map { try XCTUnwrap($0["val"] as? Double) }
    XCTAssertTrue(records.allSatisfy { $0["train"] is Double && $0["test"] is Double })
    XCTAssertGreaterThan(Set(vals).count, 1)
    // Epoch 0 is no candidate; among equal scores the lower loss wins.
    let losses = try records.map { try XCTUnwrap($0["valLoss"] as? Double) }
    let best = (1..<vals.count).min { (vals[$1], losses[$0], $0) < (vals[$0], losses[$1], $1) }
    XCTAssertEqual(trained["bestEpoch"] as? Int, best)
    let config = try JSONSerialization.jsonObject(
      with: Data(contentsOf: URL(fileURLWithPath: file("a.store/runs/first/config.json"))))
    let settings = try XCTUnwrap(config as? [String: Any])
    XCTAssertEqual(settings["val-store"] as? String, file("b.store"))
    XCTAssertEqual(settings["test-store"] as? String, file("c.store"))
    XCTAssertEqual(try leftovers(), [])
  }

  /// Paths are kept in full, so a run goes on from any folder; and to the same bits.
  func testResumedRunEqualsOneThatNeverStopped() throws {
    let flags = "val-store: b.store\ntest-store: c.store\n"
    try write(flags, to: "settings.yaml")
    _ = try train("whole", epochs: 7, "--config", "settings.yaml")
    _ = try train("parts", epochs: 3, "--config", "settings.yaml")
    let resumed = try Tool.run.run(["resume", file("a.store"), "--run", "parts", "--epochs", "7"], in: "/")
    XCTAssertEqual(resumed.status, 0, resumed.errors)
    for name in ["model.safetensors", "checkpoint.safetensors", "history-1.gascol", "pushed-1.gascol", "refresh.json"] {
      XCTAssertTrue(
        FileManager.default.contentsEqual(
          atPath: file("a.store/runs/whole/\(name)"), andPath: file("a.store/runs/parts/\(name)")), name)
    }
    for key in ["train", "val", "test", "loss"] {
      let (whole, parts) = try (epochs("whole").map { $0[key] as? Double }, epochs("parts").map { $0[key] as? Double })
      XCTAssertEqual(whole, parts, key)
      XCTAssertEqual(whole.count, 8)
    }
  }

  /// A series checks its stores before the first run appears, and scores each run on them.
  func testSeries() throws {
    _ = try train("first", epochs: 1)
    try assertRefused(
      .run, "train", "a.store", "--repeats", "2", "--val-store", "none", says: "none/manifest.json: cannot be read")
    let result = try json(
      .run, "train", "a.store", "--repeats", "2", "--epochs", "2", "--val-store", "b.store", "--test-store", "c.store")
    let runs = try XCTUnwrap(result["runs"] as? [[String: Any]])
    XCTAssertEqual(runs.count, 2)
    for (index, run) in runs.enumerated() {
      let b = try json(.run, "infer", "b.store", "--run", "gcn-\(index + 1)", "--from", "a.store")
      XCTAssertEqual(run["valAccuracy"] as? Double, b["allAccuracy"] as? Double)
    }
  }

  /// Scratch histories have no names: even a kill leaves none of them.
  func testAKillLeavesNoScratchFiles() throws {
    let arguments = ["train", "a.store", "--run", "first", "--epochs", "1000000", "--val-store", "b.store"]
    let running = try Tool.run.start(arguments, in: folder.path)
    try running.wait { ((try? self.epochs("first").count) ?? 0) > 3 }
    running.signal(SIGKILL)
    _ = try running.wait()
    XCTAssertEqual(try leftovers(), [])
    XCTAssertFalse(FileManager.default.fileExists(atPath: file("b.store/runs")))
    try succeed(.stat, "verify", "a.store")
  }

  func testStoresThatDoNotFit() throws {
    _ = try train("first", epochs: 1)
    func ingest(_ flags: String...) throws {
      let result = try Tool.ingest.run(["b-edges.npy", "-o", "s.store", "--overwrite"] + flags, in: folder.path)
      XCTAssertEqual(result.status, 0, result.errors)
    }
    func refuse(_ says: String, line: UInt = #line) throws {
      let says = "s.store: expected \(says)"
      try assertRefused(.run, "infer", "s.store", "--run", "first", "--from", "a.store", says: says, line: line)
      for flag in ["--val-store", "--test-store"] {
        try assertRefused(.run, "train", "a.store", "--run", "new", flag, "s.store", says: says, line: line)
      }
    }
    let labels = ["--labels", "b-labels.npy"]
    try ingest(labels[0], labels[1], "--classes", "3")
    try refuse("features as in a.store: 8 a node, found none")
    try write([Float](repeating: 1, count: partSize * 7), shape: [partSize, 7], to: "narrow.npy")
    try ingest("--features", "narrow.npy", labels[0], labels[1], "--classes", "3")
    try refuse("features as in a.store: 8 a node, found 7 a node")
    try ingest("--features", "b-features.npy", labels[0], labels[1], "--classes", "4")
    try refuse("labels as in a.store: 3 classes, found 4 classes; ingest with the same --classes")
    try write([UInt8](repeating: 1, count: partSize * 3), shape: [partSize, 3], to: "several.npy")
    try ingest("--features", "b-features.npy", "--labels", "several.npy")
    try refuse("labels as in a.store: 3 classes, found any of 3")
  }

  /// Attention looks at edge features; a store has to have as many of them as the one that the run learnt from.
  func testEdgeFeatures() throws {
    func ingest(_ name: String, edgeFeatures width: Int, to store: String) throws {
      let count = try NpyReader(opening: file("\(name)-edges.npy")).rowCount
      try write((0..<count * width).map { Float($0 % 5) / 4 }, shape: [count, width], to: "edge-features.npy")
      try succeed(
        .ingest, "\(name)-edges.npy", "--edge-features", "edge-features.npy", "--features", "\(name)-features.npy",
        "--labels", "\(name)-labels.npy", "--classes", "3", "--train", "all.npy", "--partitions", "3", "-o", store)
    }
    try ingest("a", edgeFeatures: 2, to: "train.store")
    try ingest("b", edgeFeatures: 2, to: "same.store")
    try ingest("b", edgeFeatures: 3, to: "wide.store")
    let gat = try json(
      .run, "train", "train.store", "--model", "gat", "--heads", "2", "--hidden", "4", "--epochs", "2", "--run", "gat")
    let same = try json(.run, "infer", "same.store", "--run", "gat", "--from", "train.store")
    XCTAssertTrue(gat["trainAccuracy"] is Double && same["trainAccuracy"] is Double)
    for (store, found) in [("wide.store", "3 an edge"), ("b.store", "none")] {
      let says = "\(store): expected edge features as in train.store: 2 an edge, found \(found)"
      try assertRefused(.run, "infer", store, "--run", "gat", "--from", "train.store", says: says)
      try assertRefused(.run, "train", "train.store", "--model", "gat", "--val-store", store, says: says)
    }
  }

  func testStoresWithoutScores() throws {
    _ = try train("first", epochs: 1)
    try succeed(.ingest, "b-edges.npy", "--features", "b-features.npy", "-o", "bare.store")
    let bare = try json(
      .run, "infer", "bare.store", "--run", "first", "--from", "a.store", "--predictions", "b-predictions.npy")
    XCTAssertNil(bare["allAccuracy"])
    XCTAssertGreaterThan(try accuracy("b", 0..<partSize), 0.2)
    try assertRefused(
      .run, "train", "a.store", "--val-store", "bare.store", says: "bare.store: the store has no labels")
    try assertRefused(
      .run, "train", "a.store", "--val-store", "c.store",
      says: "c.store: no node of the store has a label in part val of the split")
    for (name, says) in [("none", "none/manifest.json: cannot be read"), ("whole", "whole/manifest.json")] {
      try assertRefused(.run, "train", "a.store", "--test-store", name, says: says)
      try assertRefused(.run, "infer", "b.store", "--run", "first", "--from", name, says: says)
    }
    try assertRefused(.run, "infer", "a.store", "--run", "first", "--from", "b.store", says: "b.store: there is no run")
    try write("val-store: 3\n", to: "settings.yaml")
    try assertRefused(
      .run, "train", "a.store", "--config", "settings.yaml", says: "expected val-store to be a path, found 3")
  }
}
