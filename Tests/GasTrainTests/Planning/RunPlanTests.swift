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

final class RunPlanTests: XCTestCase {
  private func groups(_ table: PartitionTable, of count: Int) -> [[Int]] {
    (0..<6).flatMap { VisitOrder.shuffled(partitionCount: table.count, groupSize: count, seed: 9, epoch: $0) }
  }

  func testNoBatchIsLargerThanItsBounds() throws {
    let fixture = try RunFixture(.random(nodes: 400, degree: 8, partitions: 9))
    let table = fixture.store.partitions
    let builder = BatchBuilder(fixture.store, form: .plain, histories: [])
    let batch = Batch()
    for count in 1...9 {
      let bound = BatchShape(largestOf: count, table)
      var largest = BatchShape(rows: 0, halo: 0, entries: 0)
      for group in groups(table, of: count) {
        try builder.fill(batch, with: group, .stage(0, labels: false))
        largest.rows = max(largest.rows, batch.rowCount)
        largest.halo = max(largest.halo, batch.haloCount)
        largest.entries = max(largest.entries, batch.edgeCount)
      }
      XCTAssertLessThanOrEqual(largest.rows, bound.rows)
      XCTAssertLessThanOrEqual(largest.halo, bound.halo)
      XCTAssertLessThanOrEqual(largest.entries, bound.entries)
      XCTAssertGreaterThan(Double(largest.rows), 0.8 * Double(bound.rows), "the bound says nothing")
    }
    let all = BatchShape(rows: 400, halo: 0, entries: fixture.store.manifest.edgeCount)
    XCTAssertEqual(BatchShape(largestOf: 9, table), all)
  }

  func testRatioIsTheLargestOfAll() {
    let sample = BatchShape(rows: 10, halo: 20, entries: 30)
    XCTAssertEqual(BatchShape(rows: 20, halo: 30, entries: 30).ratio(to: sample), 2)
    XCTAssertEqual(BatchShape(rows: 10, halo: 30, entries: 30).ratio(to: sample), 1.5)
    XCTAssertEqual(BatchShape(rows: 10, halo: 0, entries: 90).ratio(to: sample), 3)
    XCTAssertNil(sample.ratio(to: BatchShape(rows: 10, halo: 0, entries: 30)))
  }

  /// The estimate made from one partition holds for batches of several, whatever the model.
  func testBatchesTakeNoMoreThanWasEstimated() throws {
    for sparse in [false, true] {
      let fixture = try RunFixture(.random(nodes: 700, degree: 8, partitions: 9, sparse: sparse))
      let store = fixture.store
      for name in ModelFactory.names {
        let settings = RunFixture.settings {
          $0.model = name
          $0.edgeDropout = name == "mlp" ? 0 : 0.1
        }
        let model = try ModelFactory.make(settings, for: store)
        let sample = try StepSample(store, settings, model: model, trains: true, in: fixture.folder.path)
        let estimate = MemoryEstimate(sample, store.partitions, slots: 2, stateBytes: 0)
        for count in [1, 3, 5] {
          let (values, batches) = try measure(fixture, settings, count)
          let parts = estimate.parts(count)
          // Small matrices are as large as a cache line, and dense products keep partial sums.
          XCTAssertLessThanOrEqual(values, parts.values + 64 << 10, "\(name) \(count)")
          XCTAssertLessThanOrEqual(batches, parts.batches + 64 << 10, "\(name) \(count)")
          XCTAssertLessThan(parts.values, 4 * values, "\(name) \(count): the estimate says nothing")
        }
      }
    }
  }

  /// The most that values and batches take in an epoch.
  private func measure(_ fixture: RunFixture, _ settings: RunSettings, _ count: Int) throws -> (Int, Int) {
    let model = try ModelFactory.make(settings, for: fixture.store)
    let widths = StageRunner.historyWidths(of: model)
    let runner = StageRunner(
      store: fixture.store, model: model,
      histories: try HistorySet.scratch(beside: fixture.folder.path, store: fixture.store, widths: widths),
      batchSize: count, edgeDropout: settings.edgeDropout)
    var bytes = 0
    let adam = Adam(model.parameters, learningRate: 0.01)
    for group in groups(fixture.store.partitions, of: count) {
      _ = try runner.trainEpoch([group], firstStep: 0, optimiser: adam, clip: nil)
      bytes = max(bytes, runner.arena.bytesUsed)
    }
    try runner.inferLayerwise(step: 0) { _, _, _ in bytes = max(bytes, runner.arena.bytesUsed) }
    return (bytes, runner.stream.byteCount)
  }

  func testPartitionsInABatchFollowTheBudget() throws {
    let fixture = try RunFixture(.random(nodes: 400, degree: 8, partitions: 9))
    let settings = RunFixture.settings()
    let model = try ModelFactory.make(settings, for: fixture.store)
    var sample = try StepSample(fixture.store, settings, model: model, trains: true, in: fixture.folder.path)
    sample.valueBytes = 1 << 30
    let estimate = MemoryEstimate(sample, fixture.store.partitions, slots: 2, stateBytes: 0)
    let needed = (1...9).map { estimate.parts($0).sum }
    XCTAssertEqual(needed, needed.sorted())
    func count(_ wanted: Int, isLeast: Bool, _ budget: Int?) throws -> Int {
      try estimate.count(wanted, isLeast: isLeast, within: budget, file: "g.store")
    }
    XCTAssertEqual(try count(4, isLeast: false, nil), 4)
    XCTAssertEqual(try count(4, isLeast: false, needed[8]), 4, "auto takes no more than four")
    XCTAssertEqual(try count(4, isLeast: false, needed[2]), 3)
    XCTAssertEqual(try count(4, isLeast: false, needed[2] - 1), 2)
    XCTAssertEqual(try count(6, isLeast: true, needed[5]), 6)
    XCTAssertThrowsError(try count(6, isLeast: true, needed[5] - 1)) { error in
      XCTAssertTrue("\(error)".contains("a batch of 6 partitions takes up to"), "\(error)")
      XCTAssertTrue("\(error)".contains("or --batch-partitions 5"), "\(error)")
    }
    XCTAssertThrowsError(try count(4, isLeast: false, needed[0] - 1)) { error in
      XCTAssertTrue("\(error)".contains("a batch of 1 partition takes up to"), "\(error)")
      XCTAssertTrue("\(error)".contains("ingest with more --partitions"), "\(error)")
    }
  }

  func testPlanningChangesNothing() throws {
    let fixture = try RunFixture()
    try fixture.train("before", RunFixture.settings { $0.batchNorm = true })
    let before = try FolderContents(fixture.folder.path)
    let settings = RunFixture.settings { $0.batchNorm = true }
    let model = try ModelFactory.make(settings, for: fixture.store)
    let plan = try RunPlan(.training, on: fixture.store, settings, model: model, memoryBytes: 1 << 30, timed: true)
    XCTAssertEqual(try FolderContents(fixture.folder.path).differences(from: before), [])
    XCTAssertEqual([plan.batchPartitions, plan.partitions], [2, 6])
    XCTAssertGreaterThan(plan.trainSeconds, 0)
    XCTAssertEqual(
      plan.neededBytes, plan.fixedBytes + plan.batchBytes + plan.valueBytes + plan.cacheBytes)
    XCTAssertGreaterThanOrEqual(plan.readPageBytes, plan.readBytes)
  }

  /// What is read and written, counted by hand for a GCN of three layers: rows of features and of two histories, each
  /// with the halo's, in training and in an evaluation, which also compares the rows that it replaces.
  func testTrafficOfAnEpoch() throws {
    let fixture = try RunFixture()
    let store = fixture.store
    let settings = RunFixture.settings()
    let model = try ModelFactory.make(settings, for: store)
    let traffic = TrafficEstimate(.training, store, settings, model)
    let (nodes, halo) = (store.nodeCount, store.partitions.haloStarts.last!)
    let featureRow = 4 * store.manifest.features!.width
    let columns: [ColumnName] = [.degrees, .neighbours, .halo, .haloDegrees]
    let graph = columns.reduce(0) { $0 + store.column($1).header.dataBytes }
    let histories = 2 * 4 * settings.hidden
    XCTAssertEqual(traffic.readBytes, 4 * graph + 2 * (nodes + halo) * (featureRow + histories))
    XCTAssertEqual(traffic.writtenBytes, 2 * nodes * histories)
    let full = TrafficEstimate(.training, store, RunFixture.settings { $0.batchPartitions = .all }, model)
    XCTAssertEqual(full.readBytes, 4 * graph + 2 * nodes * (featureRow + histories))
    XCTAssertEqual(traffic.scatteredBytes, nodes * (featureRow + histories))
    // A pass of inference reads one of these columns.
    let inference = TrafficEstimate(.inference, store, settings, model)
    XCTAssertEqual(inference.scatteredBytes, nodes * max(featureRow, 4 * settings.hidden))
    // Six batches in three windows, and as many where more are asked for: none has fewer than two batches.
    for windows in [3, 99] {
      let staged = TrafficEstimate(
        .training, store,
        RunFixture.settings { ($0.batchPartitions, $0.haloWindows) = (.partitions(1), .count(windows)) }, model)
      XCTAssertEqual(staged.readBytes, traffic.readBytes + 2 * 3 * nodes * (featureRow + histories))
      XCTAssertEqual(staged.writtenBytes, traffic.writtenBytes + 2 * halo * (featureRow + histories))
      // One batch of an epoch is put aside: of six now, of three before.
      let aside = nodes * histories / 6 - nodes * histories / 3
      XCTAssertEqual(
        Double(staged.diskBytes - traffic.diskBytes - aside), Double(2 * halo * (featureRow + histories + 4)) / 3,
        accuracy: 1)
    }
  }

  /// A budget that the histories do not fit asks for windows.
  func testWindowsFollowTheBudget() throws {
    // Inference reads rows of one history at a time, so that three times as many are as much to it.
    let fixtures = try [1, 3].map { try RunFixture(.random(nodes: $0 * 6000, degree: 4, partitions: $0 * 60)) }
    func plan(_ work: RunPlan.Work, _ given: RunSettings.HaloWindows, _ budget: Int) throws -> RunPlan {
      let fixture = fixtures[work == .training ? 0 : 1]
      let settings = RunFixture.settings {
        $0.haloWindows = given
        $0.batchPartitions = .auto
        $0.layers = 4
        $0.hidden = 2000
      }
      let model = try ModelFactory.make(settings, for: fixture.store)
      return try RunPlan(work, on: fixture.store, settings, model: model, memoryBytes: budget)
    }
    // There are three histories of 46 MiB, or of 137 MiB.
    for work in [RunPlan.Work.training, .inference] {
      let ample = try plan(work, .auto, 1 << 40)
      XCTAssertEqual(ample.haloWindows, 0)
      XCTAssertNil(ample.stagedPieceBytes)
      XCTAssertNil(ample.mail)
      let tight = try plan(work, .auto, ample.neededBytes + 100 << 20)
      XCTAssertEqual(tight.haloWindows, 4)
      XCTAssertNil(tight.mail, "no room for it in training, no need of it in inference")
      // The process's own memory is measured for each plan and differs by some MiB: these lie in the middle of what
      // will do.
      let room = (work == .training ? 268 : 200) << 20
      let roomy = try plan(work, .auto, ample.neededBytes + room)
      XCTAssertEqual(roomy.haloWindows, 4)
      XCTAssertEqual(roomy.mail != nil, work == .training)
      XCTAssertLessThanOrEqual(roomy.neededBytes, ample.neededBytes + room)
      XCTAssertEqual(tight.stagedPieceBytes, 16 << 20)
      XCTAssertEqual(try plan(work, .auto, ample.smallestBytes + 40 << 20).haloWindows, 0, "no room for copying")
      let given = try plan(work, .count(3), 1 << 40)
      XCTAssertEqual(given.haloWindows, work == .training ? 3 : 0, "of training only")
      XCTAssertEqual(given.stagedPieceBytes, work == .training ? 16 << 20 : nil)
      if work == .training { XCTAssertGreaterThan(given.fixedBytes, ample.fixedBytes + 32 << 20) }
    }
  }

  /// Writes have 32 KiB where memory allows, and pieces are neither too small nor too large.
  func testPiecesAreAsLargeAsWritesWant() {
    func bytes(_ batches: Int, _ share: Double, room: Int) -> Int {
      StagedWindow.Memory.pieceBytes(batches: batches, share: share, sources: 1, room: room)
    }
    XCTAssertEqual(bytes(50, 0.5, room: 1 << 30), 16 << 20)
    XCTAssertEqual(bytes(500, 0.25, room: 1 << 30), 2000 * 32 << 10)
    XCTAssertEqual(bytes(500, 0.25, room: 60 << 20), 26 << 20)
    XCTAssertEqual(bytes(500, 0.25, room: -1), 16 << 20)
    XCTAssertEqual(bytes(50_000, 0.25, room: 1 << 40), 128 << 20)
    XCTAssertEqual(bytes(50, 0, room: 1 << 40), 128 << 20, "nothing to be copied")
  }

  func testWritingSteadilyChangesNothing() throws {
    // Histories of more than a mebibyte, so that they are not left to stay resident.
    let fixture = try RunFixture(.random(nodes: 6000, degree: 4, partitions: 6))
    let settings = RunFixture.settings {
      $0.hidden = 64
      $0.epochs = 2
    }
    try fixture.train("at-ease", settings)
    let model = { try ModelFactory.make(settings, for: fixture.store) }
    let plan = try RunPlan(.training, on: fixture.store, settings, model: model(), memoryBytes: 1 << 32)
    let folder = try RunFolder.create(in: fixture.store, name: "steadily", settings: settings, replaceExisting: true)
    let trainer = try Trainer(store: fixture.store, folder: folder, settings: settings, model: model(), plan: plan)
    _ = try trainer.train()
    XCTAssertNotNil(trainer.runner.writing)
    try fixture.assertSameBits("at-ease", "steadily")
  }
}
