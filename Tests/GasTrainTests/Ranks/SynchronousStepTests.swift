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
/// after the other, from histories as they were when the step began, and pushes then.
final class SynchronousStepTests: XCTestCase {
  func testStepsAreThoseOfOneProcess() throws {
    let fixture = try RunFixture(.random(nodes: 240, degree: 6, partitions: 8))
    for (model, count) in [("gcn", 2), ("gat", 3), ("gcnii", 4)] {
      let settings = RunFixture.settings {
        ($0.model, $0.epochs, $0.dropout, $0.evaluateEvery, $0.batchPartitions) = (model, 4, 0, 4, .partitions(1))
      }
      try fixture.train("ranks", settings, ranks: count)
      let losses = try fixture.records("ranks").compactMap(\.loss)
      let expected = try expectedLosses(of: fixture.store, settings, ranks: count, in: fixture.folder.path)
      XCTAssertEqual(losses.count, expected.count)
      for (a, b) in zip(losses, expected) { XCTAssertEqual(a, b, accuracy: 2e-6, model) }
      XCTAssertNotEqual(losses[0], losses[3])
    }
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
    var step = 0
    return try (1...settings.epochs).map { epoch in
      let steps = EpochSteps(
        RankShares.divided(store.partitions, among: ranks), batchSize: 1, seed: settings.seed, epoch: epoch,
        mostSteps: nil, isUseful: useful.containsTrainingNode)
      var (sum, weight) = (0.0, 0.0)
      for index in 0..<steps.count {
        let groups = (0..<ranks).map { steps.group(of: $0, at: index) }.filter { !$0.isEmpty }
        let (loss, nodes) = try train(groups, runner, optimiser, step: step)
        step += 1
        (sum, weight) = (sum + loss, weight + nodes)
      }
      return sum / weight
    }
  }

  /// Takes a step of several batches.
  private func train(
    _ groups: [[Int]], _ runner: StageRunner, _ optimiser: Adam, step: Int
  ) throws -> (loss: Double, weight: Double) {
    let before = try rows(of: runner)
    var after = before
    var gradients: [(weight: Double, values: [[Float]])] = []
    var sum = 0.0
    for group in groups {
      try write(before, to: runner)
      let batch = try runner.stream.batch(of: group, runner.passes.training.contents)
      let (loss, _, weight, context) = try runner.loss(of: batch, TrainingLabels(), step: step)
      optimiser.parameters.zeroGradients()
      context.tape.backward(from: loss)
      gradients.append((weight, optimiser.parameters.map { Array($0.gradient.elements) }))
      sum += Double(loss.scalar) * weight
      for (layer, pushed) in try rows(of: runner).enumerated() {
        for partition in group {
          for row in runner.store.partitions.nodes(partition) { after[layer][row] = pushed[row] }
        }
      }
    }
    try write(after, to: runner)
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
    return (sum, total)
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
