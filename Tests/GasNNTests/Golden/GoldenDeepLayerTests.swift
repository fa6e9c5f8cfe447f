import GasBase
import MatrixSupport
import XCTest

@testable import GasNN

/// GCNII's layer and APPNP's propagation against PyTorch Geometric, with the gradients of both their inputs.
final class GoldenDeepLayerTests: GoldenTestCase {
  func testGCNIIConvolution() throws {
    let names = try GoldenFile.names(startingWith: "gcnii-")
    XCTAssertEqual(names.count, 4)
    try forEachKernels { for name in names { try assertGolden(name, GoldenLayers.gcnii) } }
  }

  func testPropagation() throws {
    let names = try GoldenFile.names(startingWith: "appnp-")
    XCTAssertEqual(names.count, 4)
    try forEachKernels {
      for name in names {
        try assertGolden(name, steps: Int(GoldenFile(name).setting("steps")), GoldenLayers.propagation)
      }
    }
  }
}

extension GoldenLayers {
  static func gcnii(_ golden: GoldenFile) throws -> [String: [Float]] {
    var random = SeededRandom(seed: 0)
    let layer = GCNIIConvolution(
      "layer", width: golden.shape("weight").rows, layer: Int(golden.setting("layer")),
      alpha: golden.setting("alpha"), theta: golden.setting("theta"), sharesWeights: golden.setting("shared") == 1,
      random: &random)
    var parameters = ["weight": layer.linear.weight]
    parameters["initial_weight"] = layer.initialLinear?.weight
    return try golden.results(of: parameters, others: ["x0"], over: golden.adjacency(.symmetric)) { x, context in
      layer(x, in: context)
    }
  }

  static func propagation(_ golden: GoldenFile) throws -> [String: [Float]] {
    let adjacency = golden.adjacency(.symmetric)
    return try golden.results(of: [:], over: adjacency) { x, _ in
      (0..<Int(golden.setting("steps"))).reduce(x) { z, _ in
        APPNP.propagated(z, from: x, over: adjacency, alpha: golden.setting("alpha"))
      }
    }
  }
}
