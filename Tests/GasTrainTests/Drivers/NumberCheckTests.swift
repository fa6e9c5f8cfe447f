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

/// Numbers that are not finite, or would not be when they are kept: refused where they are made, with layer, node and
/// cause.
final class NumberCheckTests: XCTestCase {
  /// Node 5000 is joined to all others, so that sums over neighbours grow with every layer.
  private func hub(_ nodes: Int = 300) -> TinyGraph {
    var graph = TinyGraph.random(nodes: nodes, partitions: 4)
    graph.edges = (1..<nodes).flatMap { [(0, $0), ($0, 0)] }
    graph.features = graph.features.map { (abs($0) + 1) * 5000 }
    graph.ids = .integers((0..<Int64(nodes)).map { 5000 + 7 * $0 })
    return graph
  }

  private func gin(_ change: (inout RunSettings) -> Void = { _ in }) -> RunSettings {
    RunFixture.settings {
      ($0.model, $0.layers, $0.epochs, $0.dropout) = ("gin", 5, 2, 0)
      change(&$0)
    }
  }

  private func message(_ body: () throws -> some Any) -> String {
    do {
      return "no error but \(try body())"
    } catch let error as GasError {
      return "\(error)"
    } catch {
      return "not a GasError: \(error)"
    }
  }

  private func assertSays(_ message: String, _ texts: String..., line: UInt = #line) {
    for text in texts where !message.contains(text) { XCTFail("no \"\(text)\" in \(message)", line: line) }
  }

  func testGreatestMagnitudesOfEncodings() {
    for encoding in RowEncoding.allCases {
      func isFinite(_ x: Float) -> Bool {
        let row: [Float] = [x, 1, -x]
        var bytes = [UInt8](repeating: 0, count: encoding.rowBytes(3))
        var back: [Float] = [0, 0, 0]
        encoding.encode(rows: 1, width: 3, row, into: &bytes)
        encoding.decode(rows: 1, width: 3, bytes, into: &back)
        return back.allSatisfy(\.isFinite)
      }
      XCTAssertTrue(isFinite(encoding.greatestMagnitude), "\(encoding)")
      if encoding != .int8 { XCTAssertFalse(isFinite(encoding.greatestMagnitude.nextUp), "\(encoding)") }
    }
  }

  func testRowsThatFloat16CannotHold() throws {
    let fixture = try RunFixture(hub())
    let says = ["of node 5000 is", "rows in float16 hold no more than 65504; pass --history-type bfloat16 or float32"]
    for windows in [RunSettings.HaloWindows.count(0), .count(2), .mail] {
      let settings = gin {
        $0.historyType = .float16
        $0.haloWindows = windows
      }
      let message = message { try fixture.train("run", settings) }
      for text in says { assertSays(message, text, "layer ") }
    }
    for encoding in [RowEncoding.float32, .bfloat16, .int8] {
      let result = try fixture.train("run-\(encoding)", gin { $0.historyType = encoding })
      XCTAssertTrue(try XCTUnwrap(result.loss).isFinite)
    }
  }

  func testInferenceInFloat16LeavesNoFile() throws {
    let fixture = try RunFixture(hub())
    try fixture.train("run", gin())
    let exporter = try Exporter(fixture.store, RunFolder.open(in: fixture.store, name: "run"))
    let before = try FolderContents(fixture.folder.path)
    let files = Exporter.Files(
      embeddings: fixture.folder.file("e.npy"), predictions: fixture.folder.file("p.npy"),
      logits: fixture.folder.file("l.npy"), replacesExisting: true)
    assertSays(
      message { try exporter.export(files, threads: 2, keepingRowsIn: .float16) }, "of node 5000 is",
      "in exact inference",
      "float16 hold no more than 65504")
    XCTAssertEqual(try FolderContents(fixture.folder.path).differences(from: before), [])
    for encoding in [RowEncoding.float32, .bfloat16, .int8] {
      _ = try exporter.export(files, threads: 2, keepingRowsIn: encoding)
      let logits = try NpyReader(opening: fixture.folder.file("l.npy"))
      XCTAssertEqual(logits.shape, [300, 3])
    }
  }

  /// A feature of 1e38 is finite, but what is made of it is not; with every model, and for single nodes.
  func testLargeFeatures() throws {
    for (model, sparse) in [
      ("gcn", false), ("sage", false), ("gin", false), ("gat", false), ("gcn", true), ("mlp", false),
    ] {
      var graph = TinyGraph.random(nodes: 90, partitions: 6)
      graph.features = graph.features.map { $0 * 1e38 }
      graph.isSparse = sparse
      let fixture = try RunFixture(graph)
      let message = message { try fixture.train("run", RunFixture.settings { ($0.model, $0.dropout) = (model, 0) }) }
      assertSays(message, "--feature-norm", "weights reach")
      XCTAssertTrue(message.contains(" of node ") || message.contains("the gradient of "), "\(model): \(message)")
    }
  }

  func testExplodingWeightsKeepTheCheckpointAndResumingWithALowerRateGoesOn() throws {
    for model in ["gcn", "gin", "pna"] {
      let fixture = try RunFixture()
      let settings = RunFixture.settings { ($0.model, $0.epochs) = (model, 2) }
      try fixture.train("run", settings)
      let kept = FileManager.default.contents(atPath: fixture.folder.file("store/runs/run/checkpoint.safetensors"))
      var more = settings
      (more.epochs, more.learningRate) = (6, 1e30)
      assertSays(
        message { try fixture.resume("run", more) }, "--lr", "epoch 2 is kept", "gas-run resume goes on from there")
      XCTAssertEqual(
        FileManager.default.contents(atPath: fixture.folder.file("store/runs/run/checkpoint.safetensors")), kept)
      var change = RunSettings.Change()
      (change.epochs, change.learningRate, change.clip) = (6, 0.01, 1)
      var lower = settings
      try lower.apply(change)
      XCTAssertEqual(try fixture.resume("run", lower).epochs, 6)
    }
  }

  func testGradientsThatAdamCannotSquare() throws {
    let fixture = try RunFixture()
    let model = try ModelFactory.make(RunFixture.settings(), for: fixture.store)
    let check = NumberCheck(fixture.store, model, .serial)
    let parameter = model.parameters[1]
    for (value, isRefused) in [
      (Float(1.8e19), false), (-1.8e19, false), (1.9e19, true), (.infinity, true), (.nan, true),
    ] {
      parameter.gradient.base[0] = value
      let message = message { try check.gradients(model.parameters, step: 7) }
      XCTAssertEqual(message.contains("the gradient of \(parameter.name) is"), isRefused, message)
    }
    for (_, matrix) in model.namedWeights.prefix(1) { matrix.base[matrix.count - 1] = .nan }
    assertSays(
      message { try check.weights(step: nil) }, "\(model.namedWeights[0].name) has a number that is not finite")
  }

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

  /// The row that is named is the first of the first batch, however the work is carried out.
  func testTheSameRowIsNamed() throws {
    let fixture = try RunFixture(hub())
    for type in [RowEncoding.float16, .float32] {
      var messages = Set<String>()
      for (threads, prefetch) in [(1, false), (2, true), (5, true)] {
        let settings = gin {
          ($0.historyType, $0.threads, $0.prefetch) = (type, threads, prefetch)
          $0.learningRate = type == .float16 ? 0.01 : 1e20
        }
        messages.insert(message { try fixture.train("run", settings) })
      }
      XCTAssertEqual(messages.count, 1, "\(messages)")
      assertSays(messages.first ?? "", type == .float16 ? "before training" : ", in epoch 1")
    }
  }

  /// Initial residuals and jumping knowledge are kept from layer to layer beside the rows; standard deviations square
  /// what they read.
  func testValuesThatAreCarriedAndSquared() throws {
    var graph = TinyGraph.random(nodes: 90, partitions: 6)
    graph.features = graph.features.map { $0 * 3e37 }
    let fixture = try RunFixture(graph)
    for model in ["gcnii", "appnp", "pna", "gat", "sage"] {
      let settings = RunFixture.settings { ($0.model, $0.dropout, $0.epochs) = (model, 0, 3) }
      let message = message { try fixture.train("run", settings) }
      assertSays(message, "--feature-norm")
      XCTAssertTrue(message.contains(" of node ") || message.contains("the gradient of "), "\(model): \(message)")
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
