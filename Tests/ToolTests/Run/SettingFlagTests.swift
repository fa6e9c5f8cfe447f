import ArgumentParser
import Foundation
import GasSettings
import XCTest

@testable import RunCommands

/// Each row of the table of settings is a flag, a line of a YAML file and a line of docs/settings.md.
final class SettingFlagTests: ToolTestCase {
  /// A value of each setting that is not its default, as flag and as YAML.
  private func sample(_ row: SettingHelp) throws -> (arguments: [String], yaml: String) {
    let words = [
      "preset": "cora-gcn", "model": "gat", "schedule": "step", "class-weights": "balanced", "edge-values": "weights",
      "batch-partitions": "all", "precision": "bfloat16", "history-type": "int8", "halo-windows": "mail",
      "aggregators": "max", "scalers": "identity", "norm": "layer", "select": "roc-auc", "measure-scores": "all",
      "val-store": "/a", "test-store": "/b", "threads": "999", "exchange": "overlap",
    ]
    if let word = words[row.key] { return (["--\(row.key)", word], word) }
    switch row.kind {
    case "true or false":
      let isOn = row.standard == "yes"
      return ([isOn ? "--no-\(row.key)" : "--\(row.key)"], isOn ? "false" : "true")
    case "a whole number": return (["--\(row.key)", "7"], "7")
    case "a number": return (["--\(row.key)", "0.25"], "0.25")
    default:
      // A skip would leave out all rows.
      struct Unknown: Error { let row: SettingHelp }
      throw Unknown(row: row)
    }
  }

  func testEveryRowIsAFlagAndALine() throws {
    for row in SettingHelp.all {
      let (arguments, yaml) = try sample(row)
      let values = try SettingFlags.parse(arguments).values
      XCTAssertEqual(Array(values.keys), [row.key], "\(arguments)")
      var (fromFlag, fromFile) = (RunSettings(), RunSettings())
      let found = try XCTUnwrap(RunSettings.table.rows.first { $0.key == row.key })
      try found.read(XCTUnwrap(values[row.key]), into: &fromFlag, file: nil)
      try found.read(yamlValue(yaml), into: &fromFile, file: nil)
      XCTAssertFalse(found.isEqual(in: fromFlag, and: RunSettings()), "\(arguments)")
      XCTAssertEqual(fromFlag, fromFile, row.key)
      // What is written comes back.
      let again = try JSONDecoder().decode(RunSettings.self, from: Data(fromFlag.json().utf8))
      XCTAssertEqual(again, fromFlag, row.key)
      XCTAssertEqual(fromFlag.computesTheSame(as: RunSettings()), !row.changesResults, row.key)
    }
    XCTAssertTrue(try SettingFlags.parse([]).values.isEmpty)
  }

  /// Scores are found as other libraries write their names.
  func testScoresInOtherSpellings() throws {
    let choice = try XCTUnwrap(RunSettings.ScoreChoice.setting(text: "roc-auc"))
    for text in ["roc_auc", "ROC AUC", "ROC-AUC"] {
      XCTAssertEqual(RunSettings.ScoreChoice.setting(text: text), choice, text)
    }
    XCTAssertNil(RunSettings.ScoreChoice.setting(text: "rocauc"))
  }

  /// Weights that were trained elsewhere take the flags that say what the model computes, and no others.
  func testImportTakesWhatTheModelNeeds() throws {
    let help = try succeed(.run, "import", "--help")
    for row in SettingHelp.all {
      let (arguments, yaml) = try sample(row)
      let isTaken = RunSettings.isOfImport(row.key)
      // The model has a flag of its own there, since a single one is meant.
      let isShared = isTaken && row.key != RunSettings.table.model.key
      XCTAssertEqual((try? ModelFlags.parse(arguments))?.values.keys.first, isShared ? row.key : nil, row.key)
      XCTAssertEqual(help.contains("--\(row.key) ") || help.contains("--\(row.key)/"), isTaken, row.key)
      guard !isTaken else { continue }
      try write("\(row.key): \(yaml)\n", to: "settings.yaml")
      let given = try GivenSettings(configFile: file("settings.yaml"), flags: [:])
      XCTAssertThrowsError(try given.checkForImport(), row.key) {
        XCTAssertTrue("\($0)".contains("settings.yaml: import takes no \(row.key): "), "\($0)")
      }
    }
    for key in ["epochs", "lr", "patience", "seed", "select"] { XCTAssertFalse(RunSettings.isOfImport(key), key) }
    for key in ["model", "alpha", "heads", "norm"] { XCTAssertTrue(RunSettings.isOfImport(key), key) }
  }

  private func yamlValue(_ text: String) -> Any {
    if let number = Int(text) { return number }
    if let number = Double(text) { return number }
    return ["true", "false"].contains(text) ? text == "true" : text
  }

  func testHelpHasTheTable() throws {
    // Lines are broken where the terminal ends.
    func words(_ text: String) -> String { text.split { $0.isWhitespace }.joined(separator: " ") }
    let help = words(try succeed(.run, "train", "--help"))
    for row in SettingHelp.all {
      XCTAssertTrue(help.contains("--\(row.key)"), row.key)
      XCTAssertTrue(help.contains(words(row.sentences)), row.sentences)
    }
    XCTAssertTrue(try succeed(.run, "settings").contains("halo-windows"))
    XCTAssertTrue(try succeed(.run, "settings", "heads").contains("used by        gat"))
    try assertUsage(.run, "settings", "haeds", says: "no setting is called \"haeds\"")
  }

  func testPageIsTheTable() throws {
    let page = URL(fileURLWithPath: #filePath).appending(path: "../../../../docs/settings.md").standardized
    XCTAssertEqual(
      try String(contentsOf: page, encoding: .utf8).trimmingCharacters(in: .newlines),
      try succeed(.run, "settings", "--page").trimmingCharacters(in: .newlines),
      "gas-run settings --page > docs/settings.md writes it again")
  }
}
