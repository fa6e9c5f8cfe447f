import Foundation
import GasBase
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

/// What models use of a store's edges: weights in attention, weights that are left out, and runs of before.
final class EdgeUseTests: XCTestCase {
  private static let graph = TinyGraph.random(
    nodes: 90, partitions: 6, directed: true, selfLoops: 8, weighted: true)

  private var unweighted: TinyGraph {
    var graph = Self.graph
    graph.weights = nil
    return graph
  }

  private func settings(_ model: String, _ values: RunSettings.EdgeValues = .auto) -> RunSettings {
    RunFixture.settings {
      ($0.model, $0.edgeValues, $0.heads) = (model, values, 2)
    }
  }

  private func weights(_ fixture: RunFixture, _ run: String) throws -> [String: Safetensors.Tensor] {
    try Safetensors(reading: fixture.folder.file("store/runs/\(run)/model.safetensors")).tensors
  }

  private func files(_ fixture: RunFixture, _ run: String) throws -> [String: Data?] {
    try FolderContents(fixture.folder.file("store/runs/\(run)")).files.filter {
      $0.key.hasSuffix(".gascol") || $0.key.hasSuffix(".safetensors")
    }
  }

  /// Features and then the weight, entry by entry; of added self-loops zeros and the mean of the row's weights.
  func testWeightsAsFeatures() throws {
    for graph in [Self.graph, Self.graph.withEdgeFeatures(width: 2)] {
      let fixture = try RunFixture(graph)
      let builder = BatchBuilder(
        fixture.store, form: .selfLoops, edgeFeatures: graph.edgeFeatureWidth > 0, edgeWeights: .feature, histories: [])
      let nodes = graph.rows
      var added = 0
      for group in [[0], [1, 4], [5, 3, 2], Array(0..<6)] {
        let batch = Batch()
        try builder.fill(batch, with: group, .training(layers: 1..<1))
        let columns =
          batch.segments.flatMap { $0.nodes.map { nodes[$0] } } + batch.haloRows.map { nodes[Int($0)] }
        let features = try XCTUnwrap(batch.edgeFeatures)
        XCTAssertEqual([features.rows, features.columns], [batch.edgeCount, graph.edgeFeatureWidth + 1])
        XCTAssertNil(batch.adjacency.values)
        for row in 0..<batch.rowCount {
          for entry in batch.adjacency.entries(of: row) {
            let source = columns[Int(batch.adjacency.columns[entry])]
            var wanted = [Float](repeating: 0, count: graph.edgeFeatureWidth)
            if let edge = graph.edges.firstIndex(where: { $0 == (source, columns[row]) }) {
              wanted = graph.edgeFeatureRow(edge) + [graph.weights![edge]]
            } else {
              let incoming = graph.edges.indices.filter { graph.edges[$0].target == columns[row] }
              let sum = incoming.reduce(0) { $0 + graph.weights![$1] }
              wanted.append(incoming.isEmpty ? 0 : sum / Float(incoming.count))
              added += 1
            }
            let found = Array(features.rowRange(entry..<entry + 1).elements)
            for (a, b) in zip(found, wanted) { XCTAssertEqual(a, b, accuracy: 1e-6) }
          }
        }
      }
      XCTAssertGreaterThan(added, 90)
    }
  }

  /// A weighted store whose weights are left out is as good as one without: the same bits, whatever the model.
  func testLeavingWeightsOut() throws {
    var graph = TinyGraph.random(nodes: 40, partitions: 3, directed: true, selfLoops: 5, weighted: true)
    let weighted = try RunFixture(graph)
    graph.weights = nil
    let plain = try RunFixture(graph)
    for model in ModelFactory.names {
      for keeps in ["gcn", "sage"].contains(model) ? [false, true] : [false] {
        func trained(_ fixture: RunFixture, _ values: RunSettings.EdgeValues) throws -> [String: Data?] {
          var settings = settings(model, values)
          (settings.keepAggregate, settings.dropInput, settings.epochs, settings.layers) = (keeps, false, 1, 2)
          try fixture.train("run", settings)
          return try files(fixture, "run")
        }
        let without = try trained(weighted, .none)
        XCTAssertEqual(without, try trained(plain, .auto), model)
        if model == "mlp" { continue }
        XCTAssertNotEqual(without, try trained(weighted, .auto), "\(model) uses weights")
      }
    }
  }

  /// Before they had the setting, runs of gat looked at features alone; others have always used weights.
  func testRunsOfBefore() throws {
    let graph = Self.graph.withEdgeFeatures(width: 2)
    for (model, values) in [("gat", RunSettings.EdgeValues.features), ("gcn", .auto), ("sage", .auto), ("gin", .auto)] {
      let fixture = try RunFixture(graph)
      try fixture.train("run", settings(model, values))
      let folder = try RunFolder.open(in: fixture.store, name: "run")
      let before = try files(fixture, "run")
      let object = try XCTUnwrap(
        JSONSerialization.jsonObject(with: Data(contentsOf: URL(fileURLWithPath: folder.config))) as? [String: Any])
      XCTAssertEqual(object["edge-values"] as? String, values.rawValue)
      try RunFixture.unseal(folder.config, removing: "edge-values")
      let known = try folder.settings()
      XCTAssertEqual(known.edgeValues, values)
      _ = try fixture.resume("run", known)
      XCTAssertEqual(try files(fixture, "run"), before, "\(model): the same bits again")
      XCTAssertNoThrow(try Exporter(fixture.store, folder).export(.init(), threads: 1))
      let series = try RunSeries(
        in: fixture.store, name: "ru", settings: known, repeats: 1, replaceExisting: false)
      XCTAssertEqual(series.members[0].state, .missing)
    }
  }

  /// A series that was begun before goes on where the store has no weights: the setting makes no difference there.
  func testSeriesOfBefore() throws {
    let plain = try RunFixture(unweighted)
    let old = settings("gat", .features)
    try plain.train("gat-1", old)
    let again = try RunSeries(
      in: plain.store, name: nil, settings: settings("gat"), repeats: 1, replaceExisting: false)
    XCTAssertEqual(again.members[0].state, .complete)
    let weighted = try RunFixture(Self.graph)
    try weighted.train("gat-1", old)
    XCTAssertThrowsError(
      try RunSeries(in: weighted.store, name: nil, settings: settings("gat"), repeats: 1, replaceExisting: false)
    ) { XCTAssertTrue("\($0)".contains("with other settings"), "\($0)") }
  }

  func testAttentionToWeightsHasParametersOfItsOwn() throws {
    let fixture = try RunFixture(Self.graph.withEdgeFeatures(width: 2))
    for (values, width) in [(RunSettings.EdgeValues.auto, 3), (.weights, 1), (.features, 2), (.none, 0)] {
      let model = try ModelFactory.make(settings("gat", values), for: fixture.store)
      let found = model.parameters.first { $0.name == "convolutions.0.edge-weight" }
      XCTAssertEqual(found?.value.rows ?? 0, width, "\(values)")
    }
  }

  func testWeightedAttentionHasTheSameBitsHoweverItIsCarriedOut() throws {
    for graph in [Self.graph, Self.graph.withEdgeFeatures(width: 2)] {
      let fixture = try RunFixture(graph)
      var settings = settings("gat")
      settings.edgeDropout = 0.2
      (settings.prefetch, settings.haloWindows) = (false, .count(0))
      try fixture.train("straight", settings)
      let ways: [(Int, Bool, RunSettings.HaloWindows)] = [(1, true, .count(0)), (3, true, .mail), (2, false, .mail)]
      for way in ways {
        var other = settings
        (other.threads, other.prefetch, other.haloWindows) = way
        try fixture.train("other", other)
        try fixture.assertSameBits("straight", "other")
      }
      var evaluations = 0
      let stopped = try fixture.start("stopped", settings).train(shouldStop: {
        evaluations += 1
        return evaluations == 2
      })
      XCTAssertFalse(stopped.isComplete)
      XCTAssertTrue(try fixture.resume("stopped", settings).isComplete)
      try fixture.assertSameBits("straight", "stopped")
      let attention = try weights(fixture, "straight")["convolutions.0.edge-weight"]
      XCTAssertEqual(attention?.shape[0], graph.edgeFeatureWidth + 1)
    }
  }

  /// Staged windows: older rows, so other bits than without; the same with threads and prefetching.
  func testWeightedAttentionWithStagedHalos() throws {
    let fixture = try RunFixture(Self.graph)
    var settings = settings("gat")
    settings.haloWindows = .count(2)
    try fixture.train("one", settings)
    (settings.threads, settings.prefetch) = (2, false)
    try fixture.train("two", settings)
    try fixture.assertSameBits("one", "two")
  }

  func testStoresWithoutWeightsAreRefusedWhereAttentionLooksAtThem() throws {
    let (training, plain) = (try RunFixture(Self.graph), try RunFixture(unweighted))
    let model = try ModelFactory.make(settings("gat"), for: training.store)
    XCTAssertThrowsError(try Evaluator.check(plain.store, trainedOn: training.store, model: model)) {
      XCTAssertEqual(
        "\($0)",
        "\(plain.store.path): expected edge weights as in \(training.store.path): one an edge, found none")
    }
    let blind = try ModelFactory.make(settings("gat", .none), for: training.store)
    XCTAssertNoThrow(try Evaluator.check(plain.store, trainedOn: training.store, model: blind))
  }

  func testWhatIsAskedForByName() throws {
    let featured = try RunFixture(unweighted.withEdgeFeatures(width: 2)).store
    let weighted = try RunFixture(Self.graph).store
    let cases: [(model: String, values: RunSettings.EdgeValues, store: Store, says: String?)] = [
      ("gcn", .features, featured, "gcn uses no edge features, which edge-values asks for; they are used by gat"),
      ("mlp", .weights, weighted, "mlp uses no edge weights, which edge-values asks for"),
      ("gat", .features, weighted, "the store has no edge features, which edge-values asks for; ingest"),
      ("gin", .weights, featured, "the store has no edge weights, which edge-values asks for; ingest"),
      ("gat", .features, featured, nil), ("pna", .weights, weighted, nil), ("mlp", .none, weighted, nil),
    ]
    for (model, values, store, says) in cases {
      let settings = settings(model, values)
      do {
        try Trainer.check(store, settings, model: ModelFactory.make(settings, for: store))
        XCTAssertNil(says, "\(model), \(values)")
      } catch {
        XCTAssertTrue("\(error)".contains(says ?? "nothing"), "\(error)")
      }
    }
  }
}
