import GasBase
import GasNN
import GasStore
import RunSupport
import TestSupport
import XCTest

@testable import GasRuns
@testable import GasSettings
@testable import GasTrain

/// Schedules, early ends of epochs, edge dropout and weights of classes in whole runs.
final class TechniqueTests: XCTestCase {
  private func records(_ fixture: RunFixture, _ run: String) throws -> [EpochRecord] {
    try fixture.records(run)
  }

  /// A run that stopped in the middle of a schedule goes on to the same bits.
  func testResumedScheduleEqualsUninterruptedOne() throws {
    let fixture = try RunFixture()
    for schedule in RunSettings.Schedule.allCases {
      let settings = RunFixture.settings {
        $0.epochs = 7
        $0.schedule = schedule
        $0.schedulePatience = 0
        $0.scheduleFactor = 0.5
        $0.scheduleStep = 2
        $0.edgeDropout = 0.3
        $0.classWeights = .balanced
        $0.maxSteps = 2
      }
      try fixture.train("straight", settings)
      var seen = 0
      let stopped = try fixture.start("stopped", settings).train(shouldStop: {
        seen += 1
        return seen == 4
      })
      XCTAssertFalse(stopped.isComplete)
      XCTAssertTrue(try fixture.resume("stopped", settings).isComplete)
      try fixture.assertSameBits("straight", "stopped")
      let rates = try records(fixture, "stopped").map(\.learningRate)
      XCTAssertEqual(rates, try records(fixture, "straight").map(\.learningRate))
      XCTAssertNil(rates[0])
      XCTAssertEqual(rates[1], settings.learningRate)
      XCTAssertEqual(rates[7]! < settings.learningRate, schedule != .none, "\(schedule): \(rates)")
      XCTAssertEqual(
        try records(fixture, "straight").map(\.step), (0...7).map { 2 * $0 }, "two steps an epoch, not three")
    }
  }

  func testPlateauNeedsAValidationScore() throws {
    var graph = TinyGraph.random(nodes: 60)
    graph.splits = graph.splits.map { $0 == 2 ? 0 : $0 }
    let settings = RunFixture.settings { $0.schedule = .plateau }
    XCTAssertThrowsError(try RunFixture(graph).train("run", settings)) {
      XCTAssertTrue("\($0)".contains("plateau"), "\($0)")
    }
  }

  func testEdgeDropoutIsTheSameForAnyNumberOfThreads() throws {
    let fixture = try RunFixture(.random(nodes: 300, degree: 8, partitions: 6))
    for (run, threads) in [("one", 1), ("three", 3)] {
      try fixture.train(
        run,
        RunFixture.settings {
          $0.edgeDropout = 0.5
          $0.threads = threads
        })
    }
    try fixture.assertSameBits("one", "three")
    let without = try fixture.train("without", RunFixture.settings())
    XCTAssertNotEqual(without.loss, try records(fixture, "one").last?.loss)
  }

  func testBalancedWeights() throws {
    var graph = TinyGraph.random(nodes: 90, partitions: 3)
    graph.labels[0] = -1
    let single = try RunFixture(graph)
    let training = (0..<90).filter { graph.splits[$0] == 1 && graph.labels[$0] >= 0 }
    let counts = (0..<3).map { label in training.count { graph.labels[$0] == Int32(label) } }
    let counted = try ClassSizes(single.store, split: 0)[.train]
    XCTAssertEqual(counted.known, [29, 29, 29])
    XCTAssertEqual(counted.positives, counts)
    let balanced = RunFixture.settings { $0.classWeights = .balanced }
    XCTAssertEqual(try LossWeights.of(single.store, balanced), counts.map { 29 / Float(3 * $0) })

    graph.multiLabels = (0..<270).map { UInt8($0 % 3 == 0 && $0 % 2 == 0 || $0 % 9 == 1 ? 1 : 0) }
    let positives = (0..<3).map { label in
      (0..<90).count { graph.splits[$0] == 1 && graph.multiLabels![$0 * 3 + label] == 1 }
    }
    let several = try RunFixture(graph)
    let expected = positives.map { $0 == 0 ? 1 : Float(30 - $0) / Float($0) }
    XCTAssertEqual(try LossWeights.of(several.store, balanced), expected)
    XCTAssertTrue(expected.contains { $0 != 1 } && expected.contains(1), "\(expected)")
  }

  func testWeightsChangeTheRunAndMustFitTheClasses() throws {
    let fixture = try RunFixture()
    let equal = try fixture.train("equal", RunFixture.settings { $0.classWeights = .values([2, 2, 2]) })
    let plain = try fixture.train("plain", RunFixture.settings())
    let other = try fixture.train("other", RunFixture.settings { $0.classWeights = .values([5, 1, 0]) })
    XCTAssertEqual(equal.loss!, plain.loss!, accuracy: 1e-5, "only the ratios matter")
    XCTAssertNotEqual(other.loss!, plain.loss!, accuracy: 1e-3)
    let wrong = RunFixture.settings { $0.classWeights = .values([1, 2]) }
    let model = try ModelFactory.make(wrong, for: fixture.store)
    XCTAssertThrowsError(try Trainer.check(fixture.store, wrong, model: model)) {
      XCTAssertTrue("\($0)".contains("expected class-weights for the 3 classes"), "\($0)")
    }
  }

  /// Run i has seed + i and split (split + i) mod S; what is there is kept if it would compute the same.
  func testSeriesGoOverSeedsAndSplits() throws {
    var graph = TinyGraph.random(nodes: 60)
    graph.splits = graph.splits.flatMap { [$0, $0 % 3 + 1, ($0 + 1) % 3 + 1] }
    graph.splitCount = 3
    let fixture = try RunFixture(graph)
    let settings = RunFixture.settings {
      $0.seed = 7
      $0.split = 1
    }
    func series(_ change: (inout RunSettings) -> Void = { _ in }, replaceExisting: Bool = false) throws -> RunSeries {
      var own = settings
      change(&own)
      return try RunSeries(
        in: fixture.store, name: nil, settings: own, repeats: 4, replaceExisting: replaceExisting)
    }
    let new = try series()
    XCTAssertEqual(new.members.map(\.name), ["gcn-1", "gcn-2", "gcn-3", "gcn-4"])
    XCTAssertEqual(new.members.map(\.settings.seed), [7, 8, 9, 10])
    XCTAssertEqual(new.members.map(\.settings.split), [1, 2, 0, 1])
    try fixture.train("gcn-1", new.members[0].settings)
    _ = try fixture.start("gcn-2", new.members[1].settings).train(shouldStop: { true })
    XCTAssertEqual(try series { $0.threads = 2 }.members.map(\.state), [.complete, .stopped, .missing, .missing])
    XCTAssertThrowsError(try series { $0.hidden = 3 })
    XCTAssertEqual(
      try series({ $0.hidden = 3 }, replaceExisting: true).members.map(\.state), Array(repeating: .missing, count: 4))
  }
}
