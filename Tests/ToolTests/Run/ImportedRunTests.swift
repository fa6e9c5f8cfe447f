import Foundation
import GasFormats
import TestSupport
import XCTest

/// Runs of weights that were trained elsewhere: what is not known of them is not made up, and what is known is checked.
final class ImportedRunTests: ToolTestCase {
  /// Classes, several labels and real values on one graph, three each.
  private func makeStores() throws {
    try makeStore(nodes: 150)
    let features = try NpyReader(opening: file("data/features.npy")).floats(0..<150 * 8)
    try write((0..<450).map { Int8(features[8 * ($0 / 3) + $0 % 3] > 0 ? 1 : 0) }, shape: [150, 3], to: "multi.npy")
    try write((0..<450).map { features[8 * ($0 / 3) + $0 % 3] }, shape: [150, 3], to: "values.npy")
    for (name, kind) in [("multi", "multi-label"), ("values", "regression")] {
      try succeed(
        .ingest, "data/edges.npy", "--features", "data/features.npy", "--labels", "\(name).npy", "--label-kind", kind,
        "--train", "data/train.npy", "--val", "data/val.npy", "--test", "data/test.npy", "--partitions", "4",
        "--output", "\(name).store")
    }
  }

  private let words = ["g": "classes", "multi": "several labels", "values": "real values"]

  func testKindsOfLabelsAreNotMixedUp() throws {
    try makeStores()
    for store in words.keys.sorted() {
      try succeed(.run, "train", "\(store).store", "--run", "a", "--model", "mlp", "--hidden", "4", "--epochs", "2")
      let out = "\(store).safetensors"
      try succeed(.run, "export", "\(store).store", "--run", "a", "--format", "pyg", "--output", out)
      try succeed(.run, "import", "\(store).store", "--run", "back", "--format", "pyg", out)
      for other in words.keys.sorted() where other != store {
        try assertRefused(
          .run, "import", "\(other).store", "--run", "b", "--format", "pyg", out,
          says: "expected weights that predict \(words[other]!)", "found those of a model of \(words[store]!)")
      }
    }
  }

  /// A run of several labels whose settings stand in a store of as many classes, as they could be copied by hand; and
  /// the same of the version before kinds were kept.
  func testWeightsOfAnotherKindAreNotUsed() throws {
    try makeStores()
    for store in ["g", "multi"] {
      try succeed(
        .run, "train", "\(store).store", "--run", "a", "--model", "mlp", "--hidden", "4", "--epochs", "2")
    }
    for name in ["model", "checkpoint"] {
      let path = "runs/a/\(name).safetensors"
      let own = try Data(contentsOf: URL(fileURLWithPath: file("g.store/\(path)")))
      var other = try Safetensors(reading: file("multi.store/\(path)"))
      try other.write(to: file("g.store/\(path)"))
      var commands: [(Tool, [String])] = [(.stat, ["verify", "g.store"])]
      commands +=
        name == "model"
        ? [(.run, ["infer", "g.store", "--run", "a"]), (.run, ["report", "g.store", "--run", "a", "-o", "r.html"])]
        : [
          (.run, ["resume", "g.store", "--run", "a", "--epochs", "9"]), (.stat, ["g.store", "--run", "a"]),
          (.run, ["infer", "g.store", "--run", "a", "--weights", "last"]),
        ]
      for (tool, arguments) in commands {
        let result = try tool.run(arguments, in: folder.path)
        XCTAssertEqual(result.status, 1, "\(arguments): \(result.errors)")
        XCTAssertTrue(
          result.errors.contains("expected weights that predict classes, as the labels of the store are, found those")
            && result.errors.contains("\(name).safetensors"), "\(arguments): \(result.errors)")
      }
      other.metadata["labels"] = nil
      try other.write(to: file("g.store/\(path)"))
      try succeed(.run, "infer", "g.store", "--run", "a", "--weights", name == "model" ? "best" : "last")
      try own.write(to: URL(fileURLWithPath: file("g.store/\(path)")))
    }
  }

  func testTrainingSettingsAreNotMadeUp() throws {
    try makeStore()
    try succeed(
      .run, "train", "g.store", "--run", "a", "--model", "gcn", "--hidden", "4", "--epochs", "3", "--lr", "0.02")
    try succeed(.run, "export", "g.store", "--run", "a", "--format", "pyg", "--output", "a.safetensors")
    try assertUsage(
      .run, "import", "g.store", "--run", "b", "--format", "pyg", "a.safetensors", "--epochs", "5", says: "--epochs")
    try write("hidden: 4\nlr: 0.1\n", to: "settings.yaml")
    try assertRefused(
      .run, "import", "g.store", "--run", "b", "--format", "pyg", "a.safetensors", "--config", "settings.yaml",
      says: "settings.yaml: import takes no lr: ")
    try succeed(.run, "import", "g.store", "--run", "b", "--format", "pyg", "a.safetensors")
    func differences(_ runs: String...) throws -> [String: [String]] {
      let result = try Tool.run.run(["compare", "g.store", "--json"] + runs, in: folder.path)
      let report = try JSONSerialization.jsonObject(with: Data(result.output.utf8)) as? [String: Any]
      let rows = try XCTUnwrap(report?["differences"] as? [[String: Any]])
      return Dictionary(
        uniqueKeysWithValues: rows.map { ($0["key"] as? String ?? "", $0["values"] as? [String] ?? []) })
    }
    let two = try differences("a", "b").keys.filter { $0 != "batch-partitions" }
    XCTAssertEqual(two, [], "nobody knows whether they differ in what training was")
    try succeed(
      .run, "train", "g.store", "--run", "c", "--model", "gcn", "--hidden", "8", "--epochs", "4", "--lr", "0.03",
      "--dropout", "0.1")
    let three = try differences("a", "b", "c")
    XCTAssertEqual(three["hidden"], ["4", "4", "8"])
    XCTAssertEqual(three["lr"], ["0.02", "not known", "0.03"])
    XCTAssertEqual(three["dropout"]?[1], "not known")
    let compared = try succeed(.run, "compare", "g.store", "a", "b", "c").split(separator: "\n").map {
      $0.split(separator: " ").map(String.init)
    }
    XCTAssertTrue(compared.contains(["lr", "0.02", "not", "known", "0.03"]), "\(compared)")
    try succeed(.run, "report", "g.store", "--run", "a", "--run", "b", "--run", "c", "-o", "three.html")
    let page = try ReportTree(file("three.html"))
    let rows = try XCTUnwrap(page.table("comparison-settings")).rows
    XCTAssertTrue(rows.contains(["epochs", "3", "not known", "4"]), "\(rows)")
    try assertNothingIsMadeUp(page)
  }

  /// What is shown of an imported run by itself is what its weights compute.
  private func assertNothingIsMadeUp(_ page: ReportTree) throws {
    let settings = try XCTUnwrap(page.element(id: "run2-settings")).text
    XCTAssertTrue(settings.contains("hidden") && !settings.contains("dropout"), settings)
    let scores = try ["run1-", "run2-"].map { try XCTUnwrap(page.table($0 + "all-scores")).text.contains("(decides)") }
    XCTAssertEqual(scores, [true, false])
    let shown = try succeed(.run, "show", "g.store", "--run", "b")
    XCTAssertTrue(shown.contains("settings       layers 2, hidden 4, "), shown)
    XCTAssertFalse(shown.contains("dropout"), shown)
    for command in [["show", "--run", "b"], ["list"]] {
      let result = try Tool.run.run(command + ["g.store", "--json"], in: folder.path)
      let object = try JSONSerialization.jsonObject(with: Data(result.output.utf8)) as? [String: Any]
      let runs = object?["runs"] as? [[String: Any]] ?? [object ?? [:]]
      let settings = try XCTUnwrap(runs.first { $0["run"] as? String == "b" }?["settings"] as? [String: Any])
      XCTAssertEqual(settings["hidden"] as? Int, 4)
      for key in ["lr", "epochs", "dropout", "seed"] { XCTAssertNil(settings[key], key) }
    }
  }

  /// What the metadata say and what is given: there is one value of each, or the import is refused.
  func testWhatContradictsTheMetadata() throws {
    try makeStore()
    try succeed(
      .run, "train", "g.store", "--run", "a", "--model", "appnp", "--layers", "4", "--alpha", "0.2", "--hidden", "4",
      "--epochs", "2")
    try succeed(
      .run, "train", "g.store", "--run", "r", "--model", "gcn", "--layers", "3", "--residual", "--hidden", "4",
      "--epochs", "2")
    for run in ["a", "r"] {
      try succeed(.run, "export", "g.store", "--run", run, "--format", "pyg", "--output", run + ".safetensors")
    }
    try write("alpha: 0.3\n", to: "settings.yaml")
    let cases: [(String, [String], String, String)] = [
      ("a", ["--alpha", "0.1"], "alpha 0.2, as the file's metadata say", "alpha 0.1"),
      ("a", ["--config", "settings.yaml"], "alpha 0.2", "alpha 0.3"), ("a", ["--layers", "2"], "layers 4", "layers 2"),
      ("a", ["--model", "mlp"], "model appnp", "model mlp"),
      ("a", ["--preset", "cora-gcn"], "model appnp", "model gcn of preset cora-gcn"),
      ("r", ["--no-residual"], "residual yes", "residual no"),
      ("r", ["--norm", "layer"], "norm none", "norm layer"),
    ]
    for (file, more, said, found) in cases {
      let before = try FolderContents(folder.path)
      let arguments = ["import", "g.store", "--run", "b", "--format", "pyg", file + ".safetensors"] + more
      let result = try Tool.run.run(arguments, in: folder.path)
      XCTAssertEqual(result.status, 1, "\(more): \(result.errors)")
      assertOneLine(result, of: .run, "\(more): \(result.errors)")
      XCTAssertTrue(result.errors.contains("expected \(said)"), "\(more): \(result.errors)")
      XCTAssertTrue(result.errors.contains("found \(found)"), "\(more): \(result.errors)")
      XCTAssertEqual(try FolderContents(folder.path).differences(from: before), [], "\(more)")
    }
    try succeed(
      .run, "import", "g.store", "--run", "b", "--format", "pyg", "a.safetensors", "--model", "APPNP", "--alpha", "0.2",
      "--layers", "4", "--edge-values", "none")
    try assertRefused(
      .run, "import", "g.store", "--run", "c", "--format", "pyg", "a.safetensors", "--model", "auto",
      says: "expected model appnp", "found model auto")
    let helps = try ["import", "train"].map { command in
      try succeed(.run, command, "--help").split(whereSeparator: \.isWhitespace).joined(separator: " ")
    }
    XCTAssertEqual(helps.map { $0.contains("or auto, which tries a few") }, [false, true])
  }

  /// A preset says what the model is, and nothing of how these weights were trained.
  func testPresetsTellTheModelAlone() throws {
    try makeStore()
    // It notes that the preset was published with other partitions.
    let words = ["--run", "a", "--preset", "cora-gcn", "--epochs", "2", "--batch-partitions", "all"]
    let trained = try Tool.run.run(["train", "g.store"] + words, in: folder.path)
    XCTAssertEqual(trained.status, 0, trained.errors)
    try succeed(.run, "export", "g.store", "--run", "a", "--format", "pyg", "--output", "a.safetensors")
    let made = try json(
      .run, "import", "g.store", "--run", "b", "--format", "pyg", "a.safetensors", "--preset", "cora-gcn")
    let settings = try XCTUnwrap(made["settings"] as? [String: String])
    XCTAssertEqual(settings.keys.filter { ["lr", "epochs", "weight-decay", "preset", "max-steps"].contains($0) }, [])
  }

  /// Nothing says that an imported run could be resumed.
  func testNobodyAdvisesToResume() throws {
    try makeStore()
    try succeed(.run, "train", "g.store", "--run", "a", "--model", "gcn", "--hidden", "4", "--epochs", "2")
    try succeed(.run, "export", "g.store", "--run", "a", "--format", "pyg", "-o", "a.safetensors")
    let made = try succeed(.run, "import", "g.store", "--run", "b", "--format", "pyg", "a.safetensors")
    XCTAssertTrue(made.contains("gas-run infer g.store --run b") && !made.contains("resume"), made)
    let taken = [["train", "g.store"], ["import", "g.store", "--format", "pyg", "a.safetensors"]]
    for (run, says) in [("a", "or continue it with gas-run resume"), ("b", "or use its weights, which were imported,")]
    {
      for arguments in taken {
        let result = try Tool.run.run(arguments + ["--run", run], in: folder.path)
        XCTAssertEqual(result.status, 1, result.errors)
        XCTAssertTrue(
          result.errors.contains("already exists; name another --run, pass --overwrite, \(says)"), result.errors)
        XCTAssertEqual(result.errors.contains("resume"), run == "a", result.errors)
      }
    }
    let text = try String(contentsOfFile: file("g.store/runs/b/config.json"), encoding: .utf8)
    try write(text.replacingOccurrences(of: "\"hidden\" : 4", with: "\"hidden\" : 5"), to: "g.store/runs/b/config.json")
    try assertRefused(.run, "infer", "g.store", "--run", "b", says: "put it back, or import the weights again")
  }
}
