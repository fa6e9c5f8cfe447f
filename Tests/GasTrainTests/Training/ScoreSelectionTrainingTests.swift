import Foundation
import GasBase
import GasFormats
import GasMetrics
import GasStore
import RunSupport
import TestSupport
import XCTest

@testable import GasRuns
@testable import GasSettings
@testable import GasTrain

/// The selected score decides which weights are kept, patience and plateau, and all scores are in the run's files.
final class ScoreSelectionTrainingTests: XCTestCase {
  /// One node in fifteen is of class 1, which features tell in part.
  private func graph(multi: Bool = false) -> TinyGraph {
    var graph = TinyGraph.random(nodes: 240, classes: 2, partitions: 6, seed: 4)
    var random = SeededRandom(seed: 8)
    for node in 0..<graph.nodeCount {
      let isRare = random.below(15) == 0
      graph.labels[node] = isRare ? 1 : 0
      if isRare { graph.features[node * graph.featureWidth] += 1 }
    }
    graph.labels[5] = -1
    if multi {
      graph.multiLabels = (0..<graph.nodeCount * 2).map { _ in UInt8(random.below(4) / 3) }
    }
    return graph
  }

  private func settings(_ select: RunSettings.ScoreChoice, _ change: (inout RunSettings) -> Void = { _ in })
    -> RunSettings
  {
    RunFixture.settings {
      $0.select = select
      $0.epochs = 12
      $0.learningRate = 0.05
      change(&$0)
    }
  }

  func testTheKeptEpochHasTheBestSelectedScore() throws {
    let fixture = try RunFixture(graph())
    var epochs = Set<Int>()
    for score in Score.all(of: .single) {
      let result = try fixture.train(score.flag, settings(.score(score)))
      let trained = try fixture.records(score.flag).filter { $0.epoch > 0 }
      let sign = score.isLowerBetter ? -1.0 : 1
      let best = try XCTUnwrap(
        trained.min {
          (-sign * $0.scores!.val![score]!, $0.valLoss!, $0.epoch) < (
            -sign * $1.scores!.val![score]!, $1.valLoss!, $1.epoch
          )
        })
      XCTAssertEqual(result.bestEpoch, best.epoch, score.flag)
      XCTAssertEqual(result.scores, best.scores, score.flag)
      XCTAssertEqual(result.lastScores, trained.last?.scores)
      XCTAssertEqual([result.valAccuracy, result.valLoss], [best.val, best.valLoss], score.flag)
      epochs.insert(best.epoch)
    }
    XCTAssertGreaterThan(epochs.count, 1, "scores disagree, or this shows nothing")
    let chosen = try fixture.train("auto", settings(.auto))
    XCTAssertEqual(chosen.selection.selection.score, .averagePrecision)
    try fixture.assertSameBits("auto", "average-precision")
  }

  /// Every part has all scores, whatever the threads, and inference finds the same.
  func testScoresInTheFiles() throws {
    for multi in [false, true] {
      let fixture = try RunFixture(graph(multi: multi))
      let result = try fixture.train("one", settings(.auto) { $0.measureScores = .all })
      try fixture.train(
        "three",
        settings(.auto) {
          $0.threads = 3
          $0.measureScores = .all
        })
      let records = try fixture.records("one")
      XCTAssertEqual(records.map(\.scores), try fixture.records("three").map(\.scores))
      for record in records {
        for part in SplitPart.allCases {
          let scores = try XCTUnwrap(record.scores?[part])
          for score in Score.all(of: multi ? .multi : .single) { XCTAssertNotNil(scores[score], score.name) }
          XCTAssertNil(scores[.r2])
        }
        XCTAssertEqual([record.train, record.val, record.test], SplitPart.allCases.map { record.scores?[$0]?.main })
        XCTAssertEqual(record.valLoss, record.scores?.val?[.logLoss])
      }
      let folder = try RunFolder.open(in: fixture.store, name: "one")
      let best = try Exporter(fixture.store, folder).export(.init(), threads: 2)
      XCTAssertEqual(best.scores, result.scores)
      XCTAssertEqual(best.scores, try RunStatistics(fixture.store, folder).scores)
      let last = try Exporter(fixture.store, folder).export(.init(), threads: 2, weights: .last)
      XCTAssertEqual(last.scores, result.lastScores)
      XCTAssertEqual(try RunResult(reading: folder, of: fixture.store).scores, result.scores)
    }
  }

  /// With many classes, evaluations measure what counts predictions alone; the last one all, and any where one of the
  /// others decides. It changes no weight.
  func testWhatIsMeasuredWhen() throws {
    let fixture = try RunFixture()
    let all = Set(Score.all(of: .single))
    func measured(_ record: EpochRecord, _ part: SplitPart) -> Set<Score> {
      Set(Score.allCases.filter { record.scores?[part]?[$0] != nil })
    }
    for (name, select, kind) in [
      ("auto", .auto, .auto), ("all", .auto, .all), ("brier", .score(.brier), .auto),
    ] as [(String, RunSettings.ScoreChoice, RunSettings.MeasuredScores)] {
      try fixture.train(
        name,
        RunFixture.settings {
          $0.select = select
          $0.measureScores = kind
        })
      let records = try fixture.records(name)
      for record in records {
        let counted: Set<Score> = [.accuracy, .balancedAccuracy, .macroF1, .microF1]
        let isWhole = name != "auto" || record.epoch == 4
        XCTAssertEqual(measured(record, .test), isWhole ? all : counted, "\(name) \(record.epoch)")
        XCTAssertEqual(measured(record, .validation), isWhole ? all : counted.union([.logLoss]))
      }
    }
    try fixture.assertSameBits("auto", "all")
    let loss = try fixture.records("auto").map(\.valLoss)
    XCTAssertEqual(loss, try fixture.records("all").map(\.valLoss))
  }

  /// Losses fall, so that their plateaus and patience follow them downwards; a run that was stopped ends as one that
  /// was not.
  func testPatienceAndPlateauFollowALossDownwards() throws {
    let fixture = try RunFixture(graph())
    let settings = settings(.score(.logLoss)) {
      $0.epochs = 60
      $0.patience = 5
      $0.schedule = .plateau
      $0.schedulePatience = 1
    }
    let straight = try fixture.train("straight", settings)
    let records = try fixture.records("straight").filter { $0.epoch > 0 }
    XCTAssertEqual(straight.epochs, min(60, straight.bestEpoch + 5))
    XCTAssertGreaterThan(straight.bestEpoch, 3, "the loss falls at first")
    let falling = records.prefix(straight.bestEpoch)
    XCTAssertTrue(
      zip(falling, falling.dropFirst()).contains { $0.learningRate == $1.learningRate && $1.valLoss! < $0.valLoss! })
    XCTAssertLessThan(try XCTUnwrap(records.last?.learningRate), 0.05, "the plateau was seen")
    var seen = 0
    _ = try fixture.start("stopped", settings).train(shouldStop: {
      seen += 1
      return seen == 3
    })
    XCTAssertEqual(try fixture.resume("stopped", settings).bestEpoch, straight.bestEpoch)
    try fixture.assertSameBits("straight", "stopped")
  }

  /// A run from before the choice has no key, and goes on by accuracy.
  func testOldRunsGoOnByAccuracy() throws {
    let fixture = try RunFixture(graph())
    try fixture.train("plain", settings(.plain))
    try fixture.train("old", settings(.plain) { $0.epochs = 5 })
    try RunFixture.unseal(fixture.folder.file("store/runs/old/config.json"), removing: "select")
    let folder = try RunFolder.open(in: fixture.store, name: "old")
    var read = try folder.settings()
    XCTAssertEqual(read.select, .plain)
    read.epochs = 12
    _ = try fixture.resume("old", read)
    try fixture.assertSameBits("plain", "old")
    let lines = try String(contentsOfFile: folder.metrics, encoding: .utf8).split(separator: "\n")
    let old = lines[0].replacingOccurrences(of: #""scores":\{.*?\}\},"#, with: "", options: .regularExpression)
    XCTAssertNotEqual(old, String(lines[0]))
    let record = try JSONDecoder().decode(EpochRecord.self, from: Data(old.utf8))
    XCTAssertNil(record.scores)
    XCTAssertNotNil(record.val)
  }

  func testAnUndefinedScoreLoses() {
    func best(_ epoch: Int, _ loss: Double?) -> Checkpoint.Best {
      var scores = SplitScores()
      scores.val = PartScores()
      scores.val?[.accuracy] = 0.9
      scores.val?[.logLoss] = loss
      let counts = ScoreSelection.named(.logLoss)
      return Checkpoint.Best(epoch: epoch, scores, by: counts)
    }
    XCTAssertTrue(best(2, 0.5).isBetter(than: best(1, 0.6)))
    XCTAssertFalse(best(2, 0.6).isBetter(than: best(1, 0.5)))
    XCTAssertFalse(best(2, .infinity).isBetter(than: best(1, 9)))
    XCTAssertTrue(best(2, 9).isBetter(than: best(1, nil)))
  }

  /// What scores no better than predicting all nodes alike is said, and a last epoch that is far from the best.
  func testNotesAboutScores() throws {
    let fixture = try RunFixture(graph())
    let blind = try fixture.train("blind", settings(.score(.accuracy)) { $0.learningRate = 1e-30 })
    let stuck = try XCTUnwrap(blind.scoreNotes?.first)
    XCTAssertTrue(stuck.hasPrefix("the kept weights have accuracy"), stuck)
    let found = try fixture.train("far", settings(.auto) { $0.epochs = 40 })
    let records = try fixture.records("far")
    let (last, best) = (records.last!.scores!.val![.averagePrecision]!, found.scores!.val![.averagePrecision]!)
    let isFar = abs(last - best) > 0.1 * best
    XCTAssertEqual(found.scoreNotes?.contains { $0.contains("--weights last") } ?? false, isFar)
  }
}
