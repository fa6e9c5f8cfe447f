import Foundation
import GasFormats
import TestSupport
import XCTest

/// A page says what could not be checked, and praises nothing that it did not look at.
final class ReportGapTests: ToolTestCase {
  private func report(_ store: String, _ runs: String...) throws -> (page: ReportTree, run: [String: Any]) {
    let arguments = ["report", store] + runs.flatMap { ["--run", $0] } + ["-o", "r.html", "--overwrite", "--json"]
    let result = try Tool.run.run(arguments, in: folder.path)
    XCTAssertEqual(result.status, 0, result.errors)
    let object = try JSONSerialization.jsonObject(with: Data(result.output.utf8)) as? [String: Any]
    let figures = try XCTUnwrap(object?["figures"] as? [String: Any])
    return (try ReportTree(file("r.html")), try XCTUnwrap((figures["runs"] as? [[String: Any]])?.first))
  }

  private func checks(_ run: [String: Any]) throws -> [String: String] {
    let checks = try XCTUnwrap(run["checks"] as? [[String: String]])
    return Dictionary(uniqueKeysWithValues: checks.map { ($0["title"] ?? "", $0["verdict"] ?? "") })
  }

  /// Exports a run of the usual store and imports it into another.
  private func importRun(into store: String) throws {
    if !FileManager.default.fileExists(atPath: file("a.safetensors")) {
      try succeed(.run, "train", "g.store", "--run", "a", "--model", "gcn", "--hidden", "8", "--epochs", "9")
      try succeed(.run, "export", "g.store", "--run", "a", "--format", "pyg", "--output", "a.safetensors")
    }
    try succeed(.run, "import", store, "--run", "b", "--format", "pyg", "a.safetensors")
  }

  private func assertHonest(_ page: ReportTree, _ run: [String: Any], line: UInt = #line) throws {
    let text = try XCTUnwrap(page.root.first("body")).text
    for part in [" 0 labelled", "has 0 ", "Nothing speaks against it", "gas-run train chooses", "epochs 100"] {
      XCTAssertFalse(text.contains(part), part, line: line)
    }
    let all = try checks(run)
    let open = all.values.count { $0 == "unknown" }
    XCTAssertGreaterThan(open, 2, "\(all)", line: line)
    let verdict = try XCTUnwrap(page.element(id: "trust")).text
    XCTAssertTrue(verdict.contains("\(open) of \(all.count)") && verdict.contains("could not be made"), line: line)
    XCTAssertFalse(page.element(id: "provenance")?.text.contains("gas-run train ") ?? true, line: line)
    for figure in page.all where figure.name == "figure" {
      // A bar of 0 is nothing but its number.
      let shapes = figure.all.filter {
        ["rect", "path", "circle"].contains($0.name) || $0.attributes["class"] == "name"
      }
      XCTAssertGreaterThan(shapes.count, 0, "an empty chart: \(figure.attributes["id"] ?? "")", line: line)
    }
  }

  func testImportedRunOnTheSameStore() throws {
    try makeStore(nodes: 300)
    try importRun(into: "g.store")
    let (page, run) = try report("g.store", "b")
    try assertHonest(page, run)
    XCTAssertEqual(try checks(run)["Better than guessing"], "good")
    XCTAssertEqual(try checks(run)["As good on unseen nodes"], "unknown", "nobody knows which nodes were seen")
    XCTAssertNil(run["command"])
    let settings = try XCTUnwrap(page.element(id: "settings")).text
    XCTAssertTrue(settings.contains("How it was trained is not known") && !settings.contains("epochs"), settings)
    XCTAssertTrue(settings.contains("hidden") && !settings.contains("dropout"), settings)
    let size = try XCTUnwrap(page.element(id: "trust")).text
    XCTAssertTrue(size.contains("of the same kind, unless the weights were trained on these."), size)
    XCTAssertEqual(page.numbers("plan", row: "an epoch of training"), [], "nobody plans what was done elsewhere")
    XCTAssertTrue(
      try XCTUnwrap(page.element(id: "scores")).text.contains("with the imported weights, without histories"))
  }

  func testImportedRunOnAStoreWithoutSplits() throws {
    try makeStore(nodes: 300)
    try succeed(
      .ingest, "data/edges.npy", "--features", "data/features.npy", "--labels", "data/labels.npy", "--partitions", "3",
      "--output", "whole.store")
    try importRun(into: "whole.store")
    let (page, run) = try report("whole.store", "b")
    try assertHonest(page, run)
    XCTAssertEqual(run["part"] as? String, "all")
    XCTAssertEqual(try checks(run)["Enough nodes to judge by"], "unknown", "the weights may have been trained on them")
    let text = try XCTUnwrap(page.root.first("body")).text
    XCTAssertTrue(text.contains("the 300 labelled nodes; calling all of them the same would get"), text)
    XCTAssertTrue(text.contains("scores and figures are of all its labelled nodes"))
    let inferred = try json(.run, "infer", "whole.store", "--run", "b")
    let accuracy = try XCTUnwrap(inferred["allAccuracy"] as? Double)
    XCTAssertEqual(try XCTUnwrap(page.numbers("all-scores", row: "accuracy").first), accuracy, accuracy: 1e-9)
    let counts = try XCTUnwrap(page.table("class-counts-c")).rows.dropFirst().compactMap { Int($0.last ?? "") }
    XCTAssertEqual(counts.reduce(0, +), 300)
  }

  /// As docs/pyg.md has it for graphs without labels: one node has one.
  func testOneLabel() throws {
    try makeStore(nodes: 300)
    try write([Int64(2)] + [Int64](repeating: -1, count: 299), to: "one.npy")
    let split = ["--train", "data/train.npy", "--val", "data/val.npy", "--test", "data/test.npy"]
    for (name, more) in [("one", []), ("split", split)] {
      let arguments = ["data/edges.npy", "--features", "data/features.npy", "--labels", "one.npy", "--classes", "3"]
      let result = try Tool.ingest.run(
        arguments + more + ["--partitions", "3", "--output", name + ".store"], in: folder.path)
      XCTAssertEqual(result.status, 0, result.errors)
      try importRun(into: name + ".store")
      let (page, run) = try report(name + ".store", "b")
      try assertHonest(page, run)
      let lead = try XCTUnwrap(page.all.first { $0.attributes["class"] == "lead" }).text
      XCTAssertTrue(lead.contains("of the only labelled"), lead)
      XCTAssertTrue(try XCTUnwrap(page.element(id: "curves")).text.contains("all that are labelled are alike"))
    }
  }

  /// Of every node one label is known, and of no label all nodes.
  func testLabelsThatAreMissing() throws {
    try makeStore(nodes: 120)
    let classes = try NpyReader(opening: file("data/labels.npy")).integers(0..<120)
    let labels = (0..<240).map { place -> Int8 in
      place % 2 == place / 2 % 2 ? (classes[place / 2] == 0 ? 1 : 0) : -1
    }
    try write(labels, shape: [120, 2], to: "some.npy")
    let made = try json(
      .ingest, "data/edges.npy", "--features", "data/features.npy", "--labels", "some.npy", "--partitions", "3",
      "--train", "data/train.npy", "--val", "data/val.npy", "--test", "data/test.npy", "--output", "some.store")
    XCTAssertEqual(made["unlabelledNodes"] as? Int, 0)
    let split = try XCTUnwrap((made["splits"] as? [[String: Int]])?.first)
    try succeed(.run, "train", "some.store", "--run", "a", "--model", "mlp", "--hidden", "4", "--epochs", "2")
    let (page, run) = try report("some.store", "a")
    let lead = try XCTUnwrap(page.all.first { $0.attributes["class"] == "lead" }).text
    XCTAssertTrue(lead.contains("the \(split["test"]!) labelled test nodes"), lead)
    let checks = try XCTUnwrap(run["checks"] as? [[String: String]])
    let size = try XCTUnwrap(checks.first { $0["title"] == "Enough nodes to judge by" }?["sentence"])
    XCTAssertTrue(size.contains("of which not all labels are known"), size)
  }

  /// All nodes have the same features, so that all have the same outputs, whatever their share of right ones.
  func testModelThatPredictsOneClass() throws {
    try makeStore(nodes: 300)
    try write([Float](repeating: 1, count: 900), shape: [300, 3], to: "same.npy")
    let split = ["--train", "data/train.npy", "--val", "data/val.npy", "--test", "data/test.npy"]
    let result = try Tool.ingest.run(
      ["data/edges.npy", "--features", "same.npy", "--labels", "data/labels.npy", "-o", "same.store"] + split,
      in: folder.path)
    XCTAssertEqual(result.status, 0, result.errors)
    _ = try Tool.run.run(["train", "same.store", "--run", "a", "--model", "mlp", "--epochs", "3"], in: folder.path)
    let (_, run) = try report("same.store", "a")
    XCTAssertEqual(try checks(run)["Better than guessing"], "bad")
  }

  func testRunThatWasStoppedAfterOneEpoch() throws {
    try makeStore(nodes: 300)
    try succeed(
      .run, "train", "g.store", "--run", "a", "--model", "gcn", "--epochs", "1", "--batch-partitions", "1")
    let (page, run) = try report("g.store", "a")
    XCTAssertEqual(try checks(run)["Learnt over many epochs"], "caution")
    XCTAssertTrue(page.element(id: "cost")?.text.contains("Fewer than two epochs were trained") ?? false)
    let marks = try XCTUnwrap(page.element(id: "loss")).all.filter { $0.name == "text" }.map(\.text)
    XCTAssertTrue(marks.contains("1") && !marks.contains("0.5"), "half an epoch: \(marks)")
  }

  /// A curve has two points, and a table no column without numbers.
  func testRealValuesAfterOneEpoch() throws {
    try makeStore(nodes: 300)
    let features = try NpyReader(opening: file("data/features.npy")).floats(0..<300 * 8)
    for (name, values) in [("some", (0..<300).map { features[8 * $0] }), ("one", [Float](repeating: 3, count: 300))] {
      try write(values, to: "\(name).npy")
      try succeed(
        .ingest, "data/edges.npy", "--features", "data/features.npy", "--labels", "\(name).npy", "--label-kind",
        "regression", "--train", "data/train.npy", "--val", "data/val.npy", "--test", "data/test.npy", "--partitions",
        "2", "--output", "\(name).store")
    }
    try succeed(.run, "train", "some.store", "--run", "a", "--model", "gcn", "--epochs", "1")
    let short = try report("some.store", "a").page
    XCTAssertNil(short.element(id: "loss"))
    let text = try XCTUnwrap(short.element(id: "training")).text
    XCTAssertTrue(text.contains("The training loss of the only epoch is "), text)
    try succeed(.run, "train", "some.store", "--run", "b", "--model", "gcn", "--epochs", "2")
    let head = try XCTUnwrap(report("some.store", "b").page.table("loss-c")).rows.first
    XCTAssertEqual(head, ["epoch", "training loss"])
    // All true values are 3: a picture of them alone would show no prediction.
    try succeed(.run, "train", "one.store", "--run", "a", "--model", "gcn", "--epochs", "30", "--lr", "0.05")
    let limits = try XCTUnwrap(report("one.store", "a").page.table("values-0-c")).rows.first ?? []
    XCTAssertEqual(Set(limits).count, limits.count, "\(limits)")
  }

  /// The error that the score has and the distance of the diagram are of other bins: both are named.
  func testCalibrationOfTwoClasses() throws {
    try makeStore(nodes: 300)
    let labels = try NpyReader(opening: file("data/labels.npy")).integers(0..<300)
    try write(labels.map { Int64($0 == 0 ? 1 : 0) }, to: "two.npy")
    try succeed(
      .ingest, "data/edges.npy", "--features", "data/features.npy", "--labels", "two.npy", "--train", "data/train.npy",
      "--val", "data/val.npy", "--test", "data/test.npy", "--partitions", "2", "--output", "two.store")
    try succeed(.run, "train", "two.store", "--run", "a", "--model", "mlp", "--hidden", "4", "--epochs", "3")
    let page = try report("two.store", "a").page
    let figure = try XCTUnwrap(page.element(id: "calibration")).text
    // Training, validation and test nodes.
    let error = page.numbers("all-scores", row: "calibration error")[2]
    let percent = "\((error * 1000).rounded() / 10)\u{202f}%"
    XCTAssertTrue(figure.contains("The calibration error among the scores, \(percent), "), figure)
    XCTAssertTrue(
      page.element(id: "trust")?.text.contains("Probabilities of the predicted class are ") ?? false, "named there, too"
    )
    XCTAssertTrue(figure.contains("other bins"), figure)
  }
}
