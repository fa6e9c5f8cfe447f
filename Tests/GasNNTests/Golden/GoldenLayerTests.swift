import GasBase
import MatrixSupport
import XCTest

@testable import GasNN

/// Layers against PyTorch Geometric: forward, and gradients of inputs and parameters.
final class GoldenLayerTests: GoldenTestCase {
  func testGCNConvolution() throws {
    let names = try GoldenFile.names(startingWith: "gcn-")
    XCTAssertEqual(names.count, 6)
    try forEachKernels { for name in names { try assertGolden(name, GoldenLayers.gcn) } }
  }

  func testSAGEConvolution() throws {
    let names = try GoldenFile.names(startingWith: "sage-")
    XCTAssertEqual(names.count, 4)
    try forEachKernels { for name in names { try assertGolden(name, GoldenLayers.sage) } }
  }
}

/// Layers computed on the inputs of golden files.
enum GoldenLayers {
  static func gcn(_ golden: GoldenFile) throws -> [String: [Float]] {
    var random = SeededRandom(seed: 0)
    let (inputs, outputs) = golden.shape("weight")
    let layer = GCNConvolution("layer", inputs: inputs, outputs: outputs, random: &random)
    return try golden.results(
      of: ["weight": layer.linear.weight, "bias": layer.linear.bias!], over: golden.adjacency(.symmetric)
    ) { x, context in layer(x, in: context) }
  }

  static func sage(_ golden: GoldenFile) throws -> [String: [Float]] {
    var random = SeededRandom(seed: 0)
    let (inputs, outputs) = golden.shape("weight")
    let layer = SAGEConvolution("layer", inputs: inputs, outputs: outputs, random: &random)
    let parameters = [
      "weight": layer.neighbours.weight, "bias": layer.neighbours.bias!, "root": layer.root.weight,
    ]
    return try golden.results(of: parameters, over: golden.adjacency(.plain)) { x, context in layer(x, in: context) }
  }
}
