import GasBase
import XCTest

@testable import GasNN

/// Layers against PyTorch Geometric: forward, and gradients of inputs and parameters, to 1e-5 relative.
final class GoldenLayerTests: XCTestCase {
  private let tolerance = 1e-5

  func testGCNConvolution() throws {
    let names = try GoldenFile.names(startingWith: "gcn-")
    XCTAssertEqual(names.count, 6)
    for name in names {
      let golden = try GoldenFile(name)
      var random = SeededRandom(seed: 0)
      let (inputs, outputs) = golden.shape("weight")
      let layer = GCNConvolution("layer", inputs: inputs, outputs: outputs, random: &random)
      golden.load("weight", into: layer.linear.weight)
      golden.load("bias", into: layer.linear.bias!)
      try check(layer, golden, form: .symmetric, name)
      assertClose(layer.linear.weight.gradient.array, golden.numbers("dweight"), tolerance: tolerance, name + " dW")
      assertClose(layer.linear.bias!.gradient.array, golden.numbers("dbias"), tolerance: tolerance, name + " db")
    }
  }

  func testSAGEConvolution() throws {
    let names = try GoldenFile.names(startingWith: "sage-")
    XCTAssertEqual(names.count, 4)
    for name in names {
      let golden = try GoldenFile(name)
      var random = SeededRandom(seed: 0)
      let (inputs, outputs) = golden.shape("weight")
      let layer = SAGEConvolution("layer", inputs: inputs, outputs: outputs, random: &random)
      golden.load("weight", into: layer.neighbours.weight)
      golden.load("bias", into: layer.neighbours.bias!)
      golden.load("root", into: layer.root.weight)
      try check(layer, golden, form: .plain, name)
      assertClose(layer.neighbours.weight.gradient.array, golden.numbers("dweight"), tolerance: tolerance, name + " dW")
      assertClose(layer.neighbours.bias!.gradient.array, golden.numbers("dbias"), tolerance: tolerance, name + " db")
      assertClose(layer.root.weight.gradient.array, golden.numbers("droot"), tolerance: tolerance, name + " dR")
    }
  }

  /// Runs the layer forward and back, and compares its result and the input's gradient.
  private func check(_ layer: any Convolution, _ golden: GoldenFile, form: GraphForm, _ name: String) throws {
    let adjacency = golden.adjacency(form)
    let x = golden.matrix("x")
    let tape = Tape(arena: Arena(), parallel: Parallel(threadCount: 2), isTraining: true)
    let input = tape.input(x)
    let y = layer(input, in: StageContext(tape: tape, adjacency: adjacency))
    assertClose(y.value.array, golden.numbers("y"), tolerance: tolerance, name + " y")
    tape.backward(from: y, gradient: golden.matrix("dy"))
    let gradient = try XCTUnwrap(input.gradient)
    assertClose(gradient.array, golden.numbers("dx"), tolerance: tolerance, name + " dX")
  }
}
