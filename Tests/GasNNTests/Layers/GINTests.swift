import GasBase
import MatrixSupport
import XCTest

@testable import GasAutodiff
@testable import GasNN

final class GINTests: XCTestCase {
  private var samples = Samples(seed: 43)

  private func layer(inputs: Int, hidden: Int, norm: NormKind = .none, lipschitz: Double = 0) -> GINConvolution {
    var random = SeededRandom(seed: 44)
    let layer = GINConvolution(
      "layer", inputs: inputs, hidden: hidden, outputs: 3, norm: norm, lipschitz: lipschitz, random: &random)
    layer.epsilon.value[0, 0] = 0.25
    return layer
  }

  /// Transformed before and after the aggregation, on dense and on sparse input, with weighted edges.
  func testOrderAndSparsityDoNotMatter() {
    let graph = samples.sparse(5, 8, weighted: true)
    let features = samples.sparse(8, 6, weighted: true)
    for hidden in [4, 9] {
      let layer = layer(inputs: 6, hidden: hidden)
      let tape = Tape(arena: Arena(), isTraining: false)
      let context = StageContext(tape: tape, adjacency: graph)
      let x = tape.constant(features).densified()
      let summed = x.aggregated(over: graph).adding(x.prefixRows(5).scaled(by: 1.25))
      let expected = layer.second(layer.first(summed).relu())
      for input in [x, tape.constant(features)] {
        assertClose(layer(input, in: context).value.array, expected.value.array, tolerance: 1e-5)
      }
    }
  }

  func testPenaltyIsTheMeanDistanceToANoisyPass() {
    let graph = samples.sparse(5, 8, weighted: false)
    let x = samples.matrix(8, 4)
    for hidden in [3, 6] {
      let layer = layer(inputs: 4, hidden: hidden, lipschitz: 0.5)
      let (penalty, y) = run(layer, x, graph)
      let tape = Tape(arena: Arena(), isTraining: true, seed: 3, step: 4)
      let noise = tape.normalNoise(rows: 5, columns: 4, deviation: 0.1)
      let input = tape.constant(x)
      let summed = input.aggregated(over: graph).adding(input.prefixRows(5).scaled(by: 1.25))
      let noisy = layer.second(layer.first(summed.adding(noise)).relu()).value
      let distances = (0..<5).map { row in
        (0..<3).reduce(0.0) { $0 + pow(Double(y[row, $1] - noisy[row, $1]), 2) }.squareRoot()
      }
      XCTAssertEqual(Double(penalty), 0.5 * distances.reduce(0, +) / 5, accuracy: 1e-5)
      XCTAssertGreaterThan(penalty, 0.001)
    }
  }

  func testPenaltyDependsOnSeedAndStepAlone() {
    let graph = samples.sparse(5, 8, weighted: false)
    let x = samples.matrix(8, 4)
    let layer = layer(inputs: 4, hidden: 6, lipschitz: 1)
    XCTAssertEqual(run(layer, x, graph).penalty, run(layer, x, graph).penalty)
    XCTAssertNotEqual(run(layer, x, graph).penalty, run(layer, x, graph, step: 5).penalty)
  }

  private func run(
    _ layer: GINConvolution, _ x: Matrix, _ graph: SparseMatrix, step: Int = 4
  ) -> (penalty: Float, y: Matrix) {
    let tape = Tape(arena: Arena(), isTraining: true, seed: 3, step: step)
    let context = StageContext(tape: tape, adjacency: graph)
    let y = layer(tape.constant(x), in: context)
    XCTAssertEqual(context.penalties.terms.count, 1)
    return (context.penalties.terms[0].scalar, y.value)
  }

  /// Differences of float32 are right where no relu's kink lies within a step: there they differ from the gradients by
  /// less than 4e-4. With steps four times as long a kink lies within one, and shorter ones lose digits in proportion.
  func testGradientsOfThePenalty() {
    for norm in NormKind.allCases {
      // The same numbers for each norm, which are away from the kinks of all.
      var samples = Samples(seed: 43)
      let graph = samples.sparse(5, 8, weighted: false)
      let layer = layer(inputs: 4, hidden: 6, norm: norm, lipschitz: 2)
      checkGradients(of: [samples.matrix(8, 4)], step: 1 / 1024, tolerance: 2e-3) { tape, inputs in
        let context = StageContext(tape: tape, adjacency: graph)
        let y = layer(inputs[0], in: context)
        return context.penalties.terms[0].adding(y.meanRowNorm())
      }
      XCTAssertNotEqual(layer.first.weight.gradient.array.map(abs).max(), 0)
    }
  }

  func testNoPenaltyWithoutTrainingOrWeight() {
    let graph = samples.sparse(5, 8, weighted: false)
    for (isTraining, lipschitz) in [(false, 1.0), (true, 0.0)] {
      let tape = Tape(arena: Arena(), isTraining: isTraining)
      let context = StageContext(tape: tape, adjacency: graph)
      _ = layer(inputs: 4, hidden: 6, lipschitz: lipschitz)(tape.constant(samples.matrix(8, 4)), in: context)
      XCTAssertTrue(context.penalties.terms.isEmpty)
    }
  }

  /// The noisy pass is no batch of its own.
  func testNoisyPassLeavesRunningStatistics() {
    let graph = samples.sparse(5, 8, weighted: false)
    let x = samples.matrix(8, 4)
    let seen = [0.0, 1.0].map { lipschitz in
      let layer = layer(inputs: 4, hidden: 6, norm: .batch, lipschitz: lipschitz)
      let tape = Tape(arena: Arena(), isTraining: true)
      _ = layer(tape.constant(x), in: StageContext(tape: tape, adjacency: graph))
      return layer.buffers.flatMap(\.matrix.bits)
    }
    XCTAssertEqual(seen[0], seen[1])
    XCTAssertNotEqual(seen[0].prefix(6), [0, 0, 0, 0, 0, 0])
  }
}
