import GasBase
import XCTest

@testable import GasNN

/// GATConvolution against PyTorch Geometric: forward, and gradients of inputs and parameters, to 1e-5 relative. The golden
/// tensors are of float64; in float32 single elements of sums that nearly cancel are off by some 1e-6 of the greatest, PyTorch's too.
final class GoldenAttentionTests: XCTestCase {
  private let tolerance = 1e-5
  private let floor = 0.3

  func testGATConvolution() throws {
    let names = try GoldenFile.names(startingWith: "gat-")
    XCTAssertEqual(names.count, 7)
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
      concatenates: golden.setting("concatenated") == 1,
      edgeWidth: golden.has("edge_features") ? golden.shape("edge_features").columns : 0, random: &random)
  }

  /// In-neighbours with every node among its own, and the features in the entries' order: zeros for the loops that were missing.
  private func loopedGraph(_ golden: GoldenFile) -> (SparseMatrix, Matrix?) {
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
