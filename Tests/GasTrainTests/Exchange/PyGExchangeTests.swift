import Foundation
import GasBase
import GasFormats
import GasNN
import GasStore
import RunSupport
import TestSupport
import XCTest

@testable import GasRuns
@testable import GasSettings
@testable import GasTrain

/// Weights out and in, for all models: names, layouts, every bit, and what is refused. That PyTorch Geometric computes
/// the same with them is tested in Python (Tools/python/tests/test_weights.py).
final class PyGExchangeTests: XCTestCase {
  /// Sums depend on what is in a batch, so the same bits take the same batches.
  private let batches: [String: any SettingValue] = [
    RunSettings.table.batchPartitions.key: RunSettings.BatchSize.partitions(2)
  ]
  private let variants: [String: (inout RunSettings) -> Void] = [
    "plain": { _ in },
    "batch": { ($0.norm, $0.residual) = (.batch, true) },
    "layer": { ($0.norm, $0.linear) = (.layer, true) },
    "attention": { ($0.heads, $0.outHeads) = (3, 2) },
    "separate": { ($0.sharedWeights, $0.alpha, $0.theta) = (false, 0.3, 0.7) },
    "some": { ($0.aggregators, $0.scalers) = (["max", "mean"], ["attenuation"]) },
  ]

  /// A variant's settings, without those that the model does not use: a command line would refuse them.
  private func settings(_ model: String, _ change: (inout RunSettings) -> Void) throws -> RunSettings {
    let all = RunFixture.settings {
      $0.epochs = 2
      change(&$0)
      $0.model = model
    }
    var object = try XCTUnwrap(JSONSerialization.jsonObject(with: JSONEncoder().encode(all)) as? [String: Any])
    for row in RunSettings.table.rows where row.models?.contains(model) == false { object[row.key] = nil }
    return try JSONDecoder().decode(RunSettings.self, from: JSONSerialization.data(withJSONObject: object))
  }

  private func exported(_ run: String, _ fixture: RunFixture, as name: String) throws -> Data {
    let path = fixture.folder.file(name + ".safetensors")
    let folder = try RunFolder.open(in: fixture.store, name: run)
    var paths = OutputPaths(replacesExisting: true)
    let output = try paths.add(path, as: "--output")
    _ = try PyGExport(fixture.store, folder).write(to: XCTUnwrap(output))
    return try Data(contentsOf: URL(fileURLWithPath: path))
  }

  private func logits(_ run: String, _ fixture: RunFixture) throws -> Data {
    let path = fixture.folder.file(run + ".npy")
    let folder = try RunFolder.open(in: fixture.store, name: run)
    _ = try Exporter(fixture.store, folder).export(.init(logits: path, replacesExisting: true), threads: 1)
    return try Data(contentsOf: URL(fileURLWithPath: path))
  }

  func testTheWayThereAndBackKeepsEveryByte() throws {
    var count = 0
    for graph in [TinyGraph.random(nodes: 60, partitions: 4), .random(nodes: 60, partitions: 4, weighted: true)] {
      let fixture = try RunFixture(graph)
      for model in ModelFactory.names {
        var seen: [RunSettings] = []
        for (name, change) in variants.sorted(by: { $0.key < $1.key }) {
          let settings = try settings(model, change)
          guard !seen.contains(settings) else { continue }
          seen.append(settings)
          try fixture.train("run", settings)
          let out = try exported("run", fixture, as: "out")
          let importer = try PyGImport(
            fixture.folder.file("out.safetensors"), for: fixture.store, run: "back", flags: batches)
          let report = try importer.makeRun(replaceExisting: true)
          let notes = (report.notes ?? []).filter { $0.contains("no tensor shows") || $0.contains("became") }
          XCTAssertEqual(notes, [], "\(model) \(name)")
          XCTAssertEqual(try exported("back", fixture, as: "again"), out, "\(model) \(name)")
          XCTAssertEqual(try logits("back", fixture), try logits("run", fixture), "\(model) \(name)")
          let files = try ["run", "back"].map {
            try Safetensors(reading: RunFolder.open(in: fixture.store, name: $0).model).tensors
          }
          XCTAssertEqual(files[0], files[1], "\(model) \(name)")
          count += 1
        }
      }
    }
    XCTAssertGreaterThan(count, 50)
  }

  /// Without metadata, settings are read off the tensors, but for those that none shows.
  func testSettingsAreReadOffTheTensors() throws {
    let fixture = try RunFixture(.random(nodes: 60, partitions: 4, weighted: true))
    let table = RunSettings.table
    for model in ModelFactory.names {
      for (name, change) in variants {
        let settings = try settings(model, change)
        try fixture.train("run", settings)
        _ = try exported("run", fixture, as: "out")
        var file = try Safetensors(reading: fixture.folder.file("out.safetensors"))
        file.metadata = [:]
        try file.write(to: fixture.folder.file("bare.safetensors"))
        var flags = batches
        flags[table.model.key] = model
        switch model {
        case "appnp": (flags["layers"], flags["alpha"]) = (settings.layers, settings.alpha)
        case "gcnii": (flags["alpha"], flags["theta"]) = (settings.alpha, settings.theta)
        case "pna", "pna-jk": (flags["aggregators"], flags["scalers"]) = (settings.aggregators, settings.scalers)
        default: break
        }
        if settings.residual { flags["residual"] = true }
        for missing in ["model", "alpha", "scalers"] where flags[missing] != nil {
          assertRefused(missing) {
            _ = try PyGImport(
              fixture.folder.file("bare.safetensors"), for: fixture.store, run: "b",
              flags: flags.filter { $0.key != missing })
          }
        }
        let importer = try PyGImport(
          fixture.folder.file("bare.safetensors"), for: fixture.store, run: "back", flags: flags)
        _ = try importer.makeRun(replaceExisting: true)
        XCTAssertEqual(try logits("back", fixture), try logits("run", fixture), "\(model) \(name)")
      }
    }
  }

  /// Mean and deviation of real values: advice that helps, and not that of another model.
  func testTargets() throws {
    var graph = TinyGraph.random(nodes: 60, partitions: 4)
    (graph.values, graph.classCount) = ((0..<60).map { Float($0) / 7 }, 1)
    let (fixture, classes) = (try RunFixture(graph), try RunFixture())
    try fixture.train("run", RunFixture.settings())
    _ = try exported("run", fixture, as: "out")
    let whole = try Safetensors(reading: fixture.folder.file("out.safetensors"))
    let path = fixture.folder.file("bad.safetensors")
    func refused(_ texts: String..., by store: Store, _ change: (inout [String: Safetensors.Tensor]) -> Void) throws {
      var file = whole
      change(&file.tensors)
      try file.write(to: path)
      for text in texts { assertRefused(text) { _ = try PyGImport(path, for: store, run: "b", flags: batches) } }
    }
    let both = "pass both, or neither: outputs are then in the units of the labels already"
    try refused("there is \"targets.mean\" and no \"targets.deviation\"", both, by: fixture.store) {
      $0["targets.deviation"] = nil
    }
    try refused("there is \"targets.deviation\" and no \"targets.mean\"", both, by: fixture.store) {
      $0["targets.mean"] = nil
    }
    try refused(
      "\"targets.mean\" of shape [1], found [2]", "a number for each column of labels; the store has 1",
      by: fixture.store
    ) { $0["targets.mean"] = .init(shape: [2], values: [0, 1]) }
    try refused(
      "expected weights that predict classes, as the labels of the store are, found those of a model of real values",
      by: classes.store
    ) { _ in }
  }

  func testLayoutsAreTorchs() throws {
    let fixture = try RunFixture()
    try fixture.train("gat", RunFixture.settings { ($0.model, $0.heads, $0.norm) = ("gat", 3, .batch) })
    _ = try exported("gat", fixture, as: "gat")
    let file = try Safetensors(reading: fixture.folder.file("gat.safetensors"))
    let features = try XCTUnwrap(fixture.store.manifest.features?.width)
    XCTAssertEqual(file.tensors["convs.0.lin.weight"]?.shape, [18, features])
    XCTAssertEqual(file.tensors["convs.0.att_src"]?.shape, [1, 3, 6])
    XCTAssertEqual(file.tensors["convs.0.bias"]?.shape, [18])
    XCTAssertEqual(file.tensors["norms.1.module.running_var"]?.shape, [18])
    let own = try Safetensors(reading: RunFolder.open(in: fixture.store, name: "gat").model).tensors
    let (here, there) = try (
      XCTUnwrap(own["convolutions.0.weight"]), XCTUnwrap(file.tensors["convs.0.lin.weight"])
    )
    for input in 0..<features {
      for output in 0..<18 {
        XCTAssertEqual(here.values[input * 18 + output], there.values[output * features + input])
      }
    }
    XCTAssertEqual(file.tensors["convs.0.att_dst"]?.values, own["convolutions.0.attention-target"]?.values)
  }

  /// Scalers divide by δ of the graph: with weights of another graph the layers behind them take up the quotient.
  func testAggregationOfAnotherGraph() throws {
    let (one, other) = try (RunFixture(), RunFixture(.random(nodes: 80, degree: 9, partitions: 4)))
    let settings = RunFixture.settings { ($0.model, $0.epochs) = ("pna", 2) }
    try one.train("run", settings)
    let path = one.folder.file("out.safetensors")
    _ = try exported("run", one, as: "out")
    _ = try PyGImport(path, for: other.store, run: "moved").makeRun()
    let run = try RunFolder.open(in: one.store, name: "run")
    let files = (one.folder.file("there.npy"), one.folder.file("moved.npy"))
    _ = try Exporter(other.store, run, trainedOn: one.store).export(.init(logits: files.0), threads: 1)
    _ = try Exporter(other.store, RunFolder.open(in: other.store, name: "moved"))
      .export(.init(logits: files.1), threads: 1)
    let (expected, found) = try (floats(files.0), floats(files.1))
    XCTAssertEqual(expected.count, found.count)
    let scale = expected.map(abs).max() ?? 0
    XCTAssertGreaterThan(scale, 0)
    for (a, b) in zip(expected, found) { XCTAssertEqual(a, b, accuracy: 1e-5 * scale) }
    _ = try exported("moved", other, as: "again")
    XCTAssertNotEqual(
      try Safetensors(reading: path).tensors["convs.0.post_lins.1.weight"],
      try Safetensors(reading: other.folder.file("again.safetensors")).tensors["convs.0.post_lins.1.weight"])
  }

  private func floats(_ path: String) throws -> [Float] {
    let reader = try NpyReader(opening: path)
    return reader.floats(0..<reader.shape.reduce(1, *))
  }
}
