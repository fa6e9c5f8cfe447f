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
final class NoiseMeterTests: XCTestCase {
  private typealias Change = (inout RunSettings) -> Void

  /// What makes rows that are pushed in training differ from exact ones.
  private let noisy: [(String, Change)] = [
    ("dropout", { $0.dropout = 0.5 }),
    (
      "edges",
      {
        $0.dropout = 0
        $0.edgeDropout = 0.3
      }
    ),
    (
      "batch norm",
      {
        $0.dropout = 0
        $0.batchNorm = true
      }
    ),
    (
      "attention",
      {
        $0.model = "gat"
        $0.dropout = 0.6
      }
    ), ("deep", { $0.model = "gcnii" }),
  ]

  private func metrics(_ fixture: RunFixture, _ run: String) throws -> [EpochRecord] {
    try fixture.records(run)
  }

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

  func testMeasuringChangesNoBitOfTraining() throws {
    let fixture = try RunFixture()
    for model in ModelFactory.names.filter({ $0 != "mlp" }) {
      for (index, (_, change)) in noisy.prefix(3).enumerated() {
        let settings = RunFixture.settings {
          change(&$0)
          $0.model = model
          $0.batchNorm = index > 0
          $0.lipschitz = 0.5
          $0.haloWindows = [.count(0), .count(2), .mail][index]
          $0.batchPartitions = index == 1 ? .all : .partitions(2)
          $0.evaluateEvery = index == 2 ? 2 : 1
        }
        for measures in [false, true] {
          let trainer = try fixture.start("measures-\(measures)", settings)
          trainer.measuresNoise = measures
          _ = try trainer.train()
        }
        func contents(_ run: String) throws -> [String: Data] {
          let folder = fixture.folder.file("store/runs/\(run)")
          let files = try FileManager.default.contentsOfDirectory(atPath: folder)
          let compared = files.filter { $0.hasSuffix(".gascol") || $0.hasSuffix(".safetensors") }
          return Dictionary(
            uniqueKeysWithValues: compared.map { ($0, FileManager.default.contents(atPath: "\(folder)/\($0)")!) })
        }
        let (without, with) = (try contents("measures-false"), try contents("measures-true"))
        XCTAssertGreaterThanOrEqual(with.count, 4)
        XCTAssertEqual(without, with, model)
        let (a, b) = (try metrics(fixture, "measures-false"), try metrics(fixture, "measures-true"))
        XCTAssertEqual(a.map(\.valLoss), b.map(\.valLoss))
        XCTAssertEqual(a.map(\.loss), b.map(\.loss))
        XCTAssertTrue(a.flatMap(\.staleness).allSatisfy { $0.noise == nil && $0.staleness == nil })
        XCTAssertTrue(b.last!.staleness.allSatisfy { $0.noise != nil && $0.staleness != nil })
        XCTAssertEqual(a.flatMap(\.staleness).map(\.drift), b.flatMap(\.staleness).map(\.drift))
      }
    }
  }

  /// At the first evaluation, at every so manieth, and at the last; whatever was not measured is absent.
  func testWhenItIsMeasured() throws {
    let fixture = try RunFixture()
    for (size, epochs, expected) in [
      (RunSettings.BatchSize.all, 24, [1, 24]), (.partitions(1), 40, [1, 35, 40]), (.partitions(2), 8, [1, 8]),
    ] {
      try fixture.train(
        "run",
        RunFixture.settings {
          $0.batchPartitions = size
          $0.epochs = epochs
        })
      let measured = try metrics(fixture, "run").filter { $0.staleness.contains { $0.noise != nil } }
      XCTAssertEqual(measured.map(\.epoch), expected)
      XCTAssertTrue(measured.flatMap(\.staleness).allSatisfy { $0.noise != nil && $0.staleness != nil })
    }
    let folder = try RunFolder.open(in: fixture.store, name: "run")
    let statistics = try RunStatistics(fixture.store, folder)
    XCTAssertEqual(
      statistics.atLastRefresh.map(\.noise), try metrics(fixture, "run").last?.staleness.map(\.noise))
    XCTAssertTrue(statistics.now.allSatisfy { $0.noise == nil })
  }

  func testSamplesAreTheMiddlesOfEqualParts() {
    func steps(_ count: Int) -> [Int] {
      NoiseMeter.sample((0..<count).map { [$0] }, firstStep: 100).map { visit in
        XCTAssertEqual(visit.group, [visit.step - 100])
        return visit.step - 100
      }
    }
    XCTAssertEqual(steps(1), [0])
    XCTAssertEqual(steps(5), [2])
    XCTAssertEqual(steps(100), [25, 75])
    XCTAssertEqual(steps(10_000).count, 16)
    XCTAssertEqual(Set(steps(10_000)).count, 16)
  }

  func testRefreshesOfBeforeAreRead() throws {
    let old = """
      {"layers":[{"age":{"max":3,"median":2,"min":1,"percentile90":3},"drift":0.5,"largestDistance":1,"layer":1,\
      "meanDistance":0.2,"partitions":[]}],"step":12}
      """
    let folder = try TemporaryFolder()
    try Data(old.utf8).write(to: URL(fileURLWithPath: folder.file("refresh.json")))
    let refresh = try Refresh(reading: folder.file("refresh.json"))
    XCTAssertEqual(refresh.layers[0].drift, 0.5)
    XCTAssertNil(refresh.layers[0].noise)
    XCTAssertNil(refresh.layers[0].staleness)
  }
}
