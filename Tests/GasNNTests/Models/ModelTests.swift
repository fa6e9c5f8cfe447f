import GasBase
import GasNN
import MatrixSupport
import XCTest

final class ModelTests: XCTestCase {
  private var samples = Samples(seed: 51)
  private var random = SeededRandom(seed: 51)

  func testGCNFollowsThePublishedGroups() {
    let model = GCN(StackShape(features: 9, hidden: 4, classes: 3, layers: 3), random: &random)
    XCTAssertEqual(
      model.parameters.map(\.name),
      (0..<3).flatMap { ["convolutions.\($0).weight", "convolutions.\($0).bias"] })
    XCTAssertEqual(model.parameters.map { $0.decay == .regularised }, [true, true, true, true, false, false])
    XCTAssertEqual(model.stages.map(\.width), [4, 4, 3])
    XCTAssertEqual(model.graphForm, .symmetric)
    XCTAssertEqual(model.parameters.elementCount, 9 * 4 + 4 + 4 * 4 + 4 + 4 * 3 + 3)
  }

  func testInitialValues() {
    let gcn = GCN(StackShape(features: 300, hidden: 200, classes: 3), random: &random).parameters
    checkUniform(gcn[0], bound: (6.0 / 500).squareRoot())
    XCTAssertTrue(gcn[1].value.elements.allSatisfy { $0 == 0 })
    let sage = GraphSAGE(StackShape(features: 300, hidden: 200, classes: 3), random: &random).parameters
    for parameter in sage.prefix(3) { checkUniform(parameter, bound: (1.0 / 300).squareRoot()) }
    XCTAssertTrue(sage.allSatisfy { $0.decay == .regularised })
    XCTAssertEqual(Set(sage.map(\.name)).count, 6)
  }

  private func checkUniform(_ parameter: Parameter, bound: Double, line: UInt = #line) {
    let values = parameter.value.elements.map(Double.init)
    let greatest = values.map(abs).max() ?? 0
    let variance = values.reduce(0) { $0 + $1 * $1 } / Double(values.count)
    XCTAssertLessThanOrEqual(greatest, bound * (1 + 1e-7), parameter.name, line: line)
    XCTAssertGreaterThan(greatest, bound * 0.9, parameter.name, line: line)
    XCTAssertEqual(variance, bound * bound / 3, accuracy: bound * bound / 8, parameter.name, line: line)
  }

  func testOneLayer() {
    let model = GraphSAGE(StackShape(features: 5, hidden: 100, classes: 3, layers: 1), random: &random)
    XCTAssertEqual(model.stages.map(\.width), [3])
    XCTAssertEqual(model.parameters.elementCount, 2 * 15 + 3)
  }

  /// The wider side of a layer is never gathered, nor multiplied for halo rows: neither would fit in this much memory.
  func testConvolutionsTakeTheCheaperOrder() {
    let narrowing = GCNConvolution("narrowing", inputs: 50, outputs: 1, random: &random)
    let many = samples.sparse(1000, 1000, weighted: true)
    XCTAssertLessThan(
      bytes { _ = narrowing($0.constant(samples.matrix(1000, 50)), in: StageContext(tape: $0, adjacency: many)) },
      20_000)
    let widening = GCNConvolution("widening", inputs: 1, outputs: 50, random: &random)
    let halo = samples.sparse(10, 1010, weighted: true)
    XCTAssertLessThan(
      bytes { _ = widening($0.constant(samples.matrix(1010, 1)), in: StageContext(tape: $0, adjacency: halo)) }, 20_000)
  }

  private func bytes(_ body: (Tape) -> Void) -> Int {
    let arena = Arena()
    body(Tape(arena: arena, isTraining: false))
    return arena.bytesUsed
  }

  /// Isolated and untouched: the features-only model gives the same whatever the edges are.
  func testMLPDoesNotLookAtTheGraph() {
    let model = MLP(StackShape(features: 6, hidden: 5, classes: 3), random: &random)
    let x = samples.matrix(8, 6)
    let tape = Tape(arena: Arena(), isTraining: false)
    let outputs = [
      samples.sparse(8, 8, weighted: false), SparseMatrix(rows: Array(repeating: [], count: 8), columnCount: 8),
    ]
    .map { model.stages[0].forward(tape.constant(x), StageContext(tape: tape, adjacency: $0)).value.array }
    XCTAssertEqual(outputs[0], outputs[1])
    XCTAssertEqual(
      MLP(StackShape(features: 6, hidden: 5, classes: 3, layers: 1), random: &random).parameters.elementCount, 21)
  }

  /// With exact halo rows, computing two parts one after the other is the same as computing all nodes at once.
  func testPartsWithExactHalosEqualTheWhole() {
    let nodes = 10
    let whole = samples.sparse(nodes, nodes, greatest: 5, weighted: true)
    let x = samples.matrix(nodes, 6)
    for model in [
      GCN(StackShape(features: 6, hidden: 8, classes: 3, layers: 3), random: &random),
      GraphSAGE(StackShape(features: 6, hidden: 8, classes: 3, layers: 3), random: &random),
    ] as [any GraphModel] {
      let tape = Tape(arena: Arena(), isTraining: false)
      var exact = tape.constant(x)
      for stage in model.stages {
        let context = StageContext(tape: tape, adjacency: whole)
        var rows: [Float] = []
        for part in [0..<4, 4..<nodes] {
          let order = Array(part) + (0..<nodes).filter { !part.contains($0) }
          let input = Matrix(
            rows: nodes, columns: exact.columns, order.flatMap { exact.value.rowRange($0..<$0 + 1).array })
          let partContext = StageContext(tape: tape, adjacency: part.adjacency(of: whole, order: order))
          rows += stage.forward(tape.constant(input), partContext).value.array
        }
        exact = stage.forward(exact, context)
        assertClose(rows, exact.value.array, tolerance: 1e-6, elementFloor: 1)
      }
    }
  }

  func testAUsersOwnModelLearns() {
    let model = NeighbourMean(features: 8, hidden: 16, classes: 4, random: &random)
    let nodes = 60
    let labels = (0..<nodes).map { Int32($0 % 4) }
    // Features are noisy; neighbours share the class, so that their mean tells it.
    let peers = (0..<4).map { label in (0..<nodes).filter { $0 % 4 == label }.map { UInt32($0) } }
    let neighbours = (0..<nodes).map { node in peers[node % 4].filter { $0 != UInt32(node) } }
    let graph = SparseMatrix(rows: neighbours, columnCount: nodes)
    let x = samples.matrix(nodes, 8)
    for node in 0..<nodes { x[node, node % 4] += 0.5 }
    let adam = Adam(model.parameters, learningRate: 0.02)
    let arena = Arena()
    var losses: [Float] = []
    for step in 0..<60 {
      arena.reset()
      let tape = Tape(arena: arena, isTraining: true, step: step)
      let context = StageContext(tape: tape, adjacency: graph)
      let output = model.stages.reduce(tape.constant(x)) { $1.forward($0, context) }
      let loss = labels.withUnsafeBufferPointer { output.crossEntropy(labels: $0) }
      model.parameters.zeroGradients()
      tape.backward(from: loss)
      adam.step()
      losses.append(loss.scalar)
    }
    XCTAssertGreaterThan(losses[0], 1)
    XCTAssertLessThan(losses[59], 0.1)
  }

  func testCarriedState() {
    let tape = Tape(arena: Arena(), isTraining: true)
    let context = StageContext(tape: tape, adjacency: samples.sparse(3, 3, weighted: false))
    let x = tape.input(samples.matrix(3, 2))
    let stages = [
      Stage(width: 2, carries: ["start": 2]) { x, context in
        context.carried["start"] = x.scaled(by: 3)
        return x.relu()
      },
      Stage(width: 2) { x, context in x.scaled(by: 0).adding(context.carried["start"]) },
    ]
    let output = stages.reduce(x) { $1.forward($0, context) }
    tape.backward(from: output, gradient: Matrix(rows: 3, columns: 2, repeating: 1))
    XCTAssertEqual(x.gradient?.array, Array(repeating: 3, count: 6))
  }
}

extension Range<Int> {
  /// The rows of this part, with columns renumbered to their places in `order`.
  fileprivate func adjacency(of whole: SparseMatrix, order: [Int]) -> SparseMatrix {
    var place = Array(repeating: 0, count: order.count)
    for (index, node) in order.enumerated() { place[node] = index }
    let rows = map { row in whole.entries(of: row).map { UInt32(place[Int(whole.columns[$0])]) } }
    let values = flatMap { row in whole.entries(of: row).map { whole.values?[$0] ?? 1 } }
    return SparseMatrix(rows: rows, columnCount: order.count, values: values)
  }
}

/// The model shown in `GraphModel`'s documentation.
final class NeighbourMean: GraphModel {
  let first: Linear, second: Linear
  let graphForm = GraphForm.plain
  var parameters: [Parameter] { first.parameters + second.parameters }

  init(features: Int, hidden: Int, classes: Int, random: inout SeededRandom) {
    first = Linear("first", inputs: features, outputs: hidden, random: &random)
    second = Linear("second", inputs: 2 * hidden, outputs: classes, random: &random)
  }

  var stages: [Stage] {
    [
      Stage(width: first.outputs) { x, context in
        self.first(x).relu().aggregated(over: context.adjacency, by: .mean)
      },
      Stage(width: second.outputs) { x, context in
        let mean = x.aggregated(over: context.adjacency, by: .mean)
        return self.second(x.tape.concatenateColumns([x.prefixRows(context.batchRowCount), mean]))
      },
    ]
  }
}
