import Foundation
import GasBase
import GasNN
import GasStore
import RunSupport
import TestSupport
import XCTest

@testable import GasBatch
@testable import GasTrain

/// GAT that attends to edge weights, from a store's columns to logits and gradients, against PyTorch Geometric:
/// layer-wise inference, the full batch, and training with histories. Tools/scripts/make-golden.py writes the tensors.
final class GoldenAttentionRunTests: XCTestCase {
  private struct Golden: Decodable {
    struct Tensor: Decodable {
      let shape: [Int]
      let data: [Double]
    }
    let tensors: [String: Tensor]

    init() throws {
      let path = Repository.root.appendingPathComponent("Fixtures/golden/weighted-model-gat.json")
      self = try JSONDecoder().decode(Golden.self, from: Data(contentsOf: path))
    }

    func numbers(_ name: String) -> [Float] { tensors[name]?.data.map(Float.init) ?? [] }
    func integers(_ name: String) -> [Int] { tensors[name]?.data.map { Int($0) } ?? [] }

    /// What PyTorch Geometric calls a parameter of ours.
    static func name(of parameter: Parameter) -> String {
      parameter.name.replacingOccurrences(of: "attention-", with: "att_")
        .replacingOccurrences(of: "edge-weight", with: "edge_weight_matrix")
    }
  }

  private let golden = try! Golden()

  private func fixture(partition: [Int]) throws -> RunFixture {
    let ends = golden.integers("edges")
    let count = ends.count / 2
    return try RunFixture(
      TinyGraph(
        nodeCount: 12, edges: (0..<count).map { (ends[$0], ends[count + $0]) }, weights: golden.numbers("edge_weight"),
        features: golden.numbers("x"), featureWidth: 5, labels: golden.integers("labels").map(Int32.init),
        classCount: 3,
        splits: [UInt8](repeating: 1, count: 12), partition: partition, directed: true))
  }

  private func runner(_ fixture: RunFixture) throws -> StageRunner {
    let settings = RunFixture.settings {
      ($0.model, $0.layers, $0.hidden, $0.heads, $0.outHeads, $0.dropout) = ("gat", 2, 3, 2, 3, 0)
    }
    let model = try ModelFactory.make(settings, for: fixture.store)
    for parameter in model.parameters {
      let values = golden.numbers(Golden.name(of: parameter))
      XCTAssertEqual(values.count, parameter.value.count, parameter.name)
      for (index, value) in values.enumerated() { parameter.value.base[index] = value }
    }
    let histories = try HistorySet.create(
      in: fixture.folder.path, store: fixture.store, widths: StageRunner.historyWidths(of: model))
    return StageRunner(store: fixture.store, model: model, histories: histories, batchSize: 1)
  }

  private func assertLogits(_ fixture: RunFixture, _ batch: Batch, _ rows: Matrix, line: UInt = #line) throws {
    let wanted = golden.numbers("logits")
    let nodes = try fixture.store.column(.order).array(0..<12, as: UInt32.self)
    for segment in batch.segments {
      for (index, row) in segment.nodes.enumerated() {
        for column in 0..<3 {
          let expected = wanted[Int(nodes[row]) * 3 + column]
          XCTAssertEqual(
            rows[segment.start + index, column], expected, accuracy: 1e-5, "node \(nodes[row])", line: line)
        }
      }
    }
  }

  func testInThreeDrivers() throws {
    for partition in [[0, 1, 2, 0, 1, 2, 0, 1, 2, 0, 1, 2], [0, 0, 0, 0, 0, 1, 1, 1, 2, 2, 2, 2]] {
      let fixture = try fixture(partition: partition)
      let runner = try runner(fixture)
      try runner.inferFullBatch { try assertLogits(fixture, $0, $1) }
      try runner.inferLayerwise(step: 0) { layer, batch, rows in
        if layer == 2 { try assertLogits(fixture, batch, rows) }
      }
      // The histories are exact now, and a rate that moves no weight leaves them so.
      let still = Adam(runner.model.parameters, learningRate: 1e-30)
      let loss = try runner.trainEpoch([[2], [0], [1]], firstStep: 0, optimiser: still, clip: nil).loss
      XCTAssertEqual(loss, Double(golden.numbers("loss")[0]), accuracy: 1e-5)
    }
  }

  func testGradients() throws {
    let runner = try runner(fixture(partition: [0, 1, 2, 0, 1, 2, 0, 1, 2, 0, 1, 2]))
    let still = Adam(runner.model.parameters, learningRate: 1e-30)
    _ = try runner.trainEpoch([[0, 1, 2]], firstStep: 0, optimiser: still, clip: nil)
    for parameter in runner.model.parameters {
      let wanted = golden.numbers("d" + Golden.name(of: parameter))
      XCTAssertEqual(wanted.count, parameter.gradient.count)
      let greatest = wanted.map(abs).max() ?? 0
      XCTAssertGreaterThan(greatest, 1e-3, parameter.name)
      for (found, expected) in zip(parameter.gradient.elements, wanted) {
        XCTAssertEqual(found, expected, accuracy: 2e-6 + 1e-5 * greatest, parameter.name)
      }
    }
  }
}
