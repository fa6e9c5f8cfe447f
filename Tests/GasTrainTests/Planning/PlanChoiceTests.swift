import GasBase
import GasNN
import GasStore
import RunSupport
import TestSupport
import XCTest

@testable import GasBatch
@testable import GasFiles
@testable import GasRuns
@testable import GasSettings
@testable import GasTrain

/// What plans choose, and what they measure.
final class PlanChoiceTests: XCTestCase {
  private func plan(_ fixture: RunFixture, _ settings: RunSettings, _ budget: Int?, timed: Bool) throws -> RunPlan {
    let model = try ModelFactory.make(settings, for: fixture.store)
    return try RunPlan(
      .training, on: fixture.store, settings, model: model, memoryBytes: budget, timed: timed)
  }

  /// What decides about a run's numbers is the same where nothing is measured.
  func testChoicesNeedNoMeasuredSpeed() throws {
    let fixture = try RunFixture(.random(nodes: 6000, degree: 4, partitions: 60))
    let settings = RunFixture.settings {
      ($0.haloWindows, $0.batchPartitions, $0.layers, $0.hidden) = (.auto, .auto, 3, 1000)
    }
    let least = try plan(fixture, settings, 1 << 40, timed: false).neededBytes
    for room in [40, 120, 400, 4000] {
      let budget = least + room << 20
      let told = try plan(fixture, settings, budget, timed: true)
      let untold = try plan(fixture, settings, budget, timed: false)
      XCTAssertEqual(told.batchPartitions, untold.batchPartitions)
      XCTAssertEqual(told.haloWindows, untold.haloWindows)
      XCTAssertEqual(told.mail != nil, untold.mail != nil)
      XCTAssertGreaterThan(told.trainSeconds, 0)
      XCTAssertEqual(told.trainSeconds, told.epochTime?.seconds)
      XCTAssertEqual(told.inferSeconds, told.exactTime?.seconds)
      XCTAssertEqual(untold.trainSeconds, 0)
      XCTAssertNil(untold.epochTime)
    }
  }

  /// A shard computes batches of what it has, however many partitions a batch of the whole store has.
  func testShardsHavePlansOfAllBatchSizes() throws {
    let fixture = try RunFixture(.random(nodes: 200, degree: 5, partitions: 9))
    let shards = fixture.folder.file("shards")
    try ShardCut(fixture.store, ranks: 2, output: shards).run()
    for rank in 0..<2 {
      let shard = try Store(opening: "\(shards)/rank-\(rank)")
      for size in [1, 2, 4, 5, 9] {
        let settings = RunFixture.settings { $0.batchPartitions = .partitions(size) }
        for work in [RunPlan.Work.training, .inference] {
          let model = try ModelFactory.make(settings, for: shard)
          let plan = try RunPlan(work, on: shard, settings, model: model, memoryBytes: nil, timed: true)
          XCTAssertGreaterThan(plan.inferSeconds, 0, "\(work) of shard \(rank) with batches of \(size)")
        }
      }
    }
  }

  /// Batches that would not fit are not tried, and the plan says so.
  func testSecondsAreNotMeasuredWithoutMemory() throws {
    let fixture = try RunFixture(.random(nodes: 600, degree: 4, partitions: 6))
    let settings = RunFixture.settings()
    func plan(_ most: Int?) throws -> RunPlan {
      let model = try ModelFactory.make(settings, for: fixture.store)
      return try RunPlan(
        .training, on: fixture.store, settings, model: model, memoryBytes: nil, timed: true, timingBytes: most)
    }
    let told = try plan(nil)
    XCTAssertNil(told.untimed)
    XCTAssertNotNil(told.epochTime)
    let untold = try plan(told.neededBytes / 2)
    XCTAssertTrue(try XCTUnwrap(untold.untimed).hasPrefix("batches take up to "))
    XCTAssertNil(untold.epochTime)
    XCTAssertNil(untold.exactTime)
    XCTAssertEqual(untold.trainSeconds, 0)
  }

  /// Large batches that leave no memory for rows that are sent would have them copied, which moves more: smaller
  /// batches are chosen, unless their size is given.
  func testSmallerBatchesMakeRoomForMail() throws {
    let fixture = try RunFixture(.random(nodes: 60_000, degree: 1, partitions: 12))
    func drafts(
      _ size: RunSettings.BatchSize, _ windows: RunSettings.HaloWindows = .auto
    ) throws -> (Int) throws -> DraftPlans.Draft {
      let settings = RunFixture.settings {
        ($0.haloWindows, $0.batchPartitions, $0.layers, $0.hidden) = (windows, size, 4, 200)
      }
      let model = try ModelFactory.make(settings, for: fixture.store)
      var sample = try StepSample(fixture.store, settings, model: model, trains: true, in: fixture.folder.path)
      sample.valueBytes = 200 << 20
      return { [sample] bytes in
        try DraftPlans(.training, fixture.store, settings, model, sample, memoryBytes: bytes).best(freeBytes: .max)
      }
    }
    let mailed = try drafts(.partitions(4), .mail)(1 << 40)
    XCTAssertEqual(mailed.batchPartitions, 4)
    let budget = mailed.parts.sum + 40 << 20
    let open = try drafts(.auto)(budget)
    XCTAssertNotNil(open.mail)
    XCTAssertLessThan(open.batchPartitions, 4)
    XCTAssertLessThanOrEqual(open.neededBytes, budget)
    let given = try drafts(.partitions(4))(budget)
    XCTAssertNil(given.mail)
    XCTAssertEqual(given.batchPartitions, 4)
  }

  /// Graphs of a few batches are computed as a whole, others by some of them, and no weight changes.
  func testSampleScalesToAllBatches() throws {
    let fixture = try RunFixture(.random(nodes: 4000, degree: 6, partitions: 40))
    let settings = RunFixture.settings { $0.hidden = 32 }
    let model = try ModelFactory.make(settings, for: fixture.store)
    let before = model.parameters.map { Array($0.value.elements) }
    func sample(_ partitions: Int, isBlank: Bool = false, times: Int = 1) throws -> TimeSample {
      try TimeSample(
        fixture.store, settings, model: model,
        .init(
          epoch: { epoch in
            (0..<times).flatMap { _ in
              VisitOrder.shuffled(partitionCount: 40, groupSize: partitions, seed: 1, epoch: epoch)
            }
          },
          partitions: partitions, leavesHaloBlank: isBlank, isInMemory: !isBlank, memoryBytes: nil),
        in: fixture.folder.path)
    }
    let (whole, part) = (try sample(10), try sample(2))
    for seconds in [whole.training, whole.exact, part.training, part.exact] {
      let seconds = try XCTUnwrap(seconds)
      XCTAssertGreaterThan(seconds.computing, 0)
      XCTAssertGreaterThan(seconds.filling, 0)
      XCTAssertGreaterThanOrEqual(seconds.wall, seconds.computing)
    }
    // As many are computed of four times the batches, which take longer all the same.
    let more = try XCTUnwrap(sample(2, times: 4).training)
    XCTAssertGreaterThan(more.wall, 1.5 * (try XCTUnwrap(part.training).wall))
    XCTAssertGreaterThan(try XCTUnwrap(sample(2, isBlank: true).training).wall, 0)
    XCTAssertEqual(model.parameters.map { Array($0.value.elements) }, before)
  }

  /// Blank rows are zeros, whatever the histories hold.
  func testBlankRowsAreZeros() throws {
    let fixture = try RunFixture()
    let model = try ModelFactory.make(RunFixture.settings(), for: fixture.store)
    let histories = try HistorySet.scratch(
      beside: fixture.folder.path, store: fixture.store, widths: StageRunner.historyWidths(of: model))
    var execution = ExecutionOptions()
    execution.leavesHaloBlank = true
    let runner = StageRunner(
      store: fixture.store, model: model, histories: histories, batchSize: 1, execution: execution)
    let nodes = fixture.store.nodeCount
    try histories[1].push(0..<nodes, [Float](repeating: 1, count: nodes * histories[1].rows.width), step: 1)
    var rows = 0
    try runner.forEachBatch([[0], [1]], runner.passes.training, halo: runner.halo.training) { batch in
      let pulled = try XCTUnwrap(batch.pulled(layer: 1).dense)
      rows += pulled.rows
      let numbers = pulled.row(0).assumingMemoryBound(to: Float.self)
      XCTAssertTrue((0..<pulled.rows * pulled.columns).allSatisfy { numbers[$0] == 0 })
    }
    XCTAssertGreaterThan(rows, 0)
  }
}
