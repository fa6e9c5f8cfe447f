import Foundation
import GasBase
import GasNN
import GasStore
import RunSupport
import TestSupport
import XCTest

@testable import GasBatch
@testable import GasHistories
@testable import GasTrain

/// Halo rows that are copied together for a window of batches.
final class HaloStagingTests: XCTestCase {
  /// Compares copies with rows gathered for each batch alone: all encodings, files that stay resident and larger ones.
  func testCopiesAreTheRowsOfEachBatch() throws {
    let few = (groups: [[0, 4], [2], [1, 3, 5]], parts: [2..<4, 5..<6, 0..<2, 4..<5, 3..<3])
    // There are so many partitions that the first row of only some is noted.
    let many = (groups: VisitOrder.groups(Array(0..<1100), size: 400), parts: [701..<1100, 0..<7, 7..<700, 700..<701])
    for (nodes, partitions, plan) in [(90, 6, few), (6000, 6, few), (6000, 1100, many)] {
      let fixture = try RunFixture(.random(nodes: nodes, degree: 4, partitions: partitions))
      let (store, groups, parts) = (fixture.store, plan.groups, plan.parts)
      for encoding in RowEncoding.allCases {
        let history = try filledHistory(fixture, width: 48, encoding)
        for dropsPages in [false, true] {
          let window = StagedWindow(
            in: fixture.folder.path, store.partitions, sources: [history.rows, history.rows],
            memory: dropsPages ? .init(pieceBytes: 5000) : .init(), dropsPages: dropsPages)
          let reader = HaloReader(store, PartitionReader(store))
          try window.begin(0..<3, of: groups)
          for group in groups { try window.list(group, reader) }
          for partitions in parts { try window.gather(partitions, nil) }
          let builder = BatchBuilder(store, form: .plain, histories: [history])
          for (index, group) in groups.enumerated() {
            let batch = Batch()
            try builder.fill(batch, with: group, .training(layers: 1..<2))
            XCTAssertEqual(window.places(of: index).count, batch.haloCount)
            for source in 0..<2 {
              let memory = Buffer<Float>()
              let copied = memory.resized(to: batch.haloCount * 48)
              let rows = StagedRows(window: window, batch: index, pending: nil, passing: PassingRows())
              let half = batch.haloCount / 2
              try rows.gather(source, 0..<half, of: batch, into: copied.baseAddress!)
              try rows.gather(source, half..<batch.haloCount, of: batch, into: copied.baseAddress! + half * 48)
              let whole = Buffer<Float>()
              guard case .float32(let read) = try rows.matrix(source, of: batch, in: whole) else {
                return XCTFail("float32 expected")
              }
              withExtendedLifetime(whole) { XCTAssertEqual(Array(read.elements), Array(copied)) }
              XCTAssertEqual(
                Array(copied), batch.pulled(layer: 1).matrix.map { Array($0.elements) }, "\(encoding), batch \(index)")
            }
          }
        }
      }
    }
  }

  private func filledHistory(_ fixture: RunFixture, width: Int, _ encoding: RowEncoding) throws -> History {
    let count = fixture.store.nodeCount
    try History.create(in: fixture.folder.path, layer: 1, nodeCount: count, width: width, encoding)
    let history = try History(in: fixture.folder.path, layer: 1)
    var random = SeededRandom(seed: 3)
    try history.push(0..<count, (0..<count * width).map { _ in Float(random.uniform()) - 0.5 }, step: 1)
    return history
  }

  /// Every row has the values of the time at which its part was copied: part j of window w + 1 while batch j of window
  /// w is computed, or the next one if that batch pushes it; the first window before everything. Of many batches,
  /// several share a part.
  func testRowsAreThoseOfTheirPartsTime() throws {
    try checkTimes(partitions: 20, windowCounts: [1, 2, 3, 5, 10, 99])
    try checkTimes(partitions: 150, windowCounts: [2, 3])
  }

  private func checkTimes(partitions: Int, windowCounts: [Int]) throws {
    let fixture = try RunFixture(.random(nodes: 300, degree: 12, partitions: partitions))
    let store = fixture.store
    for windowCount in windowCounts {
      for isConcurrent in [false, true] {
        let groups = VisitOrder.shuffled(partitionCount: partitions, groupSize: 1, seed: UInt64(windowCount), epoch: 1)
        let history = try History(scratchIn: fixture.folder.path, layer: 1, nodeCount: 300, width: 1, isReserved: true)
        let staging = HaloStaging(
          store, in: fixture.folder.path, ExecutionOptions(prefetches: isConcurrent, haloWindows: windowCount))
        try staging.begin(groups, following: nil, sources: [history.rows])
        let size = max(2, (groups.count + windowCount - 1) / windowCount)
        var pushed = [[Float](repeating: 0, count: 300)]
        for position in groups.indices {
          try staging.advance(to: position)
          let copied = try self.copied(staging, position, groups[position], store)
          for (row, value) in copied {
            let owner = store.partitions.owner(of: row)
            let time = time(of: owner, for: position, size, groups)
            XCTAssertEqual(value, pushed[time][row], "\(windowCount)")
          }
          pushed.append(pushed.last!)
          for nodes in groups[position].map(store.partitions.nodes) {
            let values = nodes.map { Float(1000 * position + $0 + 1) }
            try history.push(nodes, values, step: 1)
            for (row, value) in zip(nodes, values) { pushed[pushed.count - 1][row] = value }
          }
        }
      }
    }
  }

  /// After how many pushes a partition's rows were copied. If they are pushed meanwhile, the next part has them, after
  /// that push; or the first part, before it.
  private func time(of partition: Int, for position: Int, _ size: Int, _ groups: [[Int]]) -> Int {
    let before = position / size * size - size
    guard before >= 0 else { return 0 }
    let listing = size / 6
    let parts = size - listing
    let index = (0..<parts).last { groups.count * $0 / parts <= partition }!
    let sharing = (parts + 47) / 48
    let first = index / sharing * sharing
    let span = first..<min(first + sharing, parts)
    let start = before + listing
    let isPushed = groups[start + span.lowerBound..<start + span.upperBound].joined().contains(partition)
    return start + (isPushed ? span.upperBound % parts : span.lowerBound)
  }

  private func copied(
    _ staging: HaloStaging, _ position: Int, _ group: [Int], _ store: Store
  ) throws -> [(row: Int, value: Float)] {
    let batch = Batch()
    try BatchBuilder(store, form: .plain, histories: []).fill(batch, with: group, .stage(0, labels: false))
    let memory = Buffer<Float>()
    let values = memory.resized(to: batch.haloCount)
    try staging.copies(for: position)!.gather(0, 0..<batch.haloCount, of: batch, into: values.baseAddress!)
    return zip(batch.haloRows, values).map { (Int($0), $1) }
  }

  func testWindowsChangeNothingInInference() throws {
    // In the last graph partitions have no halos.
    for (sparse, degree) in [(false, 8), (true, 8), (false, 0)] {
      let fixture = try RunFixture(.random(nodes: 400, degree: degree, partitions: 9, sparse: sparse))
      for name in ModelFactory.names {
        let model = try ModelFactory.make(RunFixture.settings { $0.model = name }, for: fixture.store)
        let found = try [0, 1, 2, 100].map { windows in
          try outputs(fixture, model, ExecutionOptions(threads: 2, keepsAggregate: windows == 2, haloWindows: windows))
        }
        for other in found.dropFirst() { XCTAssertEqual(other, found[0], name) }
      }
    }
  }

  private func outputs(_ fixture: RunFixture, _ model: any GraphModel, _ execution: ExecutionOptions) throws
    -> [[Float]]
  {
    let widths = StageRunner.historyWidths(of: model)
    let histories = try HistorySet.scratch(beside: fixture.folder.path, store: fixture.store, widths: widths)
    let runner = StageRunner(
      store: fixture.store, model: model, histories: histories, batchSize: 2, execution: execution)
    var outputs: [[Float]] = []
    try runner.inferLayerwise(step: 0) { _, _, rows in outputs.append(Array(rows.elements)) }
    return outputs
  }

  func testThreadsAndPrefetchingChangeNothingWithWindows() throws {
    let fixture = try RunFixture(.random(nodes: 6000, degree: 4, partitions: 12))
    for windows in [1, 3, 6] {
      let settings = RunFixture.settings {
        $0.hidden = 64
        $0.epochs = 2
        $0.haloWindows = .count(windows)
        $0.threads = 1
        $0.prefetch = false
      }
      try fixture.train("plain", settings)
      for attempt in 0..<2 {
        try fixture.train(
          "with-\(attempt)",
          {
            var settings = settings
            (settings.threads, settings.prefetch) = (2, true)
            return settings
          }())
        try fixture.assertSameBits("plain", "with-\(attempt)")
      }
    }
  }

  /// Windows make rows older, and that is all they do: where nothing is learnt, they are as good as new.
  func testRowsAreOlderWithWindows() throws {
    let fixture = try RunFixture(.random(nodes: 400, degree: 8, partitions: 12))
    func losses(_ windows: Int, rate: Double) throws -> [Double?] {
      try fixture.train(
        "run",
        RunFixture.settings {
          $0.haloWindows = .count(windows)
          $0.learningRate = rate
          $0.dropout = 0
          $0.epochs = 2
        })
      return try fixture.records("run").map(\.loss)
    }
    XCTAssertEqual(try losses(3, rate: 1e-30), try losses(0, rate: 1e-30))
    XCTAssertNotEqual(try losses(3, rate: 0.1), try losses(0, rate: 0.1))
  }

  /// Files that the last pieces were written to must not stay open: each may be as large as all histories.
  func testNoFileOutlivesItsPass() throws {
    let fixture = try RunFixture(.random(nodes: 6000, degree: 4, partitions: 12))
    let model = try ModelFactory.make(RunFixture.settings { $0.hidden = 64 }, for: fixture.store)
    let histories = try HistorySet.scratch(
      beside: fixture.folder.path, store: fixture.store, widths: StageRunner.historyWidths(of: model))
    let runner = StageRunner(
      store: fixture.store, model: model, histories: histories, batchSize: 2,
      execution: ExecutionOptions(writesSteadily: true, haloWindows: 3))
    let before = try fixture.namelessFileCount()
    XCTAssertEqual(before, 4)
    var during = 0
    try runner.inferLayerwise(step: 0) { _, _, _ in during = max(during, try fixture.namelessFileCount()) }
    // There are two windows with rows and numbers, and perhaps the last piece of the window before.
    XCTAssertTrue(before + 4...before + 5 ~= during, "\(during)")
    XCTAssertEqual(try fixture.namelessFileCount(), before)
  }

  func testErrorsOfTheStagerReachTheCaller() throws {
    let fixture = try RunFixture(.random(nodes: 6000, degree: 4, partitions: 12))
    let history = try filledHistory(fixture, width: 64, .float32)
    let builder = BatchBuilder(fixture.store, form: .plain, histories: [history])
    let staging = HaloStaging(fixture.store, in: fixture.folder.path, ExecutionOptions(haloWindows: 3))
    let stream = BatchStream(builder, prefetches: true)
    try stream.start((0..<12).map { [$0] }, .training(layers: 1..<2), halo: staging)
    _ = try stream.next()
    XCTAssertEqual(truncate(history.embeddings.path, 4096), 0)
    XCTAssertThrowsError(try { while try stream.next() != nil {} }()) { error in
      XCTAssertTrue("\(error)".contains("the file has become shorter"), "\(error)")
    }
  }
}
