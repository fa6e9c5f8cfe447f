import GasBase
import GasNN
import GasStore
import RunSupport
import TestSupport
import XCTest

@testable import GasBatch
@testable import GasSettings
@testable import GasTrain

/// Runs whose halo rows come by mail, beside runs whose batches read them in the histories.
class MailCase: XCTestCase {
  /// Sizes with which windows have one batch, some, and all.
  static let windowBytes = [1, 3000, 1 << 30]

  /// Whether exact passes get rows by mail, too.
  var isLayered: Bool { false }

  /// Trains once with batches that read the histories and once with mail, and compares the results.
  func assertSameBits(
    _ fixture: RunFixture, windowBytes: Int, writesSteadily: Bool = true,
    _ change: (inout RunSettings) -> Void, line: UInt = #line
  ) throws {
    let settings = RunFixture.settings {
      $0.evaluateEvery = 3
      $0.epochs = 4
      $0.haloWindows = .count(0)
      change(&$0)
    }
    try fixture.train("read", settings)
    var mailed = settings
    mailed.haloWindows = .mail
    let trainer = try start(fixture, "mailed", mailed, windowBytes: windowBytes, writesSteadily)
    XCTAssertTrue(trainer.runner.halo.training is HaloMail)
    let exact = try trainer.runner.halo.exact([[0]], following: nil)
    XCTAssertEqual(exact is LayerMail, isLayered && trainer.runner.stages.count > 1)
    _ = try trainer.train()
    try fixture.assertSameBits("read", "mailed", line: line)
  }

  func start(
    _ fixture: RunFixture, _ name: String, _ settings: RunSettings, windowBytes: Int, _ writesSteadily: Bool = true
  ) throws -> Trainer {
    let model = try ModelFactory.make(settings, for: fixture.store)
    var plan = try RunPlan(.training, on: fixture.store, settings, model: model, memoryBytes: 1 << 40)
    plan.mail = MailMemory(windowBytes: windowBytes, bufferBytes: 1, waitingBytes: 1, byteCount: 0)
    plan.layerMail = isLayered ? plan.mail : nil
    if !writesSteadily { plan.memoryBytes = nil }
    return try fixture.start(name, settings, plan: plan)
  }

  func assertEveryModelFindsTheSame() throws {
    for sparse in [false, true] {
      let fixture = try RunFixture(.random(nodes: 120, degree: 6, partitions: 14, sparse: sparse))
      for (index, name) in ModelFactory.names.enumerated() where name != "mlp" {
        for (place, bytes) in Self.windowBytes.enumerated() {
          try assertSameBits(fixture, windowBytes: bytes, writesSteadily: index % 2 == 0) {
            $0.model = name
            $0.historyType = RowEncoding.allCases[(index + place) % 4]
            $0.precision = index % 2 == 0 ? .bfloat16 : .float32
            $0.threads = 1 + place % 2
            $0.prefetch = index % 3 != 0
            // Features are read with their halo in some cases, and without it in others.
            ($0.keepAggregate, $0.dropInput) = (place > 0, place > 1)
          }
        }
      }
    }
  }

  /// The files of this graph are large enough to be written and read past the page cache.
  func assertLargeFilesHoldTheSame() throws {
    let fixture = try RunFixture(.random(nodes: 6000, degree: 4, partitions: 30))
    for (encoding, bytes) in zip(RowEncoding.allCases, [100_000, 400_000, 1, 250_000]) {
      try assertSameBits(fixture, windowBytes: bytes) {
        ($0.historyType, $0.hidden, $0.threads, $0.layers) = (encoding, 72, 2, 4)
        $0.precision = encoding == .bfloat16 ? .bfloat16 : .float32
        $0.prefetch = encoding != .float16
      }
    }
  }

  func assertFewBatches() throws {
    for batch in [RunSettings.BatchSize.all, .partitions(3)] {
      let fixture = try RunFixture(.random(nodes: 90, partitions: 4))
      for bytes in Self.windowBytes { try assertSameBits(fixture, windowBytes: bytes) { $0.batchPartitions = batch } }
    }
    let alone = try RunFixture(.random(nodes: 90, degree: 0, partitions: 4))
    try assertSameBits(alone, windowBytes: 100) { $0.batchPartitions = .partitions(1) }
  }
}
