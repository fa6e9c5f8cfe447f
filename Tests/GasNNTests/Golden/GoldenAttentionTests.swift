import GasBase
import MatrixSupport
import XCTest

@testable import GasAutodiff
@testable import GasNN

/// GATConvolution and the softmax aggregator against PyTorch Geometric: forward, and gradients of inputs and
/// parameters.
final class GoldenAttentionTests: GoldenTestCase {
  func testGATConvolution() throws {
    let names = try GoldenFile.names(startingWith: "gat-") + GoldenFile.names(startingWith: "gatweights-")
    XCTAssertEqual(names.count, 11)
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
      edgeWidth: edgeWidth(golden), random: &random)
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

  /// Features, and the weight behind them.
  private static func edgeWidth(_ golden: GoldenFile) -> Int {
    (golden.has("edge_features") ? golden.shape("edge_features").columns : 0) + (golden.has("edge_weight") ? 1 : 0)
  }

  private struct Edge {
    let source, target: Int
    let values: [Float]
  }

  /// In-neighbours with every node among its own, and what the edges say in the entries' order. Loops that were missing
  /// have zeros for features and the mean of the node's weights.
  private static func loopedGraph(_ golden: GoldenFile) -> (SparseMatrix, Matrix?) {
    let nodes = golden.shape("x").rows
    let given = edges(golden)
    let missing = (0..<nodes).filter { node in !given.contains { $0.source == node && $0.target == node } }
    let loops = missing.map { node in
      var values = [Float](repeating: 0, count: edgeWidth(golden))
      let weights = given.filter { $0.target == node }.compactMap(\.values.last)
      if golden.has("edge_weight") && !weights.isEmpty {
        values[values.count - 1] = weights.reduce(0, +) / Float(weights.count)
      }
      return Edge(source: node, target: node, values: values)
    }
    let all = (given + loops).sorted { ($0.target, $0.source) < ($1.target, $1.source) }
    let rows = (0..<nodes).map { node in all.filter { $0.target == node }.map { UInt32($0.source) } }
    let adjacency = SparseMatrix(rows: rows, columnCount: nodes)
    guard edgeWidth(golden) > 0 else { return (adjacency, nil) }
    return (adjacency, Matrix(rows: all.count, columns: edgeWidth(golden), all.flatMap(\.values)))
  }

  private static func edges(_ golden: GoldenFile) -> [Edge] {
    let ends = golden.integers("edges")
    let count = ends.count / 2
    let width = golden.has("edge_features") ? golden.shape("edge_features").columns : 0
    return (0..<count).map { edge in
      let features = width > 0 ? Array(golden.numbers("edge_features")[edge * width..<(edge + 1) * width]) : []
      let weight = golden.has("edge_weight") ? [golden.numbers("edge_weight")[edge]] : []
      return Edge(source: ends[edge], target: ends[count + edge], values: features + weight)
    }
  }
}
