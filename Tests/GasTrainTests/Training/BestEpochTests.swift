import Foundation
import GasBase
import GasFormats
import GasNN
import GasStore
import RunSupport
import TestSupport
import XCTest

@testable import GasRuns
@testable import GasSettings
@testable import GasTrain

/// Which epoch's weights are kept: trained ones, by validation score, then by validation loss, then the earliest.
final class BestEpochTests: XCTestCase {
  private typealias Best = Checkpoint.Best

  private func records(_ fixture: RunFixture, _ run: String) throws -> [EpochRecord] {
    try fixture.records(run)
  }

  private func checkpoint(_ fixture: RunFixture, _ run: String) throws -> Checkpoint {
    try Checkpoint(reading: fixture.folder.file("store/runs/\(run)/checkpoint.safetensors"))
  }

  func testOrder() {
    func best(_ epoch: Int, _ val: Double?, _ loss: Double?) -> Best { Best(epoch: epoch, val: val, valLoss: loss) }
    let cases: [(Best, Best, Bool)] = [
      (best(1, 0.1, 9), best(0, 0.9, 0.1), true), (best(1, nil, nil), best(0, nil, nil), true),
      (best(5, 0, 9), best(0, 0, 0.1), true), (best(2, 0.6, 9), best(1, 0.5, 0.1), true),
      (best(2, 0.5, 0.1), best(1, 0.6, 9), false), (best(2, 0.5, 0.1), best(1, 0.5, 0.2), true),
      (best(2, 0.5, 0.2), best(1, 0.5, 0.2), false), (best(2, 0.5, 0.3), best(1, 0.5, 0.2), false),
      (best(2, 0, 0.1), best(1, 0, 0.2), true), (best(2, nil, nil), best(1, nil, nil), true),
      // An old checkpoint has no loss; a loss beyond all numbers is none.
      (best(2, 0.5, 0.1), best(1, 0.5, nil), false), (best(2, 0.5, nil), best(1, 0.5, 0.1), false),
      (best(2, 0.6, nil), best(1, 0.5, nil), true),
    ]
    for (new, old, expected) in cases { XCTAssertEqual(new.isBetter(than: old), expected, "\(new) after \(old)") }
  }

  /// Few validation nodes, so that scores are often equal.
  private func graph(validationNodes: Int, multi: Bool = false) -> TinyGraph {
    var graph = TinyGraph.random(nodes: 90, partitions: 6)
    let validation = graph.splits.indices.filter { graph.splits[$0] == 2 }
    for node in validation.dropFirst(validationNodes) { graph.splits[node] = 0 }
    if multi { graph.multiLabels = (0..<90 * 3).map { $0 % 3 == Int(graph.labels[$0 / 3]) ? 1 : 0 } }
    return graph
  }

  func testTheKeptEpochIsTheBestOfTheMetrics() throws {
    var decidedByLoss = 0
    for multi in [false, true] {
      let fixture = try RunFixture(graph(validationNodes: 4, multi: multi))
      for model in ["gcn", "sage", "gcnii", "gat", "appnp"] {
        let result = try fixture.train(
          model,
          RunFixture.settings {
            $0.model = model
            $0.epochs = 12
          })
        let trained = try records(fixture, model).filter { $0.epoch > 0 }
        let best = try XCTUnwrap(trained.min { ($1.val!, $0.valLoss!, $0.epoch) < ($0.val!, $1.valLoss!, $1.epoch) })
        XCTAssertEqual(result.bestEpoch, best.epoch, model)
        XCTAssertEqual([result.valAccuracy, result.valLoss], [best.val, best.valLoss], model)
        let first = try XCTUnwrap(trained.first { $0.val == best.val })
        if first.epoch != best.epoch { decidedByLoss += 1 }
        XCTAssertEqual(
          try Safetensors(reading: fixture.folder.file("store/runs/\(model)/model.safetensors")).metadata["epoch"],
          "\(best.epoch)")
        XCTAssertEqual(result.bestEpochNote != nil, best.epoch == 1, model)
      }
    }
    XCTAssertGreaterThanOrEqual(decidedByLoss, 3)
  }

  /// Steps too small to change a weight: every epoch is as good as the weights before training, which are not kept all
  /// the same.
  func testEqualEpochsKeepTheFirstThatWasTrained() throws {
    let fixture = try RunFixture()
    for (every, patience, expected) in [(1, nil, (1, 6)), (2, nil, (2, 6)), (1, 2, (1, 3)), (2, 1, (2, 4))]
      as [(Int, Int?, (Int, Int))]
    {
      let result = try fixture.train(
        "run",
        RunFixture.settings {
          $0.epochs = 6
          $0.learningRate = 1e-30
          $0.weightDecay = 0
          $0.evaluateEvery = every
          $0.patience = patience
        })
      XCTAssertEqual([result.bestEpoch, result.epochs], [expected.0, expected.1], "every \(every)")
      let evaluated = try records(fixture, "run").filter(\.isEvaluated)
      XCTAssertEqual(Set(evaluated.map(\.valLoss)).count, 1)
      XCTAssertTrue(try XCTUnwrap(result.bestEpochNote).hasPrefix("epoch \(every) is the first that was evaluated of"))
    }
  }

  func testNotesOfTheBestEpoch() throws {
    let fixture = try RunFixture()
    let untrained = try fixture.train("none", RunFixture.settings { $0.epochs = 0 })
    XCTAssertEqual(untrained.bestEpoch, 0)
    XCTAssertEqual(untrained.bestEpochNote, "no epoch was trained: the weights are those from before training")
    let folder = try RunFolder.open(in: fixture.store, name: "none")
    XCTAssertEqual(try folder.untrainedNote(), "the weights of run none are those from before training")
    XCTAssertEqual(try RunStatistics(fixture.store, folder).bestEpochNote, untrained.bestEpochNote)

    let once = try fixture.train("once", RunFixture.settings { $0.epochs = 1 })
    XCTAssertEqual(once.bestEpoch, 1)
    XCTAssertTrue(try XCTUnwrap(once.bestEpochNote).contains("the only one that was evaluated"))
    XCTAssertNil(try RunFolder.open(in: fixture.store, name: "once").untrainedNote())

    let blind = try RunFixture(graph(validationNodes: 0)).train("blind", RunFixture.settings())
    XCTAssertEqual(blind.bestEpoch, 4)
    XCTAssertEqual(
      blind.bestEpochNote, "there are no validation nodes with labels: the latest weights are kept")
    XCTAssertNil(blind.valLoss)
  }

  /// Patience counts from the best epoch, ties that the loss decides included; and a run that was stopped ends as one
  /// that was not.
  func testPatienceAndResumptionFollowTheSameOrder() throws {
    let fixture = try RunFixture(graph(validationNodes: 3))
    for (model, schedule) in [("gcn", RunSettings.Schedule.none), ("sage", .plateau), ("gat", .plateau)] {
      let settings = RunFixture.settings {
        $0.model = model
        $0.schedule = schedule
        $0.schedulePatience = 1
        $0.epochs = 40
        $0.patience = 3
      }
      let straight = try fixture.train("straight", settings)
      let trained = try records(fixture, "straight").filter { $0.epoch > 0 }
      XCTAssertEqual(straight.epochs, min(40, straight.bestEpoch + 3))
      XCTAssertEqual(trained.count, straight.epochs)
      for stop in [1, 2, 4] {
        var seen = 0
        _ = try fixture.start("stopped", settings).train(shouldStop: {
          seen += 1
          return seen == stop
        })
        let resumed = try fixture.resume("stopped", settings)
        XCTAssertEqual([resumed.bestEpoch, resumed.epochs], [straight.bestEpoch, straight.epochs])
        XCTAssertEqual(resumed.valLoss, straight.valLoss)
        try fixture.assertSameBits("straight", "stopped")
      }
    }
  }

  /// Checkpoints of before the loss was kept, one of which has kept the weights before training.
  func testOldCheckpointsLoad() throws {
    let fixture = try RunFixture()
    for old in [Best(epoch: 0, val: 1), Best(epoch: 2, val: 1), Best(epoch: 2, val: 0)] {
      try fixture.train("old", RunFixture.settings())
      var state = try checkpoint(fixture, "old")
      state.best = old
      state.kernels = nil
      try state.write(to: fixture.folder.file("store/runs/old/checkpoint.safetensors"))
      let text = try XCTUnwrap(
        Safetensors(reading: fixture.folder.file("store/runs/old/checkpoint.safetensors")).metadata["gas"])
      XCTAssertFalse(text.contains("valLoss"), "absent as in files of before")
      let resumed = try fixture.resume("old", RunFixture.settings { $0.epochs = 5 })
      XCTAssertEqual(resumed.bestEpoch, old == Best(epoch: 2, val: 1) ? 2 : 5)
      XCTAssertEqual(resumed.valLoss == nil, resumed.bestEpoch == 2)
    }
  }
}
