import GasBase
import GasNN
import GasStore
import RunSupport
import TestSupport
import XCTest

@testable import GasBatch
@testable import GasSettings
@testable import GasTrain

/// Halo rows that come by mail from layer to layer are the same as those in the histories.
final class LayerMailTests: XCTestCase {
  /// Sizes with which windows have one batch, some, and all.
  private static let windowBytes = [1, 3000, 1 << 30]

  /// Trains with exact passes whose batches read the histories and with mail, and compares the results.
  ///
  /// - Returns: the trainer of the latter.
  @discardableResult
  private func assertSameBits(
    _ fixture: RunFixture, windowBytes: Int, _ change: (inout RunSettings) -> Void, line: UInt = #line
  ) throws -> Trainer {
    var settings = RunFixture.settings {
      ($0.evaluateEvery, $0.epochs, $0.haloWindows) = (2, 4, .count(0))
      change(&$0)
    }
    try fixture.train("read", settings)
    // Copied rows of training may be older than those that it reads; mail has the same.
    settings.haloWindows = .mail
    let model = try ModelFactory.make(settings, for: fixture.store)
    var plan = try RunPlan(.training, on: fixture.store, settings, model: model, memoryBytes: 1 << 40)
    plan.mail = MailMemory(windowBytes: windowBytes, bufferBytes: 1, waitingBytes: 1, byteCount: 0)
    plan.layerMail = plan.mail
    let trainer = try fixture.start("mailed", settings, plan: plan)
    _ = try trainer.train()
    try fixture.assertSameBits("read", "mailed", line: line)
    return trainer
  }

  func testEveryModelFindsTheSame() throws {
    for sparse in [false, true] {
      let fixture = try RunFixture(.random(nodes: 120, degree: 6, partitions: 14, sparse: sparse))
      for (index, name) in ModelFactory.names.enumerated() where name != "mlp" {
        for (place, bytes) in Self.windowBytes.enumerated() {
          let trainer = try assertSameBits(fixture, windowBytes: bytes) {
            $0.model = name
            $0.historyType = RowEncoding.allCases[(index + place) % 4]
            $0.precision = index % 2 == 0 ? .bfloat16 : .float32
            $0.threads = 1 + place % 2
            $0.prefetch = index % 3 != 0
            ($0.keepAggregate, $0.dropInput) = (place > 0, place > 1)
          }
          let isMailed = try trainer.runner.halo.exact([[0]], following: nil) is LayerMail
          XCTAssertEqual(isMailed, trainer.runner.stages.count > 1, name)
        }
      }
    }
  }

  /// The files of this graph are large enough to be written and read past the page cache.
  func testLargeFilesHoldTheSame() throws {
    let fixture = try RunFixture(.random(nodes: 6000, degree: 4, partitions: 30))
    for (encoding, bytes) in zip(RowEncoding.allCases, [100_000, 400_000, 1, 250_000]) {
      try assertSameBits(fixture, windowBytes: bytes) {
        ($0.historyType, $0.hidden, $0.threads, $0.layers) = (encoding, 72, 2, 4)
        $0.precision = encoding == .bfloat16 ? .bfloat16 : .float32
      }
    }
  }

  func testFewBatches() throws {
    for batch in [RunSettings.BatchSize.all, .partitions(3)] {
      let fixture = try RunFixture(.random(nodes: 90, partitions: 4))
      for bytes in Self.windowBytes { try assertSameBits(fixture, windowBytes: bytes) { $0.batchPartitions = batch } }
    }
    let alone = try RunFixture(.random(nodes: 90, degree: 0, partitions: 4))
    try assertSameBits(alone, windowBytes: 100) { $0.batchPartitions = .partitions(1) }
  }

  /// Lists are made once for all layers and evaluations, and rows of a layer go with the stage that has read them.
  func testFilesGoWithTheirLayer() throws {
    let fixture = try RunFixture(.random(nodes: 6000, degree: 4, partitions: 30))
    let settings = RunFixture.settings {
      ($0.hidden, $0.layers, $0.epochs, $0.measureError) = (64, 4, 2, false)
    }
    let model = try ModelFactory.make(settings, for: fixture.store)
    let histories = try HistorySet.scratch(
      beside: fixture.folder.path, store: fixture.store, widths: StageRunner.historyWidths(of: model))
    let runner = StageRunner(
      store: fixture.store, model: model, histories: histories, batchSize: 2,
      execution: ExecutionOptions(
        writesSteadily: true, haloWindows: 4,
        layerMail: MailMemory(windowBytes: 200_000, bufferBytes: 1, waitingBytes: 1, byteCount: 0)))
    let before = try fixture.namelessFileCount()
    var most = 0
    for _ in 0..<2 {
      try runner.inferLayerwise(step: 0) { layer, _, _ in
        if layer > 2 { most = max(most, try fixture.namelessFileCount() - before) }
      }
    }
    // These are the rows of two layers, and the numbers and places of a pass.
    XCTAssertEqual(most, 4)
    XCTAssertEqual(try fixture.namelessFileCount() - before, 2, "the lists stay")
  }
}
