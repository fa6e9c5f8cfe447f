import GasBase
import XCTest

@testable import GasNN

/// GATConvolution and the softmax aggregator against PyTorch Geometric: forward, and gradients of inputs and parameters.
final class GoldenAttentionTests: GoldenTestCase {
  func testGATConvolution() throws {
    let names = try GoldenFile.names(startingWith: "gat-")
    XCTAssertEqual(names.count, 7)
    try forEachKernels { for name in names { try assertGolden(name, GoldenLayers.gat) } }
  }

  func testSoftmaxAggregation() throws {
    let names = try GoldenFile.names(startingWith: "aggr-softmax-")
    XCTAssertEqual(names.count, 2)
    try forEachKernels {
      for name in names { try assertGolden(name) { try GoldenLayers.aggregation($0, by: .softmax) } }
    }
  }
}

extension GoldenLayers {
  static func gat(_ golden: GoldenFile) throws -> [String: [Float]] {
    var random = SeededRandom(seed: 0)
    let (heads, headWidth) = golden.shape("att_source")
    let layer = GATConvolution(
      "layer", inputs: golden.shape("weight").rows, headWidth: headWidth, heads: heads,
      concatenates: golden.setting("concatenated") == 1,
      edgeWidth: golden.has("edge_features") ? golden.shape("edge_features").columns : 0, random: &random)
    var parameters = [
      "weight": layer.weight, "att_source": layer.attentionSource, "att_target": layer.attentionTarget,
      "bias": layer.bias,
    ]
    parameters["edge_weight_matrix"] = layer.edgeWeight
    parameters["att_edge"] = layer.attentionEdge
    let (adjacency, features) = loopedGraph(golden)
    return try golden.results(of: parameters, over: adjacency, edgeFeatures: features) { x, context in
      layer(x, in: context)
    }
  }

  static func aggregation(_ golden: GoldenFile, by aggregator: Aggregator) throws -> [String: [Float]] {
    let adjacency = golden.adjacency(.plain)
    return try golden.results(of: [:], over: adjacency) { x, _ in x.aggregated(over: adjacency, by: aggregator) }
  }

  /// In-neighbours with every node among its own, and the features in the entries' order: zeros for the loops that were missing.
  private static func loopedGraph(_ golden: GoldenFile) -> (SparseMatrix, Matrix?) {
    let (ends, nodes) = (golden.integers("edges"), golden.shape("x").rows)
    let given = (0..<ends.count / 2).map { (source: ends[$0], target: ends[ends.count / 2 + $0], number: $0) }
    let missing = (0..<nodes).filter { node in !given.contains { $0.source == node && $0.target == node } }
    let edges = (given + missing.map { (source: $0, target: $0, number: given.count) })
      .sorted { ($0.target, $0.source) < ($1.target, $1.source) }
    let rows = (0..<nodes).map { node in edges.filter { $0.target == node }.map { UInt32($0.source) } }
    let adjacency = SparseMatrix(rows: rows, columnCount: nodes)
    guard golden.has("edge_features") else { return (adjacency, nil) }
    let width = golden.shape("edge_features").columns
    let numbers = golden.numbers("edge_features") + Array(repeating: 0, count: width)
    let features = edges.flatMap { numbers[$0.number * width..<($0.number + 1) * width] }
    return (adjacency, Matrix(rows: edges.count, columns: width, features))
  }
}
