import GasBase
import GasNN
import GasStore
import RunSupport
import TestSupport
import XCTest

@testable import GasBatch
@testable import GasSettings
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
    _ graph: TinyGraph, _ settings: RunSettings, keepsAggregate: Bool = false, accuracy: Float = 1e-5,
    line: UInt = #line
  ) throws {
    let folder = try TemporaryFolder()
    try graph.write(to: folder.file("store"))
    let store = try Store(opening: folder.file("store"))
    let model = try ModelFactory.make(settings, for: store)
    let widths = StageRunner.historyWidths(of: model)
    let runner = StageRunner(
      store: store, model: model, histories: try HistorySet.create(in: folder.path, store: store, widths: widths),
      batchSize: 2, precision: settings.precision, execution: ExecutionOptions(keepsAggregate: keepsAggregate))
    let full = try outputs(store) { visit in try runner.inferFullBatch(visit) }
    let layerwise = try outputs(store) { visit in
      try runner.inferLayerwise(step: 0) { layer, batch, rows in
        if layer == model.stages.count { try visit(batch, rows) }
      }
    }
    for (a, b) in zip(full.joined(), layerwise.joined()) { XCTAssertEqual(a, b, accuracy: accuracy, line: line) }
    XCTAssertGreaterThan(full.joined().map(abs).max() ?? 0, 0.01, "the comparison would hold for zeros too", line: line)
  }

  func testLayerwiseEqualsFullBatch() throws {
    for model in ModelFactory.names {
      for (directed, weighted, sparse) in [(false, false, false), (true, true, false), (false, true, true)] {
        var settings = RunSettings()
        settings.model = model
        settings.layers = 3
        settings.hidden = 5
        settings.norm = directed ? .layer : .batch
        settings.linear = sparse && !["appnp", "mlp"].contains(model)
        settings.residual = true
        settings.heads = 2
        let graph = TinyGraph.random(
          nodes: 60, partitions: 5, directed: directed, selfLoops: 4, weighted: weighted, sparse: sparse)
        try assertLayerwiseEqualsFullBatch(graph, settings)
        // Sums that differ in their last bits may be rounded to different numbers.
        settings.precision = .bfloat16
        try assertLayerwiseEqualsFullBatch(graph, settings, accuracy: 0.05)
      }
    }
  }

  /// Own rows and halo rows of files that do not simply stay resident, in training and in inference; fresh histories
  /// are as good as settled ones.
  func testRowsThatAreReadWhereTheyAreGiveTheSameBits() throws {
    let fixture = try RunFixture(.random(nodes: 6000, degree: 6, partitions: 4))
    for (model, precision) in [("gcn", Precision.float32), ("sage", .float32), ("gcn", .bfloat16), ("sage", .bfloat16)]
    {
      let settings = RunFixture.settings {
        $0.model = model
        $0.hidden = precision == .float32 ? 64 : 128
        $0.dropout = 0
        $0.layers = 3
        $0.precision = precision
      }
      func rows(inPlace: Bool) throws -> [[Float]] {
        let model = try ModelFactory.make(settings, for: fixture.store)
        let histories = try HistorySet.scratch(
          beside: fixture.folder.path, store: fixture.store, widths: StageRunner.historyWidths(of: model),
          settings.exactRows)
        XCTAssertFalse(histories[1].embeddings.values.isSmall)
        if inPlace { try histories.settleInMemory() }
        let runner = StageRunner(
          store: fixture.store, model: model, histories: histories, batchSize: 1, precision: precision,
          execution: ExecutionOptions(threads: 2, keepsAggregate: true, readsInPlace: inPlace))
        let optimiser = Adam(model.parameters, learningRate: 0.01, regularisedDecay: 0, unregularisedDecay: 0)
        let groups = (0..<4).map { [$0] }
        for epoch in 0..<2 {
          _ = try runner.trainEpoch(groups, firstStep: 4 * epoch, optimiser: optimiser, clip: nil)
        }
        var outputs: [[Float]] = []
        try runner.inferLayerwise(step: 8) { _, _, rows in outputs.append(Array(rows.elements)) }
        return outputs
      }
      XCTAssertEqual(try rows(inPlace: true), try rows(inPlace: false), model)
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
      settings.precision = .bfloat16
      try assertLayerwiseEqualsFullBatch(graph, settings, keepsAggregate: true, accuracy: 0.05)
    }
  }

  /// The halo's columns are transposed where a gradient may want them.
  func testTransposedColumns() throws {
    let fixture = try RunFixture(.random(nodes: 90, partitions: 6))
    func transposed(_ model: String, hidden: Int, edgeDropout: Double = 0) throws -> BatchContents.Transposed {
      let settings = RunFixture.settings {
        ($0.model, $0.hidden, $0.dropout, $0.edgeDropout) = (model, hidden, 0, edgeDropout)
      }
      return try fixture.start("look", settings).runner.passes.training.contents.transposed
    }
    for model in ["gcn", "sage"] {
      XCTAssertEqual(try transposed(model, hidden: 2), .own, model)
      XCTAssertEqual(try transposed(model, hidden: 64), .all, "\(model): the last layer narrows")
    }
    XCTAssertEqual(try transposed("gat", hidden: 2), .all, "rows are multiplied first")
    XCTAssertEqual(try transposed("gcn", hidden: 2, edgeDropout: 0.5), .none, "each step has its own adjacency")
  }

  /// Entries are numbered for the models whose gradients go to single ones.
  func testNumberedEntries() throws {
    let fixture = try RunFixture(.random(nodes: 90, partitions: 6))
    func isNumbered(_ change: (inout RunSettings) -> Void) throws -> Bool {
      let passes = try fixture.start("look", RunFixture.settings(change)).runner.passes
      XCTAssertFalse(passes.exact.contains { $0.contents.numbersEntries })
      return passes.training.contents.numbersEntries
    }
    for model in RunSettings.modelNames {
      XCTAssertEqual(try isNumbered { $0.model = model }, ["gat", "pna", "pna-jk"].contains(model), model)
    }
    XCTAssertFalse(try isNumbered { ($0.model, $0.aggregators) = ("pna", ["mean", "std"]) }, "neither has winners")
    XCTAssertFalse(try isNumbered { ($0.model, $0.edgeDropout) = ("gat", 0.5) }, "each step has its own adjacency")
    let base = try ModelFactory.make(RunFixture.settings { $0.model = "gat" }, for: fixture.store)
    let ones = [Float](repeating: 1, count: base.stages.last?.width ?? 0)
    XCTAssertTrue(StandardisedModel(base, means: ones, deviations: ones).usesEntryNumbers)
  }
}
