import GasBase
import XCTest

@testable import GasNN

/// GCNII's layer and APPNP's propagation against PyTorch Geometric, with the gradients of both their inputs.
final class GoldenDeepLayerTests: XCTestCase {
  func testGCNIIConvolution() throws {
    let names = try GoldenFile.names(startingWith: "gcnii-")
    XCTAssertEqual(names.count, 4)
    for name in names {
      let golden = try GoldenFile(name)
      var random = SeededRandom(seed: 0)
      let layer = GCNIIConvolution(
        "layer", width: golden.shape("weight").rows, layer: Int(golden.setting("layer")),
        alpha: golden.setting("alpha"), theta: golden.setting("theta"), sharesWeights: golden.setting("shared") == 1,
        random: &random)
      golden.load("weight", into: layer.linear.weight)
      if let initial = layer.initialLinear { golden.load("initial_weight", into: initial.weight) }
      let tape = Tape(arena: Arena(), isTraining: true)
      let (x, x0) = (tape.input(golden.matrix("x")), tape.input(golden.matrix("x0")))
      let context = StageContext(tape: tape, adjacency: golden.adjacency(.symmetric))
      context.carried["x0"] = x0
      let y = layer(x, in: context)
      assertClose(y.value.array, golden.numbers("y"), tolerance: 1e-5, name)
      tape.backward(from: y, gradient: golden.matrix("dy"))
      assertClose(try XCTUnwrap(x.gradient).array, golden.numbers("dx"), tolerance: 1e-5, name + " dX")
      assertClose(try XCTUnwrap(x0.gradient).array, golden.numbers("dx0"), tolerance: 1e-5, name + " dX0")
      assertClose(layer.linear.weight.gradient.array, golden.numbers("dweight"), tolerance: 1e-5, name + " dW")
      if let initial = layer.initialLinear {
        assertClose(initial.weight.gradient.array, golden.numbers("dinitial_weight"), tolerance: 1e-5, name + " dV")
      }
    }
  }

  func testPropagation() throws {
    let names = try GoldenFile.names(startingWith: "appnp-")
    XCTAssertEqual(names.count, 4)
    for name in names {
      let golden = try GoldenFile(name)
      let tape = Tape(arena: Arena(), isTraining: true)
      let x = tape.input(golden.matrix("x"))
      let adjacency = golden.adjacency(.symmetric)
      let y = (0..<Int(golden.setting("steps"))).reduce(x) { z, _ in
        APPNP.propagated(z, from: x, over: adjacency, alpha: golden.setting("alpha"))
      }
      assertClose(y.value.array, golden.numbers("y"), tolerance: 1e-5, name)
      tape.backward(from: y, gradient: golden.matrix("dy"))
      assertClose(try XCTUnwrap(x.gradient).array, golden.numbers("dx"), tolerance: 1e-5, name + " dX")
    }
  }
}
