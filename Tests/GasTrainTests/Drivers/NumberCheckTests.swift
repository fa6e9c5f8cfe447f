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
final class NumberCheckTests: NumberCheckCase {
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
}
