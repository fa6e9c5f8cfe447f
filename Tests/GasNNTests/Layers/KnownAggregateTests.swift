import GasBase
import MatrixSupport
import XCTest

@testable import GasAutodiff
@testable import GasNN

/// Layers that get their input's aggregation instead of its rows.
final class KnownAggregateTests: XCTestCase {
  private var samples = Samples(seed: 71)

  private func layers(_ inputs: Int, _ outputs: Int) -> [any Convolution] {
    var random = SeededRandom(seed: 72)
    return [
      GCNConvolution("gcn", inputs: inputs, outputs: outputs, random: &random),
      SAGEConvolution("sage", inputs: inputs, outputs: outputs, random: &random),
      GINConvolution("gin", inputs: inputs, hidden: outputs, outputs: 3, lipschitz: 0.5, random: &random),
    ]
  }

  func testOutputsAndGradientsAreThoseOfRows() {
    let graph = samples.sparse(5, 8, weighted: true)
    let rows = samples.matrix(8, 6)
    for outputs in [2, 9] {
      for layer in layers(6, outputs) {
        let fromRows = run(layer, graph) { $0.constant(rows) }
        let fromAggregate = run(layer, graph) { tape in
          guard case .aggregate(let aggregator, let own) = layer.inputUse else { return tape.constant(rows) }
          let aggregate = tape.constant(rows).aggregated(over: graph, by: aggregator).dense
          return tape.constant(
            KnownAggregate(
              rowCount: 8, aggregator: aggregator, aggregate: aggregate, own: own ? .float32(rows.rowRange(0..<5)) : nil
            ))
        }
        for (found, expected) in zip(fromAggregate, fromRows) { assertClose(found, expected, tolerance: 1e-5) }
        XCTAssertTrue(fromRows.allSatisfy { $0.contains { $0 != 0 } }, "nothing to compare")
      }
    }
  }

  /// The result and the gradients of all parameters.
  private func run(_ layer: any Convolution, _ graph: SparseMatrix, _ input: (Tape) -> Variable) -> [[Float]] {
    let tape = Tape(arena: Arena(), isTraining: true, seed: 3, step: 4)
    let context = StageContext(tape: tape, adjacency: graph)
    let y = layer(input(tape), in: context)
    let result = y.value.array
    layer.parameters.zeroGradients()
    let weights = Matrix(rows: y.rows, columns: y.columns, base: y.value.base)
    tape.backward(from: y, gradient: weights)
    return [result] + layer.parameters.map(\.gradient.array)
  }
}
