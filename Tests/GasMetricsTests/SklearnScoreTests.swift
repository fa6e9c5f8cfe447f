import Foundation
import TestSupport
import XCTest

@testable import GasMetrics

/// Scores are those of scikit-learn on the same outputs, with ties, gaps and single classes; what it cannot define is
/// absent.
final class SklearnScoreTests: XCTestCase {
  private func assertEqual(_ found: PartScores, _ wanted: PartScores, _ name: String) {
    for score in Score.allCases {
      switch (found[score], wanted[score]) {
      case (.none, .none): break
      case (.some(let found), .some(let wanted)):
        XCTAssertEqual(found, wanted, accuracy: 1e-6 * max(1, abs(wanted)), "\(score.rawValue) of \(name)")
      case (let found, let wanted):
        XCTFail("\(score.rawValue) of \(name) is \(found.map { "\($0)" } ?? "absent"), not \(wanted ?? .nan)")
      }
    }
  }

  func testTablesOfClassesAndLabels() throws {
    let folder = try TemporaryFolder()
    let cases = try ScoreTableCase.all()
    XCTAssertEqual(cases.count, 20)
    for table in cases where table.kind != "values" {
      // In memory; rows on the disk; rows and sorting on the disk.
      for bytes in [RankColumns.standardBytes, 8 * 40 * table.width, 8 * 32] {
        let (_, found) = try table.ranks(bytes, in: folder.path)
        assertEqual(found, table.scores, "\(table.name) in \(bytes) bytes")
      }
    }
    XCTAssertEqual(try FileManager.default.contentsOfDirectory(atPath: folder.path), [], "files have no names")
  }

  func testTablesOfValues() throws {
    let cases = try ScoreTableCase.all().filter { $0.kind == "values" }
    XCTAssertEqual(cases.count, 4)
    for table in cases { assertEqual(table.values, table.scores, table.name) }
  }

  /// The cut has the greatest F₁, and the predictions above it have that F₁.
  func testCutsHaveTheGreatestF1() throws {
    let folder = try TemporaryFolder()
    for table in try ScoreTableCase.all() {
      guard let wanted = table.bestF1 else { continue }
      for bytes in [RankColumns.standardBytes, 8 * 32] {
        let (ranks, _) = try table.ranks(bytes, in: folder.path)
        for (column, best) in wanted.enumerated() {
          let cut = try ranks.curve(of: column).bestCut
          XCTAssertEqual(cut == nil, best == nil, table.name)
          guard let cut, let best else { continue }
          XCTAssertEqual(cut.f1, best, accuracy: 1e-12, table.name)
          XCTAssertEqual(try ranks.counts(of: column, above: cut.threshold).f1, best, accuracy: 1e-12, table.name)
        }
      }
    }
  }

  func testScoresAsJSON() throws {
    var table = PartScores()
    table[.rocAuc] = 0.5
    table[.logLoss] = .infinity
    table[.r2] = .nan
    let data = try JSONEncoder().encode(table)
    XCTAssertEqual(String(decoding: data, as: UTF8.self), #"{"rocAuc":0.5}"#)
    XCTAssertEqual(try JSONDecoder().decode(PartScores.self, from: data), table)
    XCTAssertEqual(
      Score.allCases.map(\.rawValue),
      [
        "accuracy", "balancedAccuracy", "macroF1", "microF1", "rocAuc", "averagePrecision", "logLoss",
        "calibrationError", "brier", "topKF1", "rmse", "mae", "mse", "r2",
      ], "keys are read by other programs")
  }
}
