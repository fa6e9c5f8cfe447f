import Foundation
import GasBase
import GasFiles
import GasFormats
import GasNN
import GasStore
import RunSupport
import TestSupport
import XCTest

@testable import GasBatch
@testable import GasRuns
@testable import GasSettings
@testable import GasTrain

/// Numbers beyond all in what is kept of a run, and in what others read.
final class NumberRecordTests: NumberCheckCase {
  func testWeightsThatAreNotFiniteAreNotUsed() throws {
    let fixture = try RunFixture()
    try fixture.train("run", RunFixture.settings())
    let folder = try RunFolder.open(in: fixture.store, name: "run")
    var file = try Safetensors(reading: folder.model)
    let name = try XCTUnwrap(file.tensors.keys.sorted().last)
    for bad in [Float.nan, .infinity, -.infinity] {
      file.tensors[name]!.values[0] = bad
      try file.write(to: folder.model)
      let exporter = try Exporter(fixture.store, folder)
      assertSays(
        message { try exporter.export(Exporter.Files(), threads: 1) }, folder.model, "expected finite numbers",
        "of \"\(name)\"")
    }
  }

  func testInfiniteHistoriesAreNullInJSON() throws {
    let fixture = try RunFixture()
    try fixture.train("run", RunFixture.settings())
    let folder = try RunFolder.open(in: fixture.store, name: "run")
    try FileManager.default.removeItem(atPath: folder.seal)
    for bad in [Float.infinity, .nan] {
      let history = try History(in: folder.path, layer: 2)
      history.embeddings.values.mutableRows(fixture.store.partitions.nodes(3), as: Float.self)[0] = bad
      let statistics = try RunStatistics(fixture.store, folder)
      XCTAssertFalse(statistics.now[1].drift.isFinite)
      XCTAssertFalse(statistics.now[1].largestDistance.isFinite)
      XCTAssertEqual(statistics.now[1].worst(1).map(\.partition), [3])
      XCTAssertEqual(statistics.now[0].drift, 0, accuracy: 1e-6)
      let json = try JSONEncoder().encode(statistics)
      XCTAssertTrue(String(decoding: json, as: UTF8.self).contains("\"drift\":null"))
      let back = try JSONDecoder().decode(RunStatistics.self, from: json)
      XCTAssertTrue(back.now[1].drift.isNaN)
      XCTAssertEqual(back.now[0].drift, statistics.now[0].drift)
    }
    // Metrics and staleness as an earlier gas might have written them.
    let line =
      #"{"epoch":3,"step":9,"staleness":[{"layer":1,"medianAge":1,"maxAge":2,"drift":null}],"isEvaluated":true,"#
      + #""trainSeconds":0,"evaluateSeconds":0,"waitedSeconds":0,"edgesPerSecond":0,"residentBytes":1}"#
    try AtomicFile.write(folder.metrics, text: line + "\n")
    var state = Checkpoint()
    state.epoch = 3
    XCTAssertEqual(try MetricsFile(folder.metrics, of: state).records.map(\.epoch), [3])
  }

  /// A run that fails between checkpoints: the checkpoint stays, the best weights of since are kept, and the message
  /// says where it was.
  func testTheBestWeightsAreKept() throws {
    let fixture = try RunFixture()
    for (model, bad) in [("gcn", Float.nan), ("sage", .infinity), ("pna", -.infinity)] {
      let settings = RunFixture.settings { ($0.model, $0.epochs, $0.checkpointSeconds) = (model, 9, 1000) }
      var kept: [String: Safetensors.Tensor] = [:]
      var best = 0
      let message = message {
        let trainer = try fixture.start(model, settings)
        return try trainer.train(report: { record in
          guard record.epoch == 5 else { return }
          (kept, best) = (trainer.state.bestWeights, trainer.state.best.epoch)
          trainer.runner.model.parameters[0].value.base[0] = bad
        })
      }
      assertSays(
        message, "layer 1 of node ", "at step 15, in epoch 6", "epoch 0 is kept",
        "gas-run infer has the best weights, of epoch \(best)")
      XCTAssertGreaterThan(best, 0)
      let folder = try RunFolder.open(in: fixture.store, name: model)
      XCTAssertEqual(try Safetensors(reading: folder.model).tensors.mapValues(\.values), kept.mapValues(\.values))
      XCTAssertEqual(try Checkpoint(reading: folder.checkpoint).epoch, 0)
      let exporter = try Exporter(fixture.store, folder)
      XCTAssertNotNil(try exporter.export(Exporter.Files(), threads: 1).valAccuracy)
      XCTAssertEqual(try fixture.resume(model, settings).epochs, 9)
    }
  }

  func testWhatOthersWriteForNumbersBeyondAll() throws {
    let fixture = try RunFixture()
    try fixture.train("run", RunFixture.settings())
    let folder = try RunFolder.open(in: fixture.store, name: "run")
    let number = try Regex(#""drift":[0-9.e+-]+"#)
    try RunFixture.unseal(folder.refresh)
    let (refresh, metrics) = (
      try String(contentsOfFile: folder.refresh, encoding: .utf8),
      try String(contentsOfFile: folder.metrics, encoding: .utf8)
        .replacing(try Regex(#""checksum":"[0-9a-f]{8}","checksum-kind":"crc32","#), with: "")
    )
    for text in ["null", "Infinity", "-Infinity", "NaN", "1e999", "\"inf\"", "\"Infinity\""] {
      try AtomicFile.write(folder.refresh, text: refresh.replacing(number, with: "\"drift\":\(text)"))
      try AtomicFile.write(folder.metrics, text: metrics.replacing(number, with: "\"drift\":\(text)"))
      let statistics = try RunStatistics(fixture.store, folder)
      XCTAssertEqual(statistics.atLastRefresh.count, 2, text)
      XCTAssertTrue(statistics.atLastRefresh.allSatisfy { !$0.drift.isFinite && $0.meanDistance.isFinite }, text)
      XCTAssertEqual(try fixture.records("run").map(\.epoch), [0, 1, 2, 3, 4], text)
      XCTAssertEqual(try fixture.resume("run", RunFixture.settings()).epochs, 4)
      XCTAssertEqual(try fixture.records("run").map(\.epoch), [0, 1, 2, 3, 4], text)
    }
    try AtomicFile.write(folder.refresh, text: "{")
    assertSays(message { try RunStatistics(fixture.store, folder) }, "refresh.json", "the file is damaged")
  }

  func testSettingsAreFinite() {
    let changes: [(String, (inout RunSettings) -> Void)] = [
      ("lr", { $0.learningRate = .infinity }), ("clip", { $0.clip = .infinity }), ("clip", { $0.clip = .nan }),
      ("weight-decay", { $0.weightDecay = .infinity }), ("dropout", { $0.dropout = .nan }),
      ("checkpoint-seconds", { $0.checkpointSeconds = .infinity }), ("lr", { $0.learningRate = .nan }),
    ]
    for (name, change) in changes {
      assertSays(message { try RunFixture.settings(change).validate() }, "expected \(name) to be")
    }
  }
}
