import Foundation
import GasBase
import GasMetrics
import GasStore
import RunSupport
import TestSupport
import XCTest

@testable import GasRuns
@testable import GasSettings

/// Which score decides, by what is asked for and by the sizes of classes, and what is said before training.
final class ScoreSelectionTests: XCTestCase {
  /// Training, validation and test nodes in turn, with these numbers of nodes of each class in each of them.
  private func fixture(_ sizes: [[Int]], classes: Int? = nil) throws -> RunFixture {
    var graph = TinyGraph.random(nodes: sizes.joined().reduce(0, +), classes: classes ?? sizes[0].count)
    var node = 0
    for (part, counts) in sizes.enumerated() {
      for (label, count) in counts.enumerated() {
        for _ in 0..<count {
          (graph.labels[node], graph.splits[node]) = (Int32(label), UInt8(part + 1))
          node += 1
        }
      }
    }
    return try RunFixture(graph)
  }

  private func selection(_ fixture: RunFixture, _ choice: RunSettings.ScoreChoice = .auto) throws -> ScoreSelection {
    try ScoreSelection(RunFixture.settings { $0.select = choice }, fixture.store)
  }

  func testWhatSuitsTheClasses() throws {
    let cases: [([[Int]], Score, Bool)] = [
      ([[30, 30], [10, 10], [9, 1]], .accuracy, false),
      // Exactly a tenth is no rarer than a tenth.
      ([[50, 5], [50, 5], [1, 1]], .accuracy, false), ([[50, 4], [50, 5], [1, 1]], .averagePrecision, true),
      // Class 0 is the rarer one; a single class; one class among the validation nodes.
      ([[3, 50], [2, 50], [1, 1]], .rocAuc, true), ([[40, 0], [40, 0], [1, 1]], .accuracy, false),
      ([[60, 5], [40, 0], [1, 1]], .macroF1, true),
      ([[50, 40, 4], [50, 40, 4], [1, 1, 1]], .macroF1, true),
      ([[50, 40, 0], [50, 40, 0], [1, 1, 9]], .accuracy, false),
    ]
    for (sizes, score, isChosen) in cases {
      let found = try selection(fixture(sizes))
      XCTAssertEqual(found.score, score, "\(sizes)")
      XCTAssertEqual(found.isChosen, isChosen, "\(sizes)")
    }
    let uneven = try selection(fixture([[50, 4], [50, 5], [1, 1]]))
    XCTAssertEqual(
      uneven.reason,
      "average precision of class 1 decides which weights are kept: of the training and validation nodes 9 are of class "
        + "1 and 100 of class 0")
  }

  func testLabelledNodesHaveOneLabelThatIsKnown() throws {
    var graph = TinyGraph.random(nodes: 12, classes: 2)
    graph.splits = [1, 1, 1, 3] + [UInt8](repeating: 0, count: 8)
    let missing = NodeLabels.missing
    graph.multiLabels = [0, 0, missing, 0, missing, missing, 1, missing] + [UInt8](repeating: 1, count: 16)
    let sizes = try ClassSizes(RunFixture(graph).store, split: 0)
    XCTAssertEqual([sizes[.train].labelled, sizes[.validation].labelled, sizes[.test].labelled], [2, 0, 1])
    XCTAssertEqual(sizes[.train].known, [1, 2], "one is known of each alone")
  }

  func testAskingForAScore() throws {
    let uneven = try fixture([[50, 4], [50, 5], [1, 1]])
    XCTAssertEqual(try selection(uneven, .plain).score, .accuracy)
    for score in Score.all(of: .single) { XCTAssertEqual(try selection(uneven, .score(score)).score, score) }
    XCTAssertThrowsError(try selection(uneven, .score(.rmse))) { error in
      XCTAssertTrue(
        "\(error)".hasPrefix(
          "\(uneven.store.path): expected select to be a score of classes, found rmse; choose auto or one of accuracy, "
        ),
        "\(error)")
    }
    let oneClass = try fixture([[50, 4], [50, 0], [1, 1]])
    XCTAssertThrowsError(try selection(oneClass, .score(.averagePrecision))) { error in
      XCTAssertEqual(
        "\(error)",
        "\(oneClass.store.path): average precision is undefined: all validation nodes are of one class; choose another "
          + "--select, or another split")
    }
    XCTAssertEqual(try selection(oneClass, .score(.macroF1)).score, .macroF1)
  }

  func testWordsOfTheChoice() throws {
    for choice in RunSettings.ScoreChoice.all {
      XCTAssertEqual(RunSettings.ScoreChoice.setting(text: choice.settingText), choice)
      let data = try JSONEncoder().encode([choice])
      XCTAssertEqual(try JSONDecoder().decode([RunSettings.ScoreChoice].self, from: data), [choice])
    }
    XCTAssertNil(RunSettings.ScoreChoice.setting(text: "rocAuc"))
    XCTAssertEqual(Set(Score.allCases.map(\.flag)).count, Score.allCases.count)
  }

  func testReport() throws {
    let report = try ScoreReport(fixture([[50, 4], [50, 5], [0, 7]]).store, RunFixture.settings())
    XCTAssertEqual(report.classCount, 2)
    XCTAssertEqual(
      report.classes,
      [.init(class: 0, name: "0", train: 50, val: 50, test: 0), .init(class: 1, name: "1", train: 4, val: 5, test: 7)])
    XCTAssertEqual(report.classText, "0: 50, 1: 4 training nodes")
    XCTAssertEqual(try XCTUnwrap(report.baseline.val?[.accuracy]), 50.0 / 55)
    XCTAssertEqual(try XCTUnwrap(report.baseline.val?[.averagePrecision]), 5.0 / 55)
    XCTAssertEqual(report.baseline.val?[.balancedAccuracy], 0.5)
    XCTAssertEqual(try XCTUnwrap(report.baseline.val?[.macroF1]), (100.0 / 105) / 2)
    XCTAssertEqual(report.baseline.val?[.rocAuc], 0.5)
    XCTAssertEqual(report.baseline.test?[.accuracy], 0)
    XCTAssertNil(report.baseline.test?[.rocAuc])
    XCTAssertEqual(
      report.baselineText,
      "accuracy 90.91 %, average precision 9.09 % on validation nodes (all as class 0)")
    XCTAssertEqual(
      report.notes, ["ROC-AUC and average precision of test nodes are undefined: all of them are alike"])
    let untrained = try ScoreReport(
      fixture([[5, 0, 0], [3, 2, 0], [1, 0, 2]], classes: 3).store, RunFixture.settings())
    XCTAssertTrue(
      untrained.notes.contains("no training node is of classes 1, 2, so that the model cannot learn them"),
      "\(untrained.notes)")
    let many = try ScoreReport(
      fixture([[Int](2...13), [Int](repeating: 2, count: 12), [1]], classes: 12).store, .init())
    XCTAssertEqual(many.classes.map(\.class), [11, 10, 9, 8, 7, 4, 3, 2, 1, 0])
    XCTAssertEqual(
      many.classText, "12; 11: 13, 10: 12, 9: 11, 8: 10, 7: 9 … 4: 6, 3: 5, 2: 4, 1: 3, 0: 2 training nodes")
    XCTAssertEqual(try JSONDecoder().decode(ScoreReport.self, from: JSONEncoder().encode(report)), report)
  }

  func testMultipleLabels() throws {
    var graph = TinyGraph.random(nodes: 60)
    graph.multiLabels = (0..<60).flatMap { [1, $0 / 3 % 3 == 0 ? 1 : 0, 0] }
    let fixture = try RunFixture(graph)
    let report = try ScoreReport(fixture.store, RunFixture.settings())
    XCTAssertEqual(report.selection.score, .microF1)
    XCTAssertFalse(report.selection.isChosen)
    // The first label always applies, the second to a third of the nodes, the third never.
    XCTAssertEqual(report.classes.map(\.val), [20, report.classes[1].val, 0])
    let rare = Double(report.classes[1].val)
    XCTAssertEqual(try XCTUnwrap(report.baseline.val?[.microF1]), 40 / (40 + rare), accuracy: 1e-12)
    XCTAssertEqual(try XCTUnwrap(report.baseline.val?[.averagePrecision]), rare / 20, accuracy: 1e-12)
    XCTAssertTrue(report.notes[1].contains("means over 1 of the 3 labels"), report.notes[1])
    XCTAssertThrowsError(try selection(fixture, .score(.accuracy)))
  }

  /// Runs from before the choice kept weights by accuracy, whatever the classes.
  func testSettingsWithoutTheKeyArePlain() throws {
    var settings = RunSettings()
    XCTAssertEqual(settings.select, .auto)
    settings.select = .score(.brier)
    let text = try settings.json()
    XCTAssertEqual(try JSONDecoder().decode(RunSettings.self, from: Data(text.utf8)).select, .score(.brier))
    let old = text.replacingOccurrences(of: #""select" : "brier","#, with: "")
    XCTAssertNotEqual(old, text)
    let read = try JSONDecoder().decode(RunSettings.self, from: Data(old.utf8))
    XCTAssertEqual(read.select, .plain)
    for preset in Preset.all { XCTAssertEqual(preset.settings.select, .plain, preset.name) }
    // Two words for the same score are the same run.
    let (even, uneven) = (try fixture([[9, 9], [9, 9], [1, 1]]), try fixture([[50, 4], [50, 5], [1, 1]]))
    settings.select = .auto
    XCTAssertTrue(settings.computesTheSame(as: read, on: even.store))
    XCTAssertFalse(settings.computesTheSame(as: read, on: uneven.store))
  }
}
