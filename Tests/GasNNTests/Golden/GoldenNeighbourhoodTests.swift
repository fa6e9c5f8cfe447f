import GasBase
import MatrixSupport
import XCTest

@testable import GasAutodiff
@testable import GasNN

/// Aggregators, PNA, GIN and batch norm against PyTorch and PyTorch Geometric: forward, and gradients of inputs and
/// parameters.
final class GoldenNeighbourhoodTests: GoldenTestCase {
  func testAggregators() throws {
    for aggregator in [Aggregator.max, .min, .std] {
      let names = try GoldenFile.names(startingWith: "aggr-\(aggregator.rawValue)-")
      XCTAssertEqual(names.count, 2)
      try forEachKernels {
        for name in names { try assertGolden(name) { try GoldenLayers.aggregation($0, by: aggregator) } }
      }
    }
  }

  func testPNAConvolution() throws {
    let names = try GoldenFile.names(startingWith: "pna-")
    XCTAssertEqual(names.count, 4)
    // Messages are sums of their own, before neighbours' are aggregated and multiplied once more.
    try forEachKernels { for name in names { try assertGolden(name, steps: 3, GoldenLayers.pna) } }
  }

  func testGINConvolution() throws {
    let names = try GoldenFile.names(startingWith: "gin-")
    XCTAssertEqual(names.count, 2)
    try forEachKernels { for name in names { try assertGolden(name, steps: 2, GoldenLayers.gin) } }
  }

  /// Two training batches, then inference.
  func testBatchNorm() throws {
    try forEachKernels { try assertGolden("batchnorm", GoldenLayers.batchNorm) }
  }

  func testLayerNorm() throws {
    try forEachKernels { try assertGolden("layernorm", GoldenLayers.layerNorm) }
  }
}

extension GoldenLayers {
  static func pna(_ golden: GoldenFile) throws -> [String: [Float]] {
    var random = SeededRandom(seed: 0)
    let (inputs, outputs) = golden.shape("linear.weight")
    let layer = PNAConvolution(
      "layer", inputs: inputs, outputs: outputs,
      aggregators: Array([.mean, .max, .min, .std].prefix(Int(golden.setting("aggregators")))),
      scalers: Array(DegreeScaler.allCases.prefix(Int(golden.setting("scalers")))),
      meanLogDegree: golden.setting("delta"), random: &random)
    var parameters = linear("linear", layer.root)
    for (index, tower) in layer.towers.enumerated() {
      parameters.merge(linear("pre.\(index)", tower.before)) { $1 }
      parameters.merge(linear("post.\(index)", tower.after)) { $1 }
    }
    XCTAssertEqual(parameters.count, layer.parameters.count)
    return try golden.results(of: parameters, over: golden.adjacency(.plain)) { x, context in layer(x, in: context) }
  }

  static func gin(_ golden: GoldenFile) throws -> [String: [Float]] {
    var random = SeededRandom(seed: 0)
    let (inputs, hidden) = golden.shape("mlp.0.weight")
    let layer = GINConvolution(
      "layer", inputs: inputs, hidden: hidden, outputs: golden.shape("mlp.1.weight").columns, random: &random)
    let parameters = linear("mlp.0", layer.first).merging(linear("mlp.1", layer.second)) { $1 }
      .merging(["eps": layer.epsilon]) { $1 }
    XCTAssertEqual(parameters.count, layer.parameters.count)
    return try golden.results(of: parameters, over: golden.adjacency(.plain)) { x, context in layer(x, in: context) }
  }

  static func batchNorm(_ golden: GoldenFile) throws -> [String: [Float]] {
    var random = SeededRandom(seed: 0)
    let norm = BatchNorm(
      "norm", columns: golden.shape("x").columns, epsilon: golden.setting("eps"), momentum: golden.setting("momentum"),
      random: &random)
    let none = SparseMatrix(rows: [], columnCount: 0)
    var results = try golden.results(of: ["weight": norm.weight, "bias": norm.bias], over: none) { x, _ in norm(x) }
    func keepStatistics(after batches: Int) {
      results["running_mean_\(batches)"] = norm.buffers[0].matrix.array
      results["running_var_\(batches)"] = norm.buffers[1].matrix.array
    }
    keepStatistics(after: 1)
    let training = Tape(arena: Arena(), isTraining: true)
    results["y_2"] = norm(training.constant(golden.matrix("x_2"))).value.array
    let inference = Tape(arena: Arena(), isTraining: false)
    results["y_eval"] = norm(inference.constant(golden.matrix("x"))).value.array
    // Inference leaves them as they were.
    keepStatistics(after: 2)
    return results
  }

  static func layerNorm(_ golden: GoldenFile) throws -> [String: [Float]] {
    var random = SeededRandom(seed: 0)
    let norm = LayerNorm(
      "norm", columns: golden.shape("x").columns, epsilon: golden.setting("eps"), random: &random)
    let none = SparseMatrix(rows: [], columnCount: 0)
    return try golden.results(of: ["weight": norm.weight, "bias": norm.bias], over: none) { x, _ in norm(x) }
  }

  private static func linear(_ name: String, _ layer: Linear) -> [String: Parameter] {
    [name + ".weight": layer.weight, name + ".bias": layer.bias!]
  }
}
