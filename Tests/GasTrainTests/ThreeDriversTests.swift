import GasBase
import GasNN
import GasStore
import TestSupport
import XCTest

@testable import GasTrain

/// The same stages, driven three ways, give the same numbers.
final class ThreeDriversTests: XCTestCase {
  private func outputs(_ store: Store, _ drive: ((Batch, Matrix) throws -> Void) throws -> Void) rethrows -> [[Float]] {
    var rows = [[Float]](repeating: [], count: store.nodeCount)
    try drive { batch, logits in
      for segment in batch.segments {
        for (index, row) in segment.nodes.enumerated() {
          let place = segment.start + index
          rows[row] = Array(logits.elements[place * logits.columns..<(place + 1) * logits.columns])
        }
      }
    }
    return rows
  }

  private func assertLayerwiseEqualsFullBatch(
    _ graph: TinyGraph, _ settings: RunSettings, keepsAggregate: Bool = false, line: UInt = #line
  ) throws {
    let folder = try TemporaryFolder()
    try graph.write(to: folder.file("store"))
    let store = try Store(opening: folder.file("store"))
    let model = try ModelFactory.make(settings, for: store)
    let widths = StageRunner.historyWidths(of: model)
    let runner = StageRunner(
      store: store, model: model, histories: try HistorySet.create(in: folder.path, store: store, widths: widths),
      batchSize: 2, execution: Execution(keepsAggregate: keepsAggregate))
    let full = try outputs(store) { visit in try runner.inferFullBatch(visit) }
    let layerwise = try outputs(store) { visit in
      try runner.inferLayerwise(step: 0) { layer, batch, rows in
        if layer == model.stages.count { try visit(batch, rows) }
      }
    }
    for (a, b) in zip(full.joined(), layerwise.joined()) { XCTAssertEqual(a, b, accuracy: 1e-5, line: line) }
    XCTAssertGreaterThan(full.joined().map(abs).max() ?? 0, 0.01, "the comparison would hold for zeros too", line: line)
  }

  func testLayerwiseEqualsFullBatch() throws {
    for model in ModelFactory.names {
      for (directed, weighted, sparse) in [(false, false, false), (true, true, false), (false, true, true)] {
        var settings = RunSettings()
        settings.model = model
        settings.layers = 3
        settings.hidden = 5
        settings.batchNorm = true
        settings.residual = true
        settings.heads = 2
        let graph = TinyGraph.random(
          nodes: 60, partitions: 5, directed: directed, selfLoops: 4, weighted: weighted, sparse: sparse)
        try assertLayerwiseEqualsFullBatch(graph, settings)
      }
    }
  }

  func testLayerwiseFromKeptAggregationEqualsFullBatch() throws {
    for model in ["gcn", "sage"] {
      var settings = RunSettings()
      settings.model = model
      settings.dropInput = false
      settings.residual = true
      let graph = TinyGraph.random(nodes: 60, partitions: 5, directed: true, selfLoops: 4, weighted: true)
      try assertLayerwiseEqualsFullBatch(graph, settings, keepsAggregate: true)
    }
  }
}
