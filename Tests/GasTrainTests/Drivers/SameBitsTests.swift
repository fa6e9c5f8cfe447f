import GasBase
import GasNN
import GasStore
import RunSupport
import TestSupport
import XCTest

@testable import GasBatch
@testable import GasSettings
@testable import GasTrain

/// Same seed, same bits: whatever the threads, with prefetching or without, interrupted or not.
final class SameBitsTests: XCTestCase {
  private let models = ModelFactory.names.filter { $0 != "mlp" }
  private var cases: [(model: String, precision: Precision)] {
    Precision.allCases.flatMap { precision in models.map { ($0, precision) } }
  }

  func testPrefetchingChangesNothing() throws {
    let fixture = try RunFixture()
    for (model, precision) in cases {
      try fixture.train(
        "without",
        RunFixture.settings {
          ($0.model, $0.precision) = (model, precision)
          $0.prefetch = false
        })
      for attempt in 0..<2 {
        try fixture.train(
          "with-\(attempt)",
          RunFixture.settings {
            ($0.model, $0.precision) = (model, precision)
            $0.prefetch = true
          })
        try fixture.assertSameBits("without", "with-\(attempt)")
      }
    }
  }

  /// Histories of more than a mebibyte, since smaller ones are always read where they are.
  func testReadingHalosWhereTheyAreChangesNothing() throws {
    let fixture = try RunFixture(.random(nodes: 6000, degree: 6, partitions: 6))
    for (model, precision) in cases where ["gcn", "sage", "gin"].contains(model) {
      let settings = RunFixture.settings {
        ($0.model, $0.precision, $0.historyType) = (model, precision, precision == .float32 ? .float32 : .bfloat16)
        $0.hidden = precision == .float32 ? 64 : 128
        $0.dropout = 0
        $0.epochs = 2
      }
      let plan = try RunPlan(
        .training, on: fixture.store, settings, model: ModelFactory.make(settings, for: fixture.store),
        memoryBytes: 1 << 30)
      let copying = try fixture.start("copying", settings, plan: plan)
      _ = try copying.train()
      let mapping = try fixture.start("mapping", settings)
      _ = try mapping.train()
      XCTAssertLessThan(mapping.runner.stream.byteCount, copying.runner.stream.byteCount, model)
      try fixture.assertSameBits("copying", "mapping")
    }
  }

  func testThreadsChangeNothing() throws {
    let fixture = try RunFixture(.random(nodes: 400, degree: 8, partitions: 6, sparse: true))
    for (model, precision) in cases {
      try fixture.train(
        "one",
        RunFixture.settings {
          ($0.model, $0.precision) = (model, precision)
          $0.threads = 1
        })
      for threads in [2, 3] {
        try fixture.train(
          "more",
          RunFixture.settings {
            ($0.model, $0.precision) = (model, precision)
            $0.threads = threads
          })
        try fixture.assertSameBits("one", "more")
      }
    }
  }

  func testKeepingTheFeaturesAggregationChangesNothing() throws {
    for weighted in [false, true] {
      let fixture = try RunFixture(.random(nodes: 90, partitions: 6, weighted: weighted))
      for (model, precision) in cases where ["gcn", "sage"].contains(model) {
        // Wide layers are aggregated before the product and narrow ones after it; features always before.
        for hidden in [2, 16] {
          let settings = RunFixture.settings {
            ($0.model, $0.precision) = (model, precision)
            $0.hidden = hidden
            $0.dropInput = false
            $0.residual = true
          }
          for keeps in [false, true] {
            var settings = settings
            settings.keepAggregate = keeps
            let trainer = try fixture.start("keeps-\(keeps)", settings)
            _ = try trainer.train()
            XCTAssertEqual(trainer.runner.builder.featureAggregate != nil, keeps, model)
          }
          try fixture.assertSameBits("keeps-false", "keeps-true")
        }
      }
    }
  }

  func testFeaturesThatDropOutAreNotAggregatedBeforehand() throws {
    let fixture = try RunFixture()
    for change: (inout RunSettings) -> Void in [
      { $0.dropInput = true }, { $0.edgeDropout = 0.2 }, { $0.linear = true }, { $0.model = "gat" },
    ] {
      let trainer = try fixture.start(
        "run",
        RunFixture.settings {
          $0.dropInput = false
          $0.epochs = 1
          change(&$0)
        })
      _ = try trainer.train()
      XCTAssertNil(trainer.runner.builder.featureAggregate)
    }
  }

  func testSeedsChangeSomething() throws {
    let fixture = try RunFixture()
    let losses = try [1, 2].map { seed in try fixture.train("run", RunFixture.settings { $0.seed = seed }).loss }
    XCTAssertNotEqual(losses[0], losses[1])
  }

  func testResumedRunEqualsUninterruptedOne() throws {
    let fixture = try RunFixture()
    for (index, (every, model)) in (models.map({ (1, $0) }) + [(2, "gcn")]).enumerated() {
      for precision in Precision.allCases {
        try assertResumingChangesNothing(fixture, index, model, precision, every: every)
      }
    }
  }

  private func assertResumingChangesNothing(
    _ fixture: RunFixture, _ index: Int, _ model: String, _ precision: Precision, every: Int
  ) throws {
    let settings = RunFixture.settings {
      ($0.model, $0.precision) = (model, precision)
      $0.historyType = RowEncoding.allCases[index % 4]
      $0.haloWindows = .count(index % 3)
      $0.dropInput = model == "gat"
      $0.norm = index % 2 == 0 ? .batch : .layer
      $0.linear = index % 3 == 1 && !["appnp", "mlp"].contains(model)
      $0.lipschitz = 0.5
      $0.epochs = 6
      $0.evaluateEvery = every
      $0.clip = 1
    }
    try fixture.train("straight", settings)
    var seen = 0
    let stopped = try fixture.start("stopped", settings).train(shouldStop: {
      seen += 1
      return seen == 2
    })
    XCTAssertFalse(stopped.isComplete)
    XCTAssertEqual(stopped.epochs, 2 * every)
    // What a kill in the middle of a later epoch leaves: histories that are ahead of the checkpoint.
    try scribble(on: fixture, run: "stopped")
    XCTAssertTrue(try fixture.resume("stopped", settings).isComplete)
    try fixture.assertSameBits("straight", "stopped")
  }

  private func scribble(on fixture: RunFixture, run: String) throws {
    let history = try History(in: fixture.folder.file("store/runs/\(run)"), layer: 1)
    try history.push(0..<40, [Float](repeating: 7, count: 40 * history.width), step: 7)
  }

  func testOneBatchOfAllPartitionsEqualsOnePartition() throws {
    var graph = TinyGraph.random(nodes: 80, partitions: 5, weighted: true)
    let settings = RunFixture.settings {
      $0.dropout = 0
      $0.batchPartitions = .all
      $0.epochs = 8
    }
    let many = try RunFixture(graph).train("run", settings)
    graph.partition = [Int](repeating: 0, count: graph.nodeCount)
    let one = try RunFixture(graph).train("run", settings)
    XCTAssertEqual(many.loss!, one.loss!, accuracy: 1e-4)
    XCTAssertEqual(many.testAccuracy, one.testAccuracy)
  }
}
