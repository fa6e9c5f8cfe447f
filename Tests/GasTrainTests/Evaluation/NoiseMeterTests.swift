import Foundation
import GasBase
import GasNN
import GasStore
import RunSupport
import TestSupport
import XCTest

@testable import GasBatch
@testable import GasRuns
@testable import GasSettings
@testable import GasTrain

/// What of a drift dropout is, and what staleness is.
final class NoiseMeterTests: NoiseMeterCase {
  /// Histories of a run in memory: of one that trains, and of a twin that pushes again, from what it is given.
  private struct Twin {
    let runner: StageRunner
    let optimiser: Adam

    init(_ fixture: RunFixture, _ settings: RunSettings) throws {
      let model = try ModelFactory.make(settings, for: fixture.store)
      let histories = try HistorySet.scratch(
        beside: fixture.folder.path, store: fixture.store, widths: StageRunner.historyWidths(of: model))
      runner = StageRunner(
        store: fixture.store, model: model, histories: histories,
        batchSize: settings.wantedPartitions(of: fixture.store), seed: 3,
        edgeDropout: settings.edgeDropout)
      optimiser = Adam(model.parameters, learningRate: 0.05)
    }

    func rows(_ layer: Int) throws -> [Float] {
      Array(try runner.histories[layer].embeddings.values.rows(0..<runner.store.nodeCount, as: Float.self))
    }
  }

  private func squaredDistance(_ a: [Float], _ b: [Float]) -> Double {
    zip(a, b).reduce(0) { $0 + Double($1.0 - $1.1) * Double($1.0 - $1.1) }
  }

  /// The oracle: the epoch is trained again from the weights that it came to, with the same steps' masks; what that
  /// pushes first differs from what the epoch pushed by staleness alone. Of one layer, which reads no history, or of
  /// one batch, which has no halo.
  func testStalenessIsWhatTheSameMasksGiveWithTheWeightsOfNow() throws {
    let fixture = try RunFixture()
    for (name, change) in noisy {
      for (layers, size) in [(2, RunSettings.BatchSize.partitions(1)), (2, .partitions(2)), (3, .all)] {
        let settings = RunFixture.settings {
          change(&$0)
          $0.layers = layers
          $0.batchPartitions = size
        }
        let trained = try Twin(fixture, settings)
        try trained.runner.inferLayerwise(step: 0) { _, _, _ in }
        let groups = VisitOrder.shuffled(partitionCount: 6, groupSize: trained.runner.batchSize, seed: 1, epoch: 1)
        _ = try trained.runner.trainEpoch(groups, firstStep: 5, optimiser: trained.optimiser, clip: nil)
        let layer = trained.runner.stages.count - 1
        let pushed = try trained.rows(layer)
        let weights = WeightTransfer.read(trained.runner.model.namedWeights)

        let meter = try NoiseMeter(
          trained.runner, groups.enumerated().map { .init(group: $1, step: 5 + $0) })
        try trained.runner.inferLayerwise(step: 9) { layer, batch, _ in try meter.keep(layer: layer, batch) }
        let sums = try XCTUnwrap(meter.measure().last)
        XCTAssertEqual(WeightTransfer.read(trained.runner.model.namedWeights), weights, "\(name) moved something")

        let twin = try Twin(fixture, settings)
        try WeightTransfer.write(weights, to: twin.runner.model.namedWeights, file: "")
        for (index, group) in groups.enumerated() {
          // A step each, from the same weights: they and the running statistics are put back.
          let adam = Adam(twin.runner.model.parameters, learningRate: 1e-30)
          _ = try twin.runner.trainEpoch([group], firstStep: 5 + index, optimiser: adam, clip: nil)
          try WeightTransfer.write(weights, to: twin.runner.model.namedWeights, file: "")
        }
        let (again, exact) = try (twin.rows(layer), trained.rows(layer))
        let label = "\(name), \(layers) layers, batches of \(size)"
        XCTAssertEqual(sums.drift, squaredDistance(pushed, exact), accuracy: 1e-4 * sums.drift, label)
        XCTAssertEqual(sums.distance, squaredDistance(pushed, again), accuracy: 1e-3 * sums.drift, label)
        XCTAssertEqual(sums.noise, squaredDistance(again, exact), accuracy: 1e-3 * sums.noise, label)
        if sums.haloNoise != 0 { XCTAssertGreaterThan(layer, 1, label) }
        XCTAssertGreaterThan(sums.noise, 0, label)
        XCTAssertGreaterThan(sums.distance, 0, label)
      }
    }
  }

  /// Weights that stay as they are make no staleness: drift is noise, that of the halo rows which deeper layers read
  /// included.
  func testWithoutLearningAllDriftIsNoise() throws {
    let fixture = try RunFixture(.random(nodes: 1200, degree: 8, features: 16, partitions: 12))
    for model in ["gcn", "sage", "gat", "appnp"] {
      try fixture.train(
        "run",
        RunFixture.settings {
          $0.model = model
          $0.hidden = 16
          $0.layers = 3
          $0.dropout = 0.5
          $0.learningRate = 1e-30
          $0.weightDecay = 0
          $0.batchPartitions = .partitions(3)
          $0.epochs = 2
        })
      for layer in try XCTUnwrap(metrics(fixture, "run").last).staleness {
        let (noise, staleness) = (try XCTUnwrap(layer.noise), try XCTUnwrap(layer.staleness))
        XCTAssertGreaterThan(layer.drift, 0.1, model)
        XCTAssertEqual(noise / layer.drift, 1, accuracy: 0.15, "\(model), layer \(layer.layer)")
        XCTAssertLessThan(staleness / layer.drift, layer.layer == 1 ? 1e-3 : 0.25, "\(model), layer \(layer.layer)")
      }
    }
  }

  func testWithoutDropoutAllDriftIsStaleness() throws {
    let fixture = try RunFixture()
    for (index, model) in ModelFactory.names.filter({ $0 != "mlp" }).enumerated() {
      for windows in [RunSettings.HaloWindows.count(0), .count(2), .mail] {
        try fixture.train(
          "run",
          RunFixture.settings {
            $0.model = model
            $0.dropout = 0
            $0.haloWindows = windows
            $0.historyType = RowEncoding.allCases[index % 3]
          })
        for layer in try XCTUnwrap(metrics(fixture, "run").last).staleness {
          let label = "\(model), windows \(windows), layer \(layer.layer)"
          XCTAssertGreaterThan(layer.drift, 0.001, label)
          XCTAssertEqual(try XCTUnwrap(layer.staleness), layer.drift, accuracy: 0.03 * layer.drift, label)
          XCTAssertLessThan(try XCTUnwrap(layer.noise), 0.2 * layer.drift, label)
        }
      }
    }
  }
}
