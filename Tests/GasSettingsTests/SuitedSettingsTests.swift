import GasStore
import TestSupport
import XCTest

@testable import GasSettings

/// Which settings are chosen for a store, and that whoever gives one keeps the recipe of which it is a part.
final class SuitedSettingsTests: XCTestCase {
  /// A store of 2400 nodes in which one node of `every` has a label to train on, and another to validate on.
  private func store(labelled every: Int, validates: Bool = true) throws -> (TemporaryFolder, Store) {
    let folder = try TemporaryFolder()
    var graph = TinyGraph.random(nodes: 2400, partitions: 6)
    graph.splits = (0..<2400).map { node in
      node % every == 0 ? SplitPart.train.rawValue : validates && node % every == 1 ? SplitPart.validation.rawValue : 0
    }
    try graph.write(to: folder.file("store"))
    return (folder, try Store(opening: folder.file("store")))
  }

  private func chosen(_ flags: [String: any SettingValue], for store: Store) throws -> [String: String] {
    let suited = try GivenSettings(configFile: nil, flags: flags).resolve(for: store)
    return Dictionary(uniqueKeysWithValues: suited.choices.map { ($0.setting, $0.value) })
  }

  /// Whoever writes a model has a recipe for it: nothing is chosen but how long it trains.
  func testAModelOfOnesOwnGetsNoRecipe() throws {
    let (folder, many) = try store(labelled: 2)
    XCTAssertEqual(try chosen(["model": "mine"], for: many), ["epochs": "300", "patience": "50"])
    withExtendedLifetime(folder) {}
  }

  func testManyLabelsGetAModelThatLearnsFromThem() throws {
    let (folder, many) = try store(labelled: 2)
    let expected = ["model": "sage", "hidden": "128", "weight-decay": "0.0", "epochs": "300", "patience": "50"]
    XCTAssertEqual(try chosen([:], for: many), expected)
    let suited = try GivenSettings(configFile: nil, flags: [:]).resolve(for: many)
    XCTAssertEqual(suited.resolved.model, "sage")
    XCTAssertEqual(suited.resolved.patience, 50)
    XCTAssertEqual(
      suited.choices.lines,
      [
        "model sage, hidden 128, weight-decay 0.0: 1200 nodes have a label to train on",
        "epochs 300, patience 50: an epoch is one step",
      ])
    withExtendedLifetime(folder) {}
  }

  func testFewLabelsKeepTheStandards() throws {
    let (folder, few) = try store(labelled: 20)
    XCTAssertEqual(try chosen([:], for: few), ["epochs": "300", "patience": "50"])
    withExtendedLifetime(folder) {}
  }

  func testWhatIsGivenIsKept() throws {
    let (folder, many) = try store(labelled: 2)
    XCTAssertEqual(try chosen(["hidden": 16], for: many), ["epochs": "300", "patience": "50"])
    XCTAssertEqual(try chosen(["epochs": 7], for: many)["epochs"], nil)
    XCTAssertEqual(try chosen(["epochs": 7], for: many)["model"], "sage")
    let gcn = try GivenSettings(configFile: nil, flags: ["model": "gcn"]).resolve(for: many)
    XCTAssertEqual(gcn.resolved.model, "gcn")
    XCTAssertEqual(gcn.resolved.weightDecay, 0)
    XCTAssertEqual(try chosen(["preset": "cora-gcn"], for: many), [:])
    XCTAssertEqual(
      try GivenSettings(configFile: nil, flags: ["hidden": 16, "epochs": 7]).resolve(for: many).resolved,
      try RunSettings.resolve(configFile: nil, flags: ["hidden": 16, "epochs": 7]))
    withExtendedLifetime(folder) {}
  }

  func testPatienceNeedsValidationNodes() throws {
    let (folder, blind) = try store(labelled: 2, validates: false)
    XCTAssertNil(try chosen([:], for: blind)["patience"])
    withExtendedLifetime(folder) {}
  }

  func testOneBatchWhereTheGraphIsSmall() throws {
    let (folder, small) = try store(labelled: 2)
    var settings = RunSettings()
    XCTAssertEqual(settings.wantedPartitions(of: small), small.partitions.count)
    settings.batchPartitions = .partitions(3)
    XCTAssertEqual(settings.wantedPartitions(of: small), 3)
    settings.batchPartitions = .auto
    // 2400 nodes of 2 × 4 × 65 536 values need more than half a gibibyte.
    settings.hidden = 1 << 16
    XCTAssertEqual(settings.wantedPartitions(of: small), 4)
    withExtendedLifetime(folder) {}
  }
}
