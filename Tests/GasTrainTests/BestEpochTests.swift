import Foundation
import GasBase
import GasNN
import GasStore
import TestSupport
import XCTest

@testable import GasTrain

/// Which epoch's weights are kept: a trained one, by score, then loss, then age; and which nodes are trained on.
final class BestEpochTests: XCTestCase {
  private func records(_ fixture: RunFixture, _ name: String) -> [EpochRecord] {
    MetricsLog.records(fixture.folder.file("store/runs/\(name)/metrics.jsonl"))
  }

  private func plainBest(_ records: [EpochRecord]) -> EpochRecord? {
    records.filter { $0.epoch > 0 && $0.isEvaluated }.max {
      ($0.val!, -$0.valLoss!, -$0.epoch) < ($1.val!, -$1.valLoss!, -$1.epoch)
    }
  }

  func testTheBestEpochIsTrainedAndTiesGoToTheLowerLoss() throws {
    var multi = TinyGraph.random(nodes: 90, partitions: 6)
    multi.multiLabels = (0..<90 * 3).map { $0 % 11 == 0 ? 1 : 0 }
    var (worse, ties) = (0, 0)
    for graph in [TinyGraph.random(nodes: 90, partitions: 6), multi] {
      let fixture = try RunFixture(graph)
      for (index, rate) in [1e-6, 1e-3, 0.05, 2].enumerated() {
        for every in [1, 2] {
          let settings = RunFixture.settings {
            ($0.epochs, $0.learningRate, $0.seed, $0.evaluateEvery) = (6, rate, UInt64(index), every)
          }
          let result = try fixture.train("run", settings)
          let records = records(fixture, "run")
          let best = try XCTUnwrap(plainBest(records))
          XCTAssertEqual(result.bestEpoch, best.epoch, "rate \(rate)")
          XCTAssertEqual(result.valAccuracy, best.val)
          XCTAssertEqual(result.valLoss, best.valLoss)
          worse += records[0].val! > best.val! ? 1 : 0
          ties += records.count { $0.epoch > 0 && $0.val == best.val } > 1 ? 1 : 0
          XCTAssertEqual(result.trainingNote != nil, result.bestEpoch == every)
        }
      }
    }
    XCTAssertGreaterThan(worse, 0, "epoch 0 had the best score once")
    XCTAssertGreaterThan(ties, 0)
  }

  func testWithoutEpochsTheWeightsAreThoseOfTheBeginning() throws {
    let fixture = try RunFixture()
    let result = try fixture.train("run", RunFixture.settings { $0.epochs = 0 })
    XCTAssertEqual(result.bestEpoch, 0)
    XCTAssertTrue(try XCTUnwrap(result.trainingNote).contains("those that the run began with"))
    let model = try RunFolder.open(in: fixture.store, name: "run").model
    XCTAssertTrue(try ModelFile.isUntrained(model))
    let more = try fixture.resume("run", RunFixture.settings { $0.epochs = 3 })
    XCTAssertGreaterThan(more.bestEpoch, 0)
    XCTAssertFalse(try ModelFile.isUntrained(model))
  }

  /// The mean cross-entropy of validation nodes with labels, from the outputs of the whole graph as one batch.
  func testValidationLoss() throws {
    var graph = TinyGraph.random(nodes: 90, partitions: 6)
    for node in stride(from: 0, to: 90, by: 7) { graph.labels[node] = -1 }
    let fixture = try RunFixture(graph)
    let model = try ModelFactory.make(RunFixture.settings(), for: fixture.store)
    let evaluator = try Evaluator(
      fixture.store, model: model, settings: RunFixture.settings(), execution: Execution(),
      scratchIn: fixture.folder.path)
    var (sum, count) = (0.0, 0)
    let scores = try evaluator.scores { layer, batch, rows in
      guard layer == 3, case .single(let labels) = batch.labels else { return }
      for row in 0..<batch.rowCount where batch.splits[row] == SplitPart.validation.rawValue && labels[row] >= 0 {
        let logits = (0..<3).map { Double(rows[row, $0]) }
        sum += logits.map { exp($0) }.reduce(0, +).logarithm - logits[Int(labels[row])]
        count += 1
      }
    }
    XCTAssertGreaterThan(count, 5)
    XCTAssertEqual(try XCTUnwrap(scores.validationLoss), sum / Double(count), accuracy: 1e-6)
  }

  func testPatienceCountsFromTheBestEpochAndResumingKeepsTheBits() throws {
    let fixture = try RunFixture()
    let settings = RunFixture.settings { ($0.epochs, $0.patience, $0.learningRate) = (40, 3, 0.05) }
    let result = try fixture.train("whole", settings)
    XCTAssertEqual(result.epochs, min(40, result.bestEpoch + 3))
    var stops = 0
    _ = try fixture.start("halves", settings).train(shouldStop: {
      stops += 1
      return stops == 2
    })
    _ = try fixture.resume("halves", settings)
    try fixture.assertSameBits("whole", "halves")
  }

  func testCheckpointsWithoutALossLoad() throws {
    let fixture = try RunFixture()
    let settings = RunFixture.settings { ($0.epochs, $0.learningRate) = (2, 1e-9) }
    try fixture.train("run", settings)
    let path = fixture.folder.file("store/runs/run/checkpoint.safetensors")
    for (epoch, wanted) in [(2, 2), (0, 3)] {
      var state = try Checkpoint(reading: path)
      (state.best.epoch, state.best.valLoss, state.epoch) = (epoch, nil, 2)
      try state.write(to: path)
      XCTAssertFalse(
        try String(decoding: Data(contentsOf: URL(fileURLWithPath: path)), as: UTF8.self).contains("valLoss"))
      let result = try fixture.resume("run", RunFixture.settings { ($0.epochs, $0.learningRate) = (3, 1e-9) })
      XCTAssertEqual(result.bestEpoch, wanted, "an equal score replaces epoch 0 alone")
    }
  }

  func testTrainingNodesWithoutLabelsDoNotCount() throws {
    var graph = TinyGraph.random(nodes: 90, partitions: 6)
    graph.splits = graph.splits.map { _ in 1 }
    for node in 0..<90 where node % 6 == 0 { graph.splits[node] = 2 }
    let inPartition = (0..<90).filter { graph.partition[$0] == 4 }
    for node in inPartition + [1, 2] { graph.labels[node] = -1 }
    let fixture = try RunFixture(graph)
    let training = try TrainingPartitions(fixture.store, split: 0)
    let labelled = (0..<90).count { graph.splits[$0] == 1 && graph.labels[$0] >= 0 }
    let others = (0..<90).count { graph.splits[$0] == 1 && graph.labels[$0] < 0 }
    XCTAssertEqual([training.nodeCount, training.unlabelledCount], [labelled, others])
    XCTAssertEqual((0..<6).map { training.containsTrainingNode([$0]) }, (0..<6).map { $0 != 4 })
    let result = try fixture.train("run", RunFixture.settings { $0.batchPartitions = .partitions(1) })
    XCTAssertEqual([result.trainingNodes, result.unlabelledTrainingNodes], [labelled, others])
    XCTAssertEqual(records(fixture, "run").last?.step, 4 * 5, "a batch without labels is no step")
    XCTAssertEqual(
      try LabelNotes.lines(on: fixture.store, split: 0),
      ["\(others) of the \(labelled + others) training nodes have no label; the other \(labelled) are trained on"])
    graph.labels = graph.labels.map { _ in -1 }
    XCTAssertThrowsError(try TrainingPartitions(RunFixture(graph).store, split: 0)) {
      XCTAssertTrue("\($0)".contains("no training nodes with labels in split 0"), "\($0)")
    }
  }
}

extension Double {
  fileprivate var logarithm: Double { Foundation.log(self) }
}
