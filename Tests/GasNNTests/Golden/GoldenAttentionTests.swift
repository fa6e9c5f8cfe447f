import GasBase
import XCTest

@testable import GasNN

/// GATConvolution against PyTorch Geometric: forward, and gradients of inputs and parameters, to 1e-5 relative. The golden
/// tensors are of float64; in float32 single elements of sums that nearly cancel are off by some 1e-6 of the greatest, PyTorch's too.
final class GoldenAttentionTests: XCTestCase {
  private let tolerance = 1e-5
  private let floor = 0.3

  func testGATConvolution() throws {
    let names = try GoldenFile.names(startingWith: "gat-") + GoldenFile.names(startingWith: "gatweights-")
    XCTAssertEqual(names.count, 11)
    for name in names {
      let golden = try GoldenFile(name)
      let layer = makeLayer(golden)
      var parameters = [
        "weight": layer.weight, "att_source": layer.attentionSource, "att_target": layer.attentionTarget,
        "bias": layer.bias,
      ]
      parameters["edge_weight_matrix"] = layer.edgeWeight
      parameters["att_edge"] = layer.attentionEdge
      for (key, parameter) in parameters { golden.load(key, into: parameter) }

      let (adjacency, features) = loopedGraph(golden)
      let tape = Tape(arena: Arena(), parallel: Parallel(threadCount: 2), isTraining: true)
      let input = tape.input(golden.matrix("x"))
      let y = layer(input, in: StageContext(tape: tape, adjacency: adjacency, edgeFeatures: features))
      assertClose(y.value.array, golden.numbers("y"), tolerance: tolerance, elementFloor: floor, name + " y")
      tape.backward(from: y, gradient: golden.matrix("dy"))
      let dx = try XCTUnwrap(input.gradient).array
      assertClose(dx, golden.numbers("dx"), tolerance: tolerance, elementFloor: floor, name + " dX")
      for (key, parameter) in parameters {
        assertClose(
          parameter.gradient.array, golden.numbers("d" + key), tolerance: tolerance, elementFloor: floor,
          "\(name) d\(key)")
      }
    }
  }

  private func makeLayer(_ golden: GoldenFile) -> GATConvolution {
    var random = SeededRandom(seed: 0)
    let (heads, headWidth) = golden.shape("att_source")
    return GATConvolution(
      "layer", inputs: golden.shape("weight").rows, headWidth: headWidth, heads: heads,
      concatenates: golden.setting("concatenated") == 1, edgeWidth: edgeWidth(golden), random: &random)
  }

  /// Features, and the weight behind them.
  private func edgeWidth(_ golden: GoldenFile) -> Int {
    (golden.has("edge_features") ? golden.shape("edge_features").columns : 0) + (golden.has("edge_weight") ? 1 : 0)
  }

  private struct Edge {
    let source, target: Int
    let values: [Float]
  }

  /// In-neighbours with every node among its own, and what the edges say in the entries' order. Loops that were missing have zeros for
  /// features and the mean of the node's weights.
  private func loopedGraph(_ golden: GoldenFile) -> (SparseMatrix, Matrix?) {
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

  private func edges(_ golden: GoldenFile) -> [Edge] {
    let ends = golden.integers("edges")
    let count = ends.count / 2
    let width = golden.has("edge_features") ? golden.shape("edge_features").columns : 0
    return (0..<count).map { edge in
      let features = width > 0 ? Array(golden.numbers("edge_features")[edge * width..<(edge + 1) * width]) : []
      let weight = golden.has("edge_weight") ? [golden.numbers("edge_weight")[edge]] : []
      return Edge(source: ends[edge], target: ends[count + edge], values: features + weight)
    }
  }

  func testSoftmaxAggregation() throws {
    let names = try GoldenFile.names(startingWith: "aggr-softmax-")
    XCTAssertEqual(names.count, 2)
    for name in names {
      let golden = try GoldenFile(name)
      let tape = Tape(arena: Arena(), isTraining: true)
      let x = tape.input(golden.matrix("x"))
      let y = x.aggregated(over: golden.adjacency(.plain), by: .softmax)
      assertClose(y.value.array, golden.numbers("y"), tolerance: tolerance, name + " y")
      tape.backward(from: y, gradient: golden.matrix("dy"))
      assertClose(try XCTUnwrap(x.gradient).array, golden.numbers("dx"), tolerance: tolerance, name + " dX")
    }
  }
}
