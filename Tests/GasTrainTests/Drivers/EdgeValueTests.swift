import GasBase
import GasNN
import GasStore
import RunSupport
import TestSupport
import XCTest

@testable import GasBatch
@testable import GasRuns
@testable import GasTrain

/// Weights and features of edges on their way to the stages.
final class EdgeValueTests: XCTestCase {
  /// The sum of its neighbours' rows in a given form, with what the edges say appended; then a linear layer, then the
  /// same again.
  private final class Messages: GraphModel {
    let first: Linear, second: Linear
    let graphForm: GraphForm
    let usesEdgeFeatures: Bool
    var parameters: [Parameter] { first.parameters + second.parameters }

    /// Makes a model for so many features of edges; with 0 they are not used.
    init(_ form: GraphForm, features: Int = 8, edgeFeatures: Int) {
      graphForm = form
      usesEdgeFeatures = edgeFeatures > 0
      var random = SeededRandom(seed: 5)
      first = Linear("first", inputs: features + edgeFeatures, outputs: 6, random: &random)
      second = Linear("second", inputs: 6 + edgeFeatures, outputs: 3, random: &random)
    }

    var stages: [Stage] {
      [
        Stage(width: 6) { [self] x, context in first(gather(x, context)).relu() },
        Stage(width: 3) { [self] x, context in second(gather(x, context)) },
      ]
    }

    private func gather(_ x: Variable, _ context: StageContext) -> Variable {
      let sum = x.aggregated(over: context.adjacency, by: .sum)
      guard let features = context.edgeFeatures else { return sum }
      let said = context.tape.arena.matrix(rows: context.batchRowCount, columns: features.columns)
      for row in 0..<said.rows {
        for column in 0..<said.columns {
          said[row, column] = context.adjacency.entries(of: row).reduce(0) { $0 + features[$1, column] }
        }
      }
      return x.tape.concatenateColumns([sum, x.tape.constant(said)])
    }
  }

  private let graph = TinyGraph.random(nodes: 60, partitions: 5, directed: true, selfLoops: 6, weighted: true)
    .withEdgeFeatures(width: 2)

  private func outputs(_ store: Store, _ drive: ((Batch, Matrix) throws -> Void) throws -> Void) rethrows -> [[Float]] {
    var rows = [[Float]](repeating: [], count: store.nodeCount)
    try drive { batch, values in
      for segment in batch.segments {
        for (index, row) in segment.nodes.enumerated() {
          rows[row] = Array(values.rowRange(segment.start + index..<segment.start + index + 1).elements)
        }
      }
    }
    return rows
  }

  private func runner(_ fixture: RunFixture, _ model: any GraphModel, prefetch: Bool = true) throws -> StageRunner {
    let widths = StageRunner.historyWidths(of: model)
    let histories = try HistorySet.create(in: fixture.folder.path, store: fixture.store, widths: widths)
    return StageRunner(
      store: fixture.store, model: model, histories: histories, batchSize: 2,
      execution: ExecutionOptions(prefetches: prefetch))
  }

  /// What the first stage sees, written out: Σ a(v, u) x_u and Σ e(v, u) over the form's entries.
  private func expected(_ form: GraphForm) -> [[Float]] {
    var entries = graph.edges.enumerated().map { ($1.source, $1.target, graph.weights![$0], graph.edgeFeatureRow($0)) }
    if form != .plain {
      let loops = Set(graph.edges.filter { $0.source == $0.target }.map(\.source))
      entries += (0..<graph.nodeCount).filter { !loops.contains($0) }.map { ($0, $0, 1, [0, 0]) }
    }
    var degrees = [Float](repeating: 0, count: graph.nodeCount)
    for (_, target, weight, _) in entries { degrees[target] += weight }
    var rows = [[Float]](repeating: [Float](repeating: 0, count: 10), count: graph.nodeCount)
    for (source, target, weight, features) in entries {
      let value = form == .symmetric ? weight / (degrees[source] * degrees[target]).squareRoot() : weight
      for column in 0..<8 { rows[target][column] += value * graph.features[source * 8 + column] }
      for column in 0..<2 { rows[target][8 + column] += features[column] }
    }
    return graph.rows.map { rows[$0] }
  }

  func testWeightsAndFeaturesReachTheStagesInEveryForm() throws {
    let fixture = try RunFixture(graph)
    for form in [GraphForm.plain, .selfLoops, .symmetric] {
      for width in [0, 2] {
        let model = Messages(form, edgeFeatures: width)
        let runner = try runner(fixture, model)
        let hidden = try outputs(fixture.store) { visit in
          try runner.inferLayerwise(step: 0) { layer, batch, rows in if layer == 1 { try visit(batch, rows) } }
        }
        let (weight, bias) = (model.first.parameters[0].value, model.first.parameters[1].value)
        for (row, sums) in expected(form).enumerated() {
          for column in 0..<6 {
            let input = (0..<8 + width).reduce(bias[0, column]) { $0 + sums[$1] * weight[$1, column] }
            XCTAssertEqual(hidden[row][column], max(0, input), accuracy: 1e-4, "\(form), \(width) edge features")
          }
        }
      }
    }
  }

  func testTheDriversAgree() throws {
    let fixture = try RunFixture(graph)
    let runner = try runner(fixture, Messages(.selfLoops, edgeFeatures: 2))
    let full = try outputs(fixture.store) { visit in try runner.inferFullBatch(visit) }
    let layerwise = try outputs(fixture.store) { visit in
      try runner.inferLayerwise(step: 0) { layer, batch, rows in if layer == 2 { try visit(batch, rows) } }
    }
    for (a, b) in zip(full.joined(), layerwise.joined()) { XCTAssertEqual(a, b, accuracy: 1e-5) }
  }

  func testPrefetchingChangesNothing() throws {
    let fixture = try RunFixture(graph)
    let settings = RunFixture.settings { $0.model = "messages" }
    var weights: [[Float]] = []
    for prefetch in [false, true, true] {
      let model = Messages(.selfLoops, edgeFeatures: 2)
      let runner = try runner(fixture, model, prefetch: prefetch)
      try runner.inferLayerwise(step: 0) { _, _, _ in }
      let adam = Adam(model.parameters, learningRate: 0.01)
      for epoch in 1...4 {
        let groups = VisitOrder.shuffled(partitionCount: 5, groupSize: 2, seed: settings.seed, epoch: epoch)
        _ = try runner.trainEpoch(groups, firstStep: 3 * epoch, optimiser: adam, clip: nil)
      }
      weights.append(model.parameters.flatMap { Array($0.value.elements) })
    }
    XCTAssertNotEqual(weights[0], Messages(.selfLoops, edgeFeatures: 2).parameters.flatMap { Array($0.value.elements) })
    XCTAssertEqual(weights[0], weights[1])
    XCTAssertEqual(weights[0], weights[2])
  }

  func testAStoreWithoutEdgeFeaturesIsRefused() throws {
    let fixture = try RunFixture()
    let settings = RunFixture.settings { $0.model = "messages" }
    let model = Messages(.plain, edgeFeatures: 2)
    let folder = try RunFolder.create(in: fixture.store, name: "run", settings: settings, replaceExisting: false)
    for prefetch in [false, true] {
      var settings = settings
      settings.prefetch = prefetch
      let trainer = try Trainer(store: fixture.store, folder: folder, settings: settings, model: model)
      XCTAssertThrowsError(try trainer.train()) { error in
        XCTAssertEqual(
          "\(error)",
          "\(fixture.store.path): the store has no edge features, which the model needs; ingest again with --edge-features"
        )
      }
    }
  }
}
