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
final class LayerMailTests: MailCase {
  override var isLayered: Bool { true }

  func testEveryModelFindsTheSame() throws { try assertEveryModelFindsTheSame() }

  func testLargeFilesHoldTheSame() throws { try assertLargeFilesHoldTheSame() }

  func testFewBatches() throws { try assertFewBatches() }

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
