import GasBase
import XCTest

@testable import GasNN

/// Aggregators, PNA, GIN and batch norm against PyTorch and PyTorch Geometric: forward, and gradients of inputs and parameters, to
/// 1e-5 relative.
final class GoldenNeighbourhoodTests: XCTestCase {
  private let tolerance = 1e-5
  private var random = SeededRandom(seed: 0)

  func testAggregators() throws {
    for aggregator in [Aggregator.max, .min, .std] {
      let names = try GoldenFile.names(startingWith: "aggr-\(aggregator.rawValue)-")
      XCTAssertEqual(names.count, 2)
      for name in names {
        let golden = try GoldenFile(name)
        let adjacency = golden.adjacency(.plain)
        try check(golden, [], name) { x, _ in x.aggregated(over: adjacency, by: aggregator) }
      }
    }
  }

  func testPNAConvolution() throws {
    let names = try GoldenFile.names(startingWith: "pna-")
    XCTAssertEqual(names.count, 4)
    for name in names {
      let golden = try GoldenFile(name)
      let (inputs, outputs) = golden.shape("linear.weight")
      let layer = PNAConvolution(
        "layer", inputs: inputs, outputs: outputs,
        aggregators: Array([.mean, .max, .min, .std].prefix(Int(golden.setting("aggregators")))),
        scalers: Array(DegreeScaler.allCases.prefix(Int(golden.setting("scalers")))),
        meanLogDegree: golden.setting("delta"), random: &random)
      let towers = layer.towers.enumerated().flatMap { index, tower in
        linear("pre.\(index)", tower.before) + linear("post.\(index)", tower.after)
      }
      XCTAssertEqual(towers.count + 2, layer.parameters.count)
      try check(golden, towers + linear("linear", layer.root), name) { x, context in layer(x, in: context) }
    }
  }

  func testGINConvolution() throws {
    let names = try GoldenFile.names(startingWith: "gin-")
    XCTAssertEqual(names.count, 2)
    for name in names {
      let golden = try GoldenFile(name)
      let (inputs, hidden) = golden.shape("mlp.0.weight")
      let layer = GINConvolution(
        "layer", inputs: inputs, hidden: hidden, outputs: golden.shape("mlp.1.weight").columns, random: &random)
      let parameters = linear("mlp.0", layer.first) + linear("mlp.1", layer.second) + [("eps", layer.epsilon)]
      XCTAssertEqual(parameters.count, layer.parameters.count)
      try check(golden, parameters, name) { x, context in layer(x, in: context) }
    }
  }

  /// Two training batches, then inference.
  func testBatchNorm() throws {
    let golden = try GoldenFile("batchnorm")
    let norm = BatchNorm(
      "norm", columns: golden.shape("x").columns, epsilon: golden.setting("eps"), momentum: golden.setting("momentum"),
      random: &random)
    try check(golden, [("weight", norm.weight), ("bias", norm.bias)], "batchnorm") { x, _ in norm(x) }
    checkStatistics(of: norm, golden, after: 1)

    let training = Tape(arena: Arena(), isTraining: true)
    let second = norm(training.constant(golden.matrix("x_2")))
    assertClose(second.value.array, golden.numbers("y_2"), tolerance: tolerance, "second batch")
    checkStatistics(of: norm, golden, after: 2)

    let inference = Tape(arena: Arena(), isTraining: false)
    let y = norm(inference.constant(golden.matrix("x")))
    assertClose(y.value.array, golden.numbers("y_eval"), tolerance: tolerance, "inference")
    checkStatistics(of: norm, golden, after: 2)
  }

  private func checkStatistics(of norm: BatchNorm, _ golden: GoldenFile, after batches: Int) {
    let kept = norm.buffers.map(\.matrix.array)
    assertClose(kept[0], golden.numbers("running_mean_\(batches)"), tolerance: tolerance, "mean after \(batches)")
    assertClose(kept[1], golden.numbers("running_var_\(batches)"), tolerance: tolerance, "variance after \(batches)")
  }

  private func linear(_ name: String, _ layer: Linear) -> [(String, Parameter)] {
    [(name + ".weight", layer.weight), (name + ".bias", layer.bias!)]
  }

  /// Loads the parameters under their golden names, runs forward and back, and compares the result and all gradients.
  private func check(
    _ golden: GoldenFile, _ parameters: [(String, Parameter)], _ name: String,
    _ operation: (Variable, StageContext) -> Variable
  ) throws {
    for (key, parameter) in parameters { golden.load(key, into: parameter) }
    let tape = Tape(arena: Arena(), parallel: Parallel(threadCount: 2), isTraining: true)
    let input = tape.input(golden.matrix("x"))
    let graph = golden.has("edges") ? golden.adjacency(.plain) : SparseMatrix(rows: [], columnCount: 0)
    let y = operation(input, StageContext(tape: tape, adjacency: graph))
    assertClose(y.value.array, golden.numbers("y"), tolerance: tolerance, name + " y")
    tape.backward(from: y, gradient: golden.matrix("dy"))
    assertClose(try XCTUnwrap(input.gradient).array, golden.numbers("dx"), tolerance: tolerance, name + " dX")
    for (key, parameter) in parameters {
      assertGradient(parameter.gradient.array, golden.numbers("d" + key), "\(name) d\(key)")
    }
  }

  /// A bias that moves all messages alike does not move their deviation: the terms of its gradient cancel. Where float64 left
  /// nothing of them but rounding, float32 may leave its own.
  private func assertGradient(_ actual: [Float], _ expected: [Float], _ what: String) {
    let cancels = zip(actual, expected).map { abs($0) < 1e-6 && abs($1) < 1e-14 }
    func kept(_ numbers: [Float]) -> [Float] { zip(numbers, cancels).map { $1 ? 0 : $0 } }
    assertClose(kept(actual), kept(expected), tolerance: tolerance, what)
  }
}
