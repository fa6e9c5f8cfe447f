import GasBase
import MatrixSupport
import XCTest

@testable import GasAutodiff
@testable import GasNN

/// The layer against the same formula written with message passing, and its parameters.
final class GATConvolutionTests: XCTestCase {
  private var samples = Samples(seed: 74)

  private func layer(heads: Int, concatenates: Bool, edgeWidth: Int, dropout: Double = 0) -> GATConvolution {
    var random = SeededRandom(seed: 9)
    let layer = GATConvolution(
      "layer", inputs: 6, headWidth: 5, heads: heads, concatenates: concatenates, dropout: dropout,
      edgeWidth: edgeWidth, random: &random)
    for index in 0..<layer.bias.value.count { layer.bias.value.base[index] = Float(index) / 10 }
    return layer
  }

  /// As the formula stands: all rows of z at both ends of each edge, W_e applied to each edge.
  private func written(
    _ layer: GATConvolution, _ x: Variable, in context: StageContext, edgesPerChunk: Int
  ) -> Variable {
    let z = x.product(x.tape.use(layer.weight))
    let y = x.tape.passMessages(
      over: context.adjacency, edgeFeatures: context.edgeFeatures, edgesPerChunk: edgesPerChunk
    ) { edges in
      let (tape, source) = (edges.tape, edges.source(z))
      var scores = source.headProducts(tape.use(layer.attentionSource))
        .adding(edges.target(z).headProducts(tape.use(layer.attentionTarget)))
      if let edgeWeight = layer.edgeWeight, let attentionEdge = layer.attentionEdge {
        scores = scores.adding(edges.features!.product(tape.use(edgeWeight)).headProducts(tape.use(attentionEdge)))
      }
      return source.scaledHeads(by: edges.softmax(scores.leakyRelu(slope: layer.slope)))
    }
    return (layer.concatenates ? y : y.meanOfHeads(layer.heads)).addingBias(x.tape.use(layer.bias))
  }

  func testEqualsMessagePassing() throws {
    for (heads, concatenates, edgeWidth) in [(1, true, 0), (3, true, 2), (3, false, 0), (2, false, 4)] {
      let layer = layer(heads: heads, concatenates: concatenates, edgeWidth: edgeWidth)
      let graph = samples.sparse(20, 30, greatest: 8, weighted: false)
      let features = edgeWidth > 0 ? samples.matrix(graph.entryCount, edgeWidth) : nil
      let (x, dy) = (samples.matrix(30, 6), samples.matrix(20, layer.outputs))
      func run(_ body: (Variable, StageContext) -> Variable) throws -> [[Float]] {
        layer.parameters.zeroGradients()
        let tape = Tape(arena: Arena(), parallel: Parallel(threadCount: 2), isTraining: true)
        let input = tape.input(x, gradientRows: 20)
        let y = body(input, StageContext(tape: tape, adjacency: graph, edgeFeatures: features))
        tape.backward(from: y, gradient: dy)
        return [y.value.array, try XCTUnwrap(input.gradient).array] + layer.parameters.map(\.gradient.array)
      }
      let fused = try run { layer($0, in: $1) }
      XCTAssertEqual(fused.count, 2 + (edgeWidth > 0 ? 6 : 4))
      for chunk in [1, 7, 10_000] {
        let general = try run { written(layer, $0, in: $1, edgesPerChunk: chunk) }
        let names = ["y", "x"] + layer.parameters.map(\.name)
        for (name, pair) in zip(names, zip(general, fused)) {
          assertClose(pair.0, pair.1, tolerance: 1e-5, elementFloor: 0.1, "\(name), \(heads) heads, chunks of \(chunk)")
        }
      }
    }
  }

  /// The weight of an edge as its only feature: gradients of all parameters against central differences.
  func testGradientsWithWeights() throws {
    let layer = layer(heads: 2, concatenates: false, edgeWidth: 1)
    let graph = samples.sparse(9, 14, greatest: 6, weighted: false)
    let weights = samples.matrix(graph.entryCount, 1)
    let (x, dy) = (samples.matrix(14, 6), samples.matrix(9, layer.outputs))
    func run(backward: Bool = false) -> Double {
      let tape = Tape(arena: Arena(), isTraining: true)
      let y = layer(tape.input(x), in: StageContext(tape: tape, adjacency: graph, edgeFeatures: weights))
      if backward { tape.backward(from: y, gradient: dy) }
      return zip(y.value.elements, dy.elements).reduce(0) { $0 + Double($1.0) * Double($1.1) }
    }
    layer.parameters.zeroGradients()
    _ = run(backward: true)
    for parameter in layer.parameters {
      let step: Float = 1 / 256
      let numeric = (0..<parameter.value.count).map { element -> Float in
        let place = parameter.value.base + element
        let original = place.pointee
        defer { place.pointee = original }
        place.pointee = original + step
        let above = run()
        place.pointee = original - step
        return Float((above - run()) / (2 * Double(step)))
      }
      XCTAssertGreaterThan(numeric.map(abs).max()!, 1e-2, parameter.name)
      let distance = relativeDistance(parameter.gradient.array, numeric)
      XCTAssertLessThan(distance, 5e-3, parameter.name)
    }
  }

  func testSparseFeatures() {
    let layer = layer(heads: 2, concatenates: true, edgeWidth: 0)
    let graph = samples.sparse(5, 8, weighted: false)
    let words = samples.sparse(8, 6, weighted: true)
    let tape = Tape(arena: Arena(), isTraining: true)
    let context = StageContext(tape: tape, adjacency: graph)
    let x = tape.constant(words)
    assertClose(
      layer(x, in: context).value.array, layer(x.densified(), in: context).value.array, tolerance: 1e-6)
  }

  func testParameters() {
    let layer = layer(heads: 3, concatenates: false, edgeWidth: 2)
    XCTAssertEqual(
      layer.parameters.map { "\($0.name) \($0.value.rows)x\($0.value.columns)" },
      [
        "layer.weight 6x15", "layer.attention-source 3x5", "layer.attention-target 3x5", "layer.edge-weight 2x15",
        "layer.attention-edge 3x5", "layer.bias 1x5",
      ])
    XCTAssertEqual(layer.outputs, 5)
    let (weight, attention) = (layer.weight.value.array, layer.attentionSource.value.array)
    XCTAssertLessThanOrEqual(weight.map(abs).max()!, Float((6.0 / 21).squareRoot()))
    XCTAssertLessThanOrEqual(attention.map(abs).max()!, Float((6.0 / 8).squareRoot()))
    XCTAssertGreaterThan(attention.map(abs).max()!, Float((6.0 / 21).squareRoot()), "H + C, not the weight's bound")
  }
}
