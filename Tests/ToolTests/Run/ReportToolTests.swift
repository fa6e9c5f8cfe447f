import Foundation
import GasFormats
import TestSupport
import XCTest

/// `gas-run report`: a page that is well-formed, says what other commands say, and leaves nothing out silently.
final class ReportToolTests: ToolTestCase {
  private func report(_ runs: [String], _ flags: [String] = [], store: String = "g.store", to name: String = "r.html")
    throws -> ReportTree
  {
    let arguments = ["report", store] + runs.flatMap { ["--run", $0] } + ["-o", name, "--overwrite"] + flags
    let result = try Tool.run.run(arguments, in: folder.path)
    XCTAssertEqual(result.status, 0, result.errors)
    XCTAssertEqual(result.errors, "")
    return try checked(ReportTree(file(name)))
  }

  /// Checks what holds for every page.
  private func checked(_ page: ReportTree) throws -> ReportTree {
    XCTAssertTrue(page.source.hasPrefix("<!DOCTYPE html>\n<html lang=\"en\">"))
    for text in ["http:", "https:", "<script", "@import", "url(//"] { XCTAssertFalse(page.source.contains(text), text) }
    let names = page.all.compactMap { $0.attributes["id"] }
    XCTAssertEqual(names.count, Set(names).count, "a name stands twice")
    let figures = page.all.filter { $0.name == "figure" }
    XCTAssertEqual(page.all.count { $0.name == "svg" }, figures.count)
    XCTAssertGreaterThan(figures.count, 2)
    for figure in figures {
      let label = figure.attributes["id"] ?? ""
      XCTAssertFalse(figure.first("title")?.text.isEmpty ?? true, label)
      XCTAssertFalse(figure.first("desc")?.text.isEmpty ?? true, label)
      XCTAssertGreaterThan(figure.first("details")?.first("table")?.rows.count ?? 0, 1, label)
    }
    for element in page.all {
      if let target = element.attributes["href"] { XCTAssertTrue(names.contains(String(target.dropFirst())), target) }
      for label in (element.attributes["aria-labelledby"] ?? "").split(separator: " ") {
        XCTAssertTrue(names.contains(String(label)), "\(label)")
      }
    }
    let levels = page.all.compactMap { element in
      element.name.wholeMatch(of: /h([1-6])/).flatMap { Int($0.1) }
    }
    XCTAssertEqual(levels.first, 1)
    for (one, next) in zip(levels, levels.dropFirst()) { XCTAssertLessThanOrEqual(next, one + 1) }
    let text = page.root.first("body")?.text ?? ""
    XCTAssertGreaterThan(text.count, 1000)
    XCTAssertFalse(text.contains(/\b(nan|inf)\b/), "a number that is none")
    return page
  }

  /// What is the same whenever the page is made.
  private func lasting(_ page: ReportTree) -> String {
    guard let start = page.source.range(of: "<section id=\"cost\""),
      let end = page.source.range(of: "<section id=\"provenance\"")
    else { return "" }
    return String(page.source[..<start.lowerBound] + page.source[end.lowerBound...])
  }

  func testNumbersAreThoseOfOtherCommands() throws {
    try makeStore(nodes: 300)
    try succeed(.run, "train", "g.store", "--run", "a", "--epochs", "9", "--batch-partitions", "2", "--model", "gcn")
    let page = try report(["a"])
    let shown = try json(.run, "show", "g.store", "--run", "a")
    let inferred = try json(.run, "infer", "g.store", "--run", "a")
    let scores = try XCTUnwrap(inferred["scores"] as? [String: [String: Double]])
    XCTAssertGreaterThan(scores["test"]?.count ?? 0, 8)
    let rows = [
      "accuracy": "accuracy", "macroF1": "macro-F1", "rocAuc": "ROC-AUC", "averagePrecision": "average precision",
      "logLoss": "log loss", "calibrationError": "calibration error", "brier": "Brier score",
    ]
    for (key, name) in rows {
      let wanted = try ["train", "val", "test"].map { try XCTUnwrap(scores[$0]?[key]) }
      // JSON has sixteen digits.
      for (found, wanted) in zip(page.numbers("all-scores", row: name), wanted) {
        XCTAssertEqual(found, wanted, accuracy: 1e-12, name)
      }
    }
    for (place, key) in ["trainAccuracy", "valAccuracy", "testAccuracy"].enumerated() {
      let wanted = try XCTUnwrap(shown[key] as? Double)
      XCTAssertEqual(page.numbers("all-scores", row: "accuracy")[place], wanted, accuracy: 1e-6, key)
    }
    // The confusion matrix has all test nodes, and its diagonal those that are right.
    let matrix = try XCTUnwrap(page.table("confusion-c")).rows.dropFirst().map { $0.dropFirst().compactMap { Int($0) } }
    let right = matrix.indices.reduce(0) { $0 + matrix[$1][$1] }
    let all = matrix.joined().reduce(0, +)
    XCTAssertEqual(Double(right) / Double(all), scores["test"]?["accuracy"])
    // The diagram's bins give the calibration error.
    let bins = try XCTUnwrap(page.table("calibration-c")).all.filter { $0.name == "tr" }.dropFirst().map { row in
      row.all.filter { $0.name == "data" }.compactMap { $0.attributes["value"].flatMap(Double.init) }
    }
    let error = bins.reduce(0) { $0 + abs($1[0] - $1[1]) * $1[2] } / Double(all)
    XCTAssertEqual(error, try XCTUnwrap(scores["test"]?["calibrationError"]), accuracy: 1e-9)
    XCTAssertEqual(lasting(page), lasting(try report(["a"], ["--threads", "1"], to: "again.html")), "the same page")
    XCTAssertEqual(try leftovers(), [])
  }

  func testCommandMakesTheSameSettings() throws {
    try makeStore(nodes: 300)
    try succeed(
      .run, "train", "g.store", "--run", "a", "--epochs", "3", "--model", "gat", "--heads", "2", "--no-drop-input",
      "--clip", "0.5", "--lr", "0.003")
    let page = try json(.run, "report", "g.store", "--run", "a", "-o", "r.html")
    let figures = try XCTUnwrap(page["figures"] as? [String: Any])
    let run = try XCTUnwrap((figures["runs"] as? [[String: Any]])?.first)
    let command = try XCTUnwrap(run["command"] as? [String])
    XCTAssertTrue(command.contains("--no-drop-input"), "\(command)")
    let again = command.map { $0 == "a" ? "b" : $0 } + ["--json"]
    let result = try Tool.run.run(again, in: folder.path)
    XCTAssertEqual(result.status, 0, result.errors)
    XCTAssertEqual(
      try Data(contentsOf: URL(fileURLWithPath: file("g.store/runs/a/model.safetensors"))),
      try Data(contentsOf: URL(fileURLWithPath: file("g.store/runs/b/model.safetensors"))), "the same bits")
  }

  func testNamesAreText() throws {
    let names = ["<script>alert(1)</script>", "a & \"b\" 'c'", "]]>\u{202e}"]
    var nodes = "id,x,class\n"
    var edges = "a,b\n"
    for node in 0..<90 {
      let name = names[node % 3].replacingOccurrences(of: "\"", with: "\"\"")
      nodes += "n\(node),\(node % 3)\(node % 7),\"\(name)\"\n"
      edges += "n\(node),n\((node + 3) % 90)\nn\(node),n\((node + 6) % 90)\n"
    }
    try write(nodes, to: "nodes.csv")
    try write(edges, to: "edges.csv")
    try succeed(
      .ingest, "table", "--edges", "edges.csv", "--source", "a", "--target", "b", "--nodes", "nodes.csv", "--id", "id",
      "--label", "class", "--partitions", "3", "--output", "<i>\"&'.store")
    try succeed(.run, "train", "<i>\"&'.store", "--run", "a", "--epochs", "2")
    let page = try report(["a"], store: "<i>\"&'.store")
    let text = try XCTUnwrap(page.root.first("body")).text
    XCTAssertTrue(text.contains(names[0]) && text.contains(names[1]))
    XCTAssertFalse(page.source.contains("<script") || page.source.contains("<i>") || text.contains("\u{202e}"))
    XCTAssertTrue(try XCTUnwrap(page.root.first("h1")).text.contains("<i>\"&'.store"))
  }

  func testWhatARunLacksIsSaid() throws {
    try makeStore(nodes: 300)
    try succeed(.run, "train", "g.store", "--run", "a", "--epochs", "3", "--batch-partitions", "2", "--model", "gcn")
    try succeed(.run, "clean", "g.store", "a")
    var page = try report(["a"])
    XCTAssertTrue(page.element(id: "staleness")?.text.contains("histories were freed (gas-run clean)") ?? false)
    // Weights alone, as from elsewhere.
    for name in ["checkpoint.safetensors", "metrics.jsonl", "refresh.json"] {
      try FileManager.default.removeItem(atPath: file("g.store/runs/a/\(name)"))
    }
    page = try report(["a"])
    XCTAssertTrue(page.element(id: "training")?.text.contains("weights come from elsewhere") ?? false)
    XCTAssertTrue(page.element(id: "trust")?.text.contains("no record of this epoch") ?? false)
    XCTAssertEqual(page.numbers("all-scores", row: "accuracy").count, 4)
    // No test node has a label.
    try succeed(
      .ingest, "data/edges.npy", "--features", "data/features.npy", "--labels", "data/labels.npy", "--train",
      "data/train.npy", "--val", "data/val.npy", "--partitions", "4", "--output", "v.store")
    try succeed(.run, "train", "v.store", "--run", "a", "--epochs", "2", "--model", "mlp", "--layers", "1")
    page = try report(["a"], store: "v.store")
    XCTAssertTrue(page.element(id: "scores")?.text.contains("No test node has a label") ?? false)
    XCTAssertTrue(page.element(id: "trust")?.text.contains("scores are too good") ?? false)
    XCTAssertTrue(page.element(id: "staleness")?.text.contains("there are no histories") ?? false)
  }

  func testSeveralLabelsAndRealValues() throws {
    try makeStore(nodes: 300)
    let features = try NpyReader(opening: file("data/features.npy")).floats(0..<300 * 8)
    try write((0..<900).map { Int8(features[8 * ($0 / 3) + $0 % 3] > 0 ? 1 : 0) }, shape: [300, 3], to: "multi.npy")
    try write((0..<300).map { 500 + 90 * features[8 * $0] }, to: "values.npy")
    for (name, kind) in [("multi", "multi-label"), ("values", "regression")] {
      try succeed(
        .ingest, "data/edges.npy", "--features", "data/features.npy", "--labels", "\(name).npy", "--label-kind", kind,
        "--train", "data/train.npy", "--val", "data/val.npy", "--test", "data/test.npy", "--partitions", "4",
        "--output", "\(name).store")
      try succeed(.run, "train", "\(name).store", "--run", "a", "--epochs", "20", "--model", "mlp")
    }
    let multi = try report(["a"], store: "multi.store")
    XCTAssertEqual(multi.table("labels-c")?.rows.count, 4)
    XCTAssertNotNil(multi.element(id: "roc"))
    XCTAssertNil(multi.element(id: "confusion"))
    let values = try report(["a"], store: "values.store")
    let counts = try XCTUnwrap(values.table("residuals-0-c")).rows.dropFirst().compactMap { Int($0[2]) }
    let test = try NpyReader(opening: file("data/test.npy"))
    let nodes = try test.integers(0..<test.elementCount)
    XCTAssertEqual(
      Double(counts.reduce(0, +)), Double(test.elementCount == 300 ? Int(nodes.reduce(0, +)) : nodes.count),
      accuracy: 4, "all but what lies outside")
    XCTAssertNil(values.element(id: "roc"))
  }

  func testSeveralRunsInductive() throws {
    try makeStore(nodes: 300)
    try makeStore("other.store")
    try succeed(
      .run, "train", "g.store", "--run", "a", "--epochs", "3", "--model", "gcn", "--test-store", "other.store")
    try succeed(.run, "train", "g.store", "--run", "b", "--epochs", "4", "--model", "sage", "--hidden", "16")
    let page = try report(["a", "b"])
    let shown = try json(.run, "compare", "g.store", "a", "b")
    let runs = try XCTUnwrap(shown["runs"] as? [[String: Any]])
    for (place, name) in ["a", "b"].enumerated() {
      let numbers = page.numbers("comparison-scores", row: name)
      XCTAssertEqual(numbers[2], try XCTUnwrap(runs[place]["testAccuracy"] as? Double), accuracy: 1e-6)
    }
    XCTAssertTrue(page.element(id: "run1-scores")?.text.contains("other.store") ?? false)
    XCTAssertNotNil(page.element(id: "comparison-score"))
    XCTAssertNotNil(page.element(id: "run2-training"))
  }

  func testRefusals() throws {
    try makeStore()
    try succeed(.run, "train", "g.store", "--run", "a", "--epochs", "1")
    try assertRefused(.run, "report", "g.store", "--run", "none", "-o", "r.html", says: "there is no run \"none\"")
    try assertRefused(.run, "report", "g.store", "--run", "a", "--run", "a", "-o", "r.html", says: "stands twice")
    try assertRefused(.run, "report", "g.store", "--run", "a", "-o", "r.pdf", says: "ends in .html")
    try assertRefused(
      .run, "report", "g.store", "--run", "a", "-o", "g.store/runs/a/r.html", says: "is in a store")
    try write("old", to: "r.html")
    try assertRefused(.run, "report", "g.store", "--run", "a", "-o", "r.html", says: "already exists")
    try assertUsage(.run, "report", "g.store", "-o", "x.html", says: "--run")
    try FileManager.default.removeItem(atPath: file("g.store/runs/a/model.safetensors"))
    try assertRefused(.run, "report", "g.store", "--run", "a", "-o", "x.html", says: "has no weights yet")
  }
}
