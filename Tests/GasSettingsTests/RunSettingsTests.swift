import Foundation
import GasBase
import GasFormats
import GasNN
import TestSupport
import XCTest

@testable import GasRuns
@testable import GasSettings

/// Settings from defaults, a file and flags; and what is refused.
final class RunSettingsTests: XCTestCase {
  private func resolve(_ yaml: String, flags: [String: any SettingValue] = [:]) throws -> RunSettings {
    let folder = try TemporaryFolder()
    try yaml.write(toFile: folder.file("settings.yaml"), atomically: true, encoding: .utf8)
    return try RunSettings.resolve(configFile: folder.file("settings.yaml"), flags: flags)
  }

  func testLaterPlacesWin() throws {
    let settings = try resolve("hidden: 32\nlr: 0.5\nbatch-partitions: all\n", flags: ["hidden": 48])
    XCTAssertEqual(settings.hidden, 48)
    XCTAssertEqual(settings.learningRate, 0.5)
    XCTAssertEqual(settings.batchPartitions, .all)
    XCTAssertEqual(settings.layers, RunSettings().layers)
    XCTAssertEqual(try resolve(""), RunSettings())
  }

  func testSettingsComeBackFromTheirFile() throws {
    var settings = RunSettings()
    settings.clip = 1.5
    settings.patience = 3
    settings.batchPartitions = .partitions(7)
    let folder = try TemporaryFolder()
    try RunConfig(settings, store: "0123abcd").write(to: folder.file("config.json"))
    XCTAssertEqual(try RunConfig(reading: folder.file("config.json")).settings, settings)
  }

  func testWhatIsWrongIsNamed() throws {
    let wrong = [
      "layers: 2.5": "layers", "seed: -1": "seed", "lr: .nan": "lr", "lr: fast": "lr", "hidden: 99999999999": "hidden",
      "layers: 1000000": "layers", "dropout: 1": "dropout", "prefetch: 7": "prefetch",
      "batch-partitions: 0": "batch-partitions",
      "heads: 0": "heads", "alpha: 1.5": "alpha", "theta: -1": "theta", "aggregators: [sum]": "aggregators",
      "aggregators: []": "aggregators", "scalers: 3": "scalers", "scalers: [identity, identity]": "scalers",
      "edge-dropout: 1": "edge-dropout", "max-steps: 0": "max-steps", "schedule: often": "schedule",
      "schedule-factor: 1": "schedule-factor", "lr-min: 2": "lr-min", "class-weights: heavy": "class-weights",
      "class-weights: [1, -1]": "class-weights", "class-weights: [0, 0]": "class-weights", "preset: cora": "cora",
      "epocs: 3": "epocs", "clip: -1": "clip", "patience: 0": "patience", "threads: 0": "threads",
    ]
    for (yaml, key) in wrong {
      XCTAssertThrowsError(try resolve(yaml), yaml) { error in
        let text = "\(error)"
        XCTAssertTrue(text.contains(key), text)
        XCTAssertTrue(text.contains("settings.yaml") || key == "cora", text)
      }
    }
    XCTAssertThrowsError(try resolve("- a\n- b\n"))
    XCTAssertThrowsError(try resolve("a: [1"))
    XCTAssertThrowsError(try RunSettings.resolve(configFile: "/no/such/file", flags: [:]))
  }

  func testListsAndWeightsInAllTheirForms() throws {
    for text in ["mean,max", "[mean, max]", "'mean, max'"] {
      XCTAssertEqual(try resolve("model: pna\naggregators: \(text)\n").aggregators, ["mean", "max"])
    }
    for text in ["1,0.5", "[1, 0.5]"] {
      XCTAssertEqual(
        try resolve("class-weights: '\(text)'\n".replacingOccurrences(of: "'[1, 0.5]'", with: text))
          .classWeights, .values([1, 0.5]))
    }
    XCTAssertEqual(try resolve("class-weights: balanced\n").classWeights, .balanced)
    let folder = try TemporaryFolder()
    try NpyWriter.write([Float(2), 0.25], shape: [2], to: folder.file("w.npy"))
    XCTAssertEqual(try resolve("class-weights: \(folder.file("w.npy"))\n").classWeights, .values([2, 0.25]))
  }

  /// What the model or the schedule does not use is refused where somebody asked for it, and nowhere else.
  func testSettingsWithoutEffect() throws {
    let cases = [
      "heads: 4": "gcn takes no heads; it is a setting of gat",
      "model: mlp\nedge-dropout: 0.5": "mlp takes no edge-dropout",
      "model: appnp\ntheta: 1": "appnp takes no theta; it is a setting of gcnii",
      "model: gin\nresidual: true": "it is a setting of gcn, sage, gat, gcnii, pna and pna-jk",
      "model: appnp\nlinear: true":
        "appnp takes no linear; it is a setting of gcn, sage, gat, gcnii, gin, pna and pna-jk",
      "model: gcnii\nlinear: false": "gcnii always has its linear layers; leave linear out",
      "model: mlp\nnorm: layer": "mlp takes no norm",
      "norm: layer\nbatch-norm: true": "norm layer and batch-norm yes contradict each other",
      "schedule-step: 3": "schedule none takes no schedule-step; it is a setting of schedule step",
      "schedule: cosine\nschedule-factor: 0.5": "schedule cosine takes no schedule-factor",
    ]
    for (yaml, says) in cases {
      XCTAssertThrowsError(try resolve(yaml), yaml) { XCTAssertTrue("\($0)".contains(says), "\($0)") }
    }
    XCTAssertEqual(try resolve("model: my-own\nheads: 3\n").heads, 3)
    XCTAssertEqual(try resolve("preset: cora-gat\nmodel: gcn\n").hidden, 8, "a preset may bring what is not used")
    for row in RunSettings.table.rows {
      XCTAssertTrue(Set(row.models ?? []).isSubset(of: RunSettings.modelNames), row.key)
    }
  }

  func testPresetsComeBeforeFilesAndFlags() throws {
    let settings = try resolve("preset: cora-gat\nepochs: 7\nheads: 2\n", flags: ["heads": 3, "clip": 2.0])
    XCTAssertEqual(settings.preset, "cora-gat")
    XCTAssertEqual(settings.model, "gat")
    XCTAssertEqual([settings.hidden, settings.epochs, settings.heads], [8, 7, 3])
    XCTAssertEqual([settings.dropout, settings.clip], [0.6, 2])
  }

  /// Runs of the version before had fewer settings.
  func testRunsOfEarlierVersions() throws {
    let folder = try TemporaryFolder()
    var object = try XCTUnwrap(
      JSONSerialization.jsonObject(with: Data(RunSettings().json().utf8)) as? [String: Any])
    for key in ["heads", "schedule", "class-weights", "aggregators"] { object[key] = nil }
    try JSONSerialization.data(withJSONObject: object).write(to: URL(fileURLWithPath: folder.file("config.json")))
    XCTAssertEqual(try RunConfig(reading: folder.file("config.json")).settings, RunSettings())
    (object["norm"], object["batch-norm"]) = (nil, true)
    try JSONSerialization.data(withJSONObject: object).write(to: URL(fileURLWithPath: folder.file("config.json")))
    let former = try RunConfig(reading: folder.file("config.json")).settings
    XCTAssertEqual(former.usedNorm, .batch)
    XCTAssertEqual(former, try resolve("batch-norm: true\n"), "a series goes on with such runs")
  }

  /// Both names of batch norm are one setting; the one that is given wins over a preset's.
  func testNormAndBatchNorm() throws {
    for (yaml, norm) in [
      ("", NormKind.none), ("batch-norm: true", .batch), ("norm: batch", .batch), ("norm: layer", .layer),
      ("norm: batch\nbatch-norm: true", .batch), ("norm: none\nbatch-norm: false", .none),
    ] {
      let settings = try resolve(yaml + "\n")
      XCTAssertEqual(settings.usedNorm, norm, yaml)
      XCTAssertEqual(settings.norm, norm, yaml)
      XCTAssertEqual(settings.batchNorm, norm == .batch, yaml)
    }
    let preset = try XCTUnwrap(Preset.all.first { $0.settings.batchNorm })
    XCTAssertEqual(try resolve("preset: \(preset.name)\n").usedNorm, .batch)
    XCTAssertEqual(try resolve("preset: \(preset.name)\nnorm: layer\n").usedNorm, .layer)
    XCTAssertEqual(try resolve("preset: \(preset.name)\nbatch-norm: false\n").usedNorm, .none)
    var own = RunSettings()
    own.batchNorm = true
    XCTAssertEqual(own.usedNorm, .batch, "a program that sets one of them")
  }
}
