import GasBase
import MatrixSupport
import XCTest

@testable import GasAutodiff
@testable import GasNN

/// The same bits of results, penalties, gradients and running statistics for any number of threads.
final class LayerDeterminismTests: XCTestCase {
  private static let (nodes, halo, inputs) = (2500, 1500, 40)

  func testPNA() {
    check {
      PNAConvolution(
        "layer", inputs: Self.inputs, outputs: 48, aggregators: [.mean, .max, .min, .std],
        scalers: [.identity, .attenuation], meanLogDegree: 2, random: &$0)
    }
  }

  func testGIN() {
    for hidden in [32, 80] {
      check {
        GINConvolution(
          "layer", inputs: Self.inputs, hidden: hidden, outputs: 64, norm: .batch, lipschitz: 0.3, random: &$0)
      }
    }
  }

  private func check(line: UInt = #line, _ make: (inout SeededRandom) -> any Convolution) {
    var samples = Samples(seed: 48)
    let graph = samples.sparse(Self.nodes, Self.nodes + Self.halo, greatest: 30, weighted: false)
    let x = samples.matrix(Self.nodes + Self.halo, Self.inputs)
    let runs = [1, 2, 5].map { threads in
      var random = SeededRandom(seed: 49)
      let layer = make(&random)
      let tape = Tape(
        arena: Arena(), parallel: Parallel(threadCount: threads), isTraining: true, seed: 5, step: 9)
      let input = tape.input(x, gradientRows: Self.nodes)
      let context = StageContext(tape: tape, adjacency: graph)
      let y = layer(input, in: context)
      let loss = context.penalties.terms.reduce(y.sumOfSquares()) { $0.adding($1) }
      tape.backward(from: loss)
      let buffers = (layer as? GINConvolution)?.buffers ?? []
      return [loss.scalar.bitPattern] + y.value.bits + input.gradient!.bits
        + layer.parameters.flatMap(\.gradient.bits) + buffers.flatMap(\.matrix.bits)
    }
    XCTAssertEqual(runs[1], runs[0], "two threads", line: line)
    XCTAssertEqual(runs[2], runs[0], "five threads", line: line)
  }
}
