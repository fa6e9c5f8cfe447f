import GasBase
import GasMetrics
import GasNN
import GasStore
import RunSupport
import TestSupport
import XCTest

@testable import GasBatch
@testable import GasHistories
@testable import GasRuns
@testable import GasTrain

/// What histories hold and what is said of them.
final class HistoryTests: XCTestCase {
  /// In a file that stays resident and in one that does not, with rows that lie together and scattered.
  func testRowsComeBackAsTheEncodingHasThem() throws {
    let folder = try TemporaryFolder()
    var random = SeededRandom(seed: 5)
    for (encoding, tolerance) in zip(RowEncoding.allCases, [Float(0), 1e-3, 8e-3, 8e-3]) {
      for nodeCount in [60, 60_000] {
        let width = 20
        try History.create(in: folder.path, layer: 1, nodeCount: nodeCount, width: width, encoding)
        let history = try History(in: folder.path, layer: 1)
        XCTAssertEqual(history.width, width)
        XCTAssertEqual(history.encoding, encoding)
        let rows = nodeCount - 50..<nodeCount - 10
        let values = (0..<40 * width).map { _ in Float(random.uniform()) * 2 - 1 }
        try history.push(rows, values, step: 3)

        let scattered: [UInt32] = [0, 2, 3, 4, 11, 39].map { UInt32(rows.lowerBound + $0) }
        var gathered = [Float](repeating: .nan, count: scattered.count * width)
        try scattered.withUnsafeBufferPointer { try RowGatherer.gather(history.rows, $0, into: &gathered) }
        var copied = [Float](repeating: .nan, count: 40 * width)
        try RowGatherer.copy(history.rows, rows, into: &copied)
        for (found, wanted) in zip(copied, values) { XCTAssertEqual(found, wanted, accuracy: tolerance, "\(encoding)") }
        // In one piece, and in ten, of which one is read while another is decoded.
        for pieceBytes in [1 << 20, 4 * history.rows.rowBytes] {
          var passed = [Float](repeating: .nan, count: 40 * width)
          let passing = PassingRows(pieceBytes: pieceBytes)
          try RowGatherer.copyOnce(history.rows, rows, into: &passed, using: passing)
          XCTAssertEqual(passed, copied)
          passing.drain()
        }
        XCTAssertEqual(copied == values, encoding == .float32)
        let expected = scattered.flatMap { row in
          copied[(Int(row) - rows.lowerBound) * width..<(Int(row) - rows.lowerBound + 1) * width]
        }
        XCTAssertEqual(gathered, expected, "\(encoding) of \(nodeCount)")

        let drift = try history.drift(rows, from: values)
        XCTAssertEqual(drift.rowCount, 40)
        XCTAssertLessThanOrEqual(drift.relative, Double(tolerance))
        XCTAssertEqual(drift.relative == 0, encoding == .float32)
        XCTAssertEqual(try history.drift(rows, from: copied).relative, 0)
      }
    }
  }

  /// Rounded histories cost little: the same loss but for rounding, and smaller files.
  func testTrainingWithRoundedHistories() throws {
    let fixture = try RunFixture(.random(nodes: 400, degree: 8, partitions: 6))
    var losses: [Double] = []
    var bytes: [Int] = []
    for encoding in RowEncoding.allCases {
      let settings = RunFixture.settings {
        $0.historyType = encoding
        $0.hidden = 32
        $0.epochs = 5
      }
      losses.append(try XCTUnwrap(fixture.train("run", settings).loss))
      let folder = try RunFolder.open(in: fixture.store, name: "run")
      bytes.append(try RunStatistics(fixture.store, folder).histories[0].fileBytes - 4096)
    }
    XCTAssertEqual(bytes, [400 * 32 * 4, 400 * 32 * 2, 400 * 32 * 2, 400 * 36])
    for loss in losses.dropFirst() {
      XCTAssertNotEqual(loss, losses[0])
      XCTAssertEqual(loss, losses[0], accuracy: 0.05 * losses[0])
    }
  }

  /// Trains one epoch of GAS in the plainest way: histories in arrays, one batch after the other, no prefetching.
  func testTrainingEqualsPlainHistories() throws {
    let graph = TinyGraph.random(nodes: 60, partitions: 5)
    let fixture = try RunFixture(graph)
    let settings = RunFixture.settings {
      $0.layers = 2
      $0.prefetch = true
    }
    let model = try ModelFactory.make(settings, for: fixture.store)
    let widths = StageRunner.historyWidths(of: model)
    let histories = try HistorySet.create(in: fixture.folder.path, store: fixture.store, widths: widths)
    let runner = StageRunner(store: fixture.store, model: model, histories: histories, batchSize: 2, seed: 1)
    try runner.inferLayerwise(step: 0) { _, _, _ in }

    let twin = try ModelFactory.make(settings, for: fixture.store)
    var plain = Array(try histories[1].embeddings.values.rows(0..<graph.nodeCount, as: Float.self))
    let adam = Adam(model.parameters, learningRate: 0.01)
    let twinAdam = Adam(twin.parameters, learningRate: 0.01)
    for epoch in 1...3 {
      let groups = VisitOrder.shuffled(partitionCount: 5, groupSize: 2, seed: 1, epoch: epoch)
      let first = (epoch - 1) * groups.count
      _ = try runner.trainEpoch(groups, firstStep: first, optimiser: adam, clip: nil)
      for (index, group) in groups.enumerated() {
        try plainStep(twin, fixture.store, group, step: first + index, &plain, twinAdam)
      }
      XCTAssertEqual(plain, Array(try histories[1].embeddings.values.rows(0..<graph.nodeCount, as: Float.self)))
    }
    for (a, b) in zip(model.parameters, twin.parameters) {
      XCTAssertEqual(Array(a.value.elements), Array(b.value.elements), a.name)
    }
  }

  private func plainStep(
    _ model: any GraphModel, _ store: Store, _ group: [Int], step: Int, _ history: inout [Float], _ adam: Adam
  ) throws {
    let batch = Batch()
    try BatchBuilder(store, form: model.graphForm, histories: []).fill(batch, with: group, .training(layers: 1..<1))
    let arena = Arena()
    let tape = Tape(arena: arena, isTraining: true, seed: 1, step: step)
    guard case .dense(.float32(let features)) = batch.input else { return XCTFail("dense features expected") }
    let context = StageContext(tape: tape, adjacency: batch.adjacency)
    let hidden = model.stages[0].forward(tape.constant(features), context)
    let width = hidden.columns
    let halo = arena.matrix(rows: batch.haloCount, columns: width)
    for (place, row) in batch.haloRows.enumerated() {
      for column in 0..<width { halo[place, column] = history[Int(row) * width + column] }
    }
    for segment in batch.segments {
      for (index, row) in segment.nodes.enumerated() {
        for column in 0..<width { history[row * width + column] = hidden.value[segment.start + index, column] }
      }
    }
    let output = model.stages[1].forward(hidden.appendingRows(halo), context)
    let (loss, _) = TrainingLabels().loss(of: output, batch)
    adam.parameters.zeroGradients()
    tape.backward(from: loss)
    adam.step()
  }

  func testStalenessOfARefreshEqualsThatOfTheHistoriesBeforeIt() throws {
    let fixture = try RunFixture()
    let settings = RunFixture.settings { $0.epochs = 3 }
    let result = try fixture.train("run", settings)
    let folder = try RunFolder.open(in: fixture.store, name: "run")
    let refresh = try Refresh(reading: folder.refresh)
    XCTAssertEqual(refresh.layers.count, 2)
    XCTAssertTrue(refresh.layers.allSatisfy { $0.drift > 0.001 && $0.drift < 2 }, "\(refresh.layers.map(\.drift))")
    XCTAssertTrue(refresh.layers.allSatisfy { $0.age.min >= 1 && $0.age.max <= 3 && $0.age.median >= 1 })
    XCTAssertEqual(result.epochs, 3)

    // The evaluation at the end made every history exact.
    let exact = try RunStatistics(fixture.store, folder, sample: nil, threads: 1)
    XCTAssertTrue(exact.historiesAreSealed)
    XCTAssertTrue(exact.now.allSatisfy { $0.drift < 1e-6 && $0.age.max == 0 }, "\(exact.now.map(\.drift))")

    // Doubling a partition's rows is a drift of 1 there.
    let history = try History(in: folder.path, layer: 2)
    let rows = history.embeddings.values.mutableRows(fixture.store.partitions.nodes(3), as: Float.self)
    for index in rows.indices { rows[index] *= 2 }
    XCTAssertThrowsError(try RunStatistics(fixture.store, folder)) {
      XCTAssertTrue("\($0)".contains("history of layer 2, partition 3: expected checksum"), "\($0)")
    }
    // Training does so before it changes a history.
    try HistorySealFile.remove(in: folder.path)
    for sample in [nil, 6] {
      let changed = try RunStatistics(fixture.store, folder, sample: sample, threads: 2)
      XCTAssertFalse(changed.historiesAreSealed)
      XCTAssertEqual(changed.now[1].partitions[3].drift, 1, accuracy: 1e-4)
      XCTAssertEqual(changed.now[1].worst(1).map(\.partition), [3])
      XCTAssertEqual(changed.now[0].drift, 0, accuracy: 1e-6)
    }
    // The sample's neighbours are nearly everywhere: what depends on theirs is left out, and what remains is the same.
    let few = try RunStatistics(fixture.store, folder, sample: 2, most: 2)
    XCTAssertEqual(few.now, Array(try RunStatistics(fixture.store, folder, sample: 2).now.prefix(1)))
    XCTAssertEqual(few.now.count, 1)
    let sampled = try RunStatistics(fixture.store, folder, sample: 2, threads: 1)
    XCTAssertEqual(sampled.now[1].partitions.count, 2)
    XCTAssertEqual(sampled.sampledPartitionCount, 2)
  }

  func testAgesCountSteps() {
    let ages = AgeSummary(counts: [0: 5, 3: 4, 10: 1])
    XCTAssertEqual([ages.min, ages.median, ages.percentile90, ages.max], [0, 0, 3, 10])
  }

  func testNothingGrowsFromStepToStep() throws {
    let fixture = try RunFixture(.random(nodes: 600, degree: 6, partitions: 12))
    let settings = RunFixture.settings { $0.threads = 2 }
    let model = try ModelFactory.make(settings, for: fixture.store)
    let histories = try HistorySet.create(
      in: fixture.folder.path, store: fixture.store, widths: StageRunner.historyWidths(of: model))
    let runner = StageRunner(
      store: fixture.store, model: model, histories: histories, batchSize: 3, execution: ExecutionOptions(threads: 2))
    let adam = Adam(model.parameters, learningRate: 0.01)
    var sizes: [Int] = []
    for epoch in 1...8 {
      // The same groups, so that the largest batch has been seen after the first epoch.
      let groups = VisitOrder.groups(Array(fixture.store.partitions.indices), size: 3)
      _ = try runner.trainEpoch(groups, firstStep: 4 * epoch, optimiser: adam, clip: nil)
      try runner.inferLayerwise(step: 0) { _, _, _ in }
      sizes.append(runner.arenaBytes)
    }
    XCTAssertGreaterThan(sizes[0], 0)
    XCTAssertEqual(Set(sizes.dropFirst()).count, 1, "\(sizes)")
  }
}
