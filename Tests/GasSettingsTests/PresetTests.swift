import Foundation
import TestSupport
import XCTest

@testable import GasSettings

/// The table of presets is the published one.
final class PresetTests: XCTestCase {
  private static let table = Repository.root.appending(
    path: "../shared/reference/gas-hyperparameters.tsv"
  ).standardized.path
  private static let models = [
    "GCN": "gcn", "GAT": "gat", "APPNP": "appnp", "GCN2": "gcnii", "PNA": "pna", "PNA_JK": "pna-jk",
  ]
  private static let graphs = [
    "Cora": "cora", "CiteSeer": "citeseer", "PubMed": "pubmed", "CoauthorCS": "coauthor-cs",
    "CoauthorPhysics": "coauthor-physics", "AmazonComputers": "amazon-computers", "AmazonPhoto": "amazon-photo",
    "WikiCS": "wikics",
  ]

  func testPresetsAreThePublishedSettings() throws {
    guard let text = try? String(contentsOfFile: Self.table, encoding: .utf8) else {
      throw XCTSkip("\(Self.table) is not here")
    }
    let lines = text.split(separator: "\n").map {
      $0.split(separator: "\t", omittingEmptySubsequences: false).map(String.init)
    }
    XCTAssertEqual(lines.count - 1, Preset.all.count)
    for line in lines.dropFirst() {
      let row = Dictionary(zip(lines[0], line)) { $1 }.filter { !$0.value.isEmpty && $0.value != "none" }
      try check(row)
    }
  }

  private func check(_ row: [String: String]) throws {
    let name = "\(Self.graphs[row["dataset"]!] ?? row["dataset"]!)-\(Self.models[row["model"]!]!)"
    let (preset, settings) = (try Preset.named(name), try Preset.named(name).settings)
    func number(_ key: String, _ value: Double?, default: Double? = nil) {
      XCTAssertEqual(value, row[key].flatMap(Double.init) ?? `default`, "\(key) of \(name)")
    }
    func flag(_ key: String, _ value: Bool, default: Bool = false) {
      XCTAssertEqual(value, row[key].map { $0 == "True" } ?? `default`, "\(key) of \(name)")
    }
    func list(_ key: String, _ value: [String], default: [String]) {
      let names = row[key]?.split { "[]', ".contains($0) }.map(String.init)
      XCTAssertEqual(value, names ?? `default`, "\(key) of \(name)")
    }
    number("num_parts", Double(preset.partitions))
    number("runs", Double(preset.repeats), default: 1)
    number("num_layers", Double(settings.layers))
    number("hidden_channels", Double(settings.hidden))
    number("alpha", settings.alpha, default: 0.1)
    number("theta", settings.theta, default: 0.5)
    number("dropout", settings.dropout)
    XCTAssertEqual(settings.batchPartitions, .partitions(Int(row["batch_size"]!)!), name)
    number("lr", settings.learningRate)
    number("reg_weight_decay", settings.weightDecay)
    number("nonreg_weight_decay", settings.outerWeightDecay)
    number("grad_norm", settings.clip)
    number("epochs", Double(settings.epochs))
    number("hidden_heads", Double(settings.heads), default: 8)
    number("out_heads", Double(settings.outHeads), default: 1)
    number("max_steps", settings.maxSteps.map(Double.init))
    number("edge_dropout", settings.edgeDropout, default: 0)
    flag("drop_input", settings.dropInput, default: true)
    flag("batch_norm", settings.batchNorm)
    flag("residual", settings.residual)
    flag("linear", settings.linear)
    flag("shared_weights", settings.sharedWeights, default: true)
    list("aggregators", settings.aggregators, default: RunSettings.aggregatorNames)
    list("scalers", settings.scalers, default: RunSettings.scalerNames)
  }

  func testNamesAndWhatIsNotPublished() throws {
    XCTAssertEqual(Set(Preset.all.map(\.name)).count, Preset.all.count)
    for preset in Preset.all {
      XCTAssertEqual(preset.settings.preset, preset.name)
      XCTAssertEqual(preset.settings.schedule, RunSettings.Schedule.none)
      XCTAssertTrue(preset.ingest.contains("--partitions \(preset.partitions) "), preset.ingest)
    }
    XCTAssertTrue(try Preset.named("citeseer-appnp").ingest.contains("--feature-norm row"))
    XCTAssertTrue(try Preset.named("reddit-pna-jk").ingest.contains("--feature-norm standard"))
    XCTAssertTrue(try Preset.named("amazon-photo-gcn").ingest.contains("--splits"))
  }
}
