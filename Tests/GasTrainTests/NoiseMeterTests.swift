import Foundation
import GasBase
import GasNN
import GasStore
import TestSupport
import XCTest

@testable import GasTrain

/// Staleness apart from the noise of dropout.
final class NoiseMeterTests: XCTestCase {
  private func layers(_ fixture: RunFixture, _ change: (inout RunSettings) -> Void) throws -> [LayerStaleness] {
    try fixture.train("run", RunFixture.settings { change(&$0) })
    return try Refresh(reading: RunFolder.open(in: fixture.store, name: "run").refresh).layers
  }

  /// Weights that stay as they are make no row stale, whatever drops out.
  func testWithoutLearningAllDriftIsNoise() throws {
    let fixture = try RunFixture()
    for model in ModelFactory.names where model != "mlp" {
      for layer in try layers(fixture, { ($0.model, $0.learningRate, $0.batchPartitions) = (model, 1e-12, .all) }) {
        let (staleness, noise) = (try XCTUnwrap(layer.staleness), try XCTUnwrap(layer.noise))
        XCTAssertLessThan(staleness, 1e-4, "\(model) \(layer.layer)")
        XCTAssertGreaterThan(noise, 0.05, "\(model) \(layer.layer)")
        XCTAssertEqual(noise, layer.drift, accuracy: 1e-3 * noise, "\(model) \(layer.layer)")
      }
    }
  }

  /// Nothing drops out: all drift is staleness, that of the batch in the middle of the epoch.
  func testWithoutDropoutAllDriftIsStaleness() throws {
    let fixture = try RunFixture()
    for (batch, encoding) in [
      (RunSettings.BatchSize.all, RowEncoding.float32), (.partitions(2), .float32), (.all, .float16),
    ] {
      let layers = try layers(fixture) { ($0.dropout, $0.batchPartitions, $0.historyType) = (0, batch, encoding) }
      for layer in layers {
        XCTAssertLessThan(try XCTUnwrap(layer.noise), encoding == .float32 ? 1e-5 : 1e-3)
        let staleness = try XCTUnwrap(layer.staleness)
        XCTAssertGreaterThan(staleness, 1e-3)
        if batch == .all { XCTAssertEqual(staleness, layer.drift, accuracy: 1e-2 * layer.drift) }
      }
    }
  }

  func testStalenessOfAWholeGraphUnderDropoutIsAboutThatWithout() throws {
    let fixture = try RunFixture(.random(nodes: 400, degree: 8, partitions: 6))
    for model in ["gcn", "gat", "sage"] {
      let noisy = try layers(fixture) { ($0.model, $0.batchPartitions, $0.epochs) = (model, .all, 8) }
      let plain = try layers(fixture) { ($0.model, $0.batchPartitions, $0.epochs, $0.dropout) = (model, .all, 8, 0) }
      for (noisy, plain) in zip(noisy, plain) {
        XCTAssertGreaterThan(noisy.drift, 0.2, model)
        XCTAssertLessThan(try XCTUnwrap(noisy.staleness), 4 * plain.drift + 0.02, model)
      }
    }
  }

  func testMeasuringChangesNoBit() throws {
    let fixture = try RunFixture()
    for windows in [RunSettings.HaloWindows.count(0), .count(2), .mail] {
      for measures in [true, false] {
        try fixture.train(
          "measured-\(measures)",
          RunFixture.settings {
            ($0.batchNorm, $0.edgeDropout, $0.haloWindows, $0.measureError) = (true, 0.2, windows, measures)
            $0.epochs = 7
          })
      }
      for file in ["checkpoint.safetensors", "model.safetensors", "history-1.gascol", "history-2.gascol"] {
        let contents = [true, false].map {
          FileManager.default.contents(atPath: fixture.folder.file("store/runs/measured-\($0)/\(file)"))
        }
        XCTAssertNotNil(contents[0])
        XCTAssertEqual(contents[0], contents[1], file)
      }
      let records = MetricsLog.records(fixture.folder.file("store/runs/measured-true/metrics.jsonl"))
      let measured = records.filter { $0.staleness.first?.noise != nil }.map(\.epoch)
      // Three batches an epoch: every fourth evaluation, and the last; the last alone where halo rows are copied or sent.
      XCTAssertEqual(measured, windows == .count(0) ? [4, 7] : [7])
    }
  }
}
