import GasBase
import GasNN
import GasRanks
import GasStore
import RunSupport
import TestSupport
import XCTest

@testable import GasBatch
@testable import GasSettings
@testable import GasTrain

/// What ranks do in a step, against the plainest way to do the same: one process computes the batches of all ranks, one
/// after the other, each from the histories as its rank has them.
final class RankedStepTests: XCTestCase {
  func testStepsAreThoseOfOneProcess() throws {
    let fixture = try RunFixture(.random(nodes: 240, degree: 6, partitions: 8))
    for (model, count) in [("gcn", 2), ("gat", 3), ("gcnii", 4)] {
      var found: [[Double]] = []
      for exchange in RunSettings.Exchange.allCases {
        let settings = RunFixture.settings {
          ($0.model, $0.epochs, $0.dropout, $0.evaluateEvery, $0.batchPartitions) = (model, 4, 0, 4, .partitions(1))
          $0.exchange = exchange
        }
        try fixture.train("ranks", settings, ranks: count)
        let losses = try fixture.records("ranks").compactMap(\.loss)
        let expected = try expectedLosses(of: fixture.store, settings, ranks: count, in: fixture.folder.path)
        XCTAssertEqual(losses.count, expected.count)
        for (a, b) in zip(losses, expected) { XCTAssertEqual(a, b, accuracy: 2e-6, "\(model), \(exchange)") }
        XCTAssertNotEqual(losses[0], losses[3])
        found.append(losses)
      }
      XCTAssertNotEqual(found[0], found[1], model)
    }
  }

  /// A batch that one rank has computed: its partitions, and what it has pushed.
  private struct Push {
    let rank: Int
    let group: [Int]
    let rows: [[[Float]]]
  }

  private func expectedLosses(of store: Store, _ settings: RunSettings, ranks: Int, in folder: String) throws
    -> [Double]
  {
    let model = try ModelFactory.make(settings, for: store)
    let histories = try HistorySet.scratch(
      beside: folder, store: store, widths: StageRunner.historyWidths(of: model))
    let runner = StageRunner(
      store: store, model: model, histories: histories, batchSize: 1, seed: settings.seed,
      execution: ExecutionOptions(prefetches: false))
    let optimiser = Adam(
      model.parameters, learningRate: settings.learningRate, regularisedDecay: settings.weightDecay,
      unregularisedDecay: settings.outerWeightDecay)
    let useful = try TrainingPartitions(store, split: 0)
    try runner.inferLayerwise(step: 0) { _, _, _ in }
    var views = [[[[Float]]]](repeating: try rows(of: runner), count: ranks)
    func write(_ pushes: [Push], whose isWanted: (_ reader: Int, _ writer: Int) -> Bool) {
      for push in pushes {
        for reader in views.indices where isWanted(reader, push.rank) {
          for row in push.group.flatMap({ store.partitions.nodes($0) }) {
            for layer in views[reader].indices { views[reader][layer][row] = push.rows[layer][row] }
          }
        }
      }
    }
    var step = 0
    return try (1...settings.epochs).map { epoch in
      let steps = EpochSteps(
        RankShares.divided(store.partitions, among: ranks), batchSize: 1, seed: settings.seed, epoch: epoch,
        mostSteps: nil, isUseful: useful.containsTrainingNode)
      var (sum, weight) = (0.0, 0.0)
      var travelling: [Push] = []
      for index in 0..<steps.count {
        let groups = (0..<ranks).map { steps.group(of: $0, at: index) }
        let (loss, nodes, pushes) = try train(groups, views, runner, optimiser, step: step)
        step += 1
        (sum, weight) = (sum + loss, weight + nodes)
        write(pushes, whose: ==)
        write(settings.exchange == .overlap ? travelling : pushes, whose: !=)
        travelling = settings.exchange == .overlap ? pushes : []
      }
      write(travelling, whose: !=)
      return sum / weight
    }
  }

  /// Takes a step of several batches.
  private func train(
    _ groups: [[Int]], _ views: [[[[Float]]]], _ runner: StageRunner, _ optimiser: Adam, step: Int
  ) throws -> (loss: Double, weight: Double, pushes: [Push]) {
    var gradients: [(weight: Double, values: [[Float]])] = []
    var sum = 0.0
    var pushes: [Push] = []
    for (rank, group) in groups.enumerated() where !group.isEmpty {
      try write(views[rank], to: runner)
      let batch = try runner.stream.batch(of: group, runner.passes.training.contents)
      let (loss, _, weight, context) = try runner.loss(of: batch, TrainingLabels(), step: step)
      optimiser.parameters.zeroGradients()
      context.tape.backward(from: loss)
      gradients.append((weight, optimiser.parameters.map { Array($0.gradient.elements) }))
      sum += Double(loss.scalar) * weight
      pushes.append(Push(rank: rank, group: group, rows: try rows(of: runner)))
    }
    let total = gradients.reduce(0) { $0 + $1.weight }
    for (number, parameter) in optimiser.parameters.enumerated() {
      parameter.gradient.fill(with: 0)
      for (weight, values) in gradients {
        for place in values[number].indices {
          parameter.gradient.base[place] += Float(weight / total) * values[number][place]
        }
      }
    }
    optimiser.step()
    return (sum, total, pushes)
  }

  private func rows(of runner: StageRunner) throws -> [[[Float]]] {
    try runner.histories.layers.map { history in
      try (0..<runner.store.nodeCount).map { row in
        var values = [Float](repeating: 0, count: history.width)
        try history.rows.copy(row..<row + 1, into: &values)
        return values
      }
    }
  }

  private func write(_ layers: [[[Float]]], to runner: StageRunner) throws {
    for (history, rows) in zip(runner.histories.layers, layers) {
      for (row, values) in rows.enumerated() { _ = try history.push(row..<row + 1, values, step: 0) }
    }
  }
}
