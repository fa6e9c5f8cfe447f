import GasBase
import MatrixSupport
import XCTest

@testable import GasAutodiff
@testable import GasNN

/// Whole models against PyTorch Geometric: logits, loss and all gradients, in one batch without dropout.
final class GoldenModelTests: GoldenTestCase {
  private var random = SeededRandom(seed: 0)

  private func shape(_ layers: Int, hidden: Int = 6, _ change: (inout StackShape) -> Void = { _ in }) -> StackShape {
    var shape = StackShape(features: 5, hidden: hidden, classes: 3, layers: layers, dropout: 0)
    change(&shape)
    return shape
  }

  func testGCN() throws {
    let outer = shape(2) {
      ($0.norm, $0.isResidual, $0.hasOuterLinears) = (.batch, true, true)
    }
    try check(GCN(outer, random: &random), "model-gcn")
    let bare = shape(3) { ($0.norm, $0.isResidual) = (.batch, true) }
    try check(GCN(bare, random: &random), "model-gcn-bare")
  }

  func testGAT() throws {
    let names = [".attention-source": ".att_source", ".attention-target": ".att_target"]
    try check(GAT(shape(2, hidden: 3), heads: 2, outputHeads: 3, random: &random), "model-gat", names)
  }

  func testAPPNP() throws {
    let model = APPNP(features: 5, hidden: 6, classes: 3, propagations: 10, alpha: 0.1, dropout: 0, random: &random)
    try check(model, "model-appnp")
  }

  func testGCNII() throws {
    try check(GCNII(shape(4), alpha: 0.1, theta: 0.5, random: &random), "model-gcnii")
  }

  func testGIN() throws {
    let names = [".epsilon": ".eps", ".first.": ".mlp.0.", ".second.": ".mlp.1."]
    try check(GIN(shape(3), random: &random), "model-gin", names)
  }

  func testPNA() throws {
    let names = [".before.": ".pre.", ".after.": ".post.", ".root.": ".linear."]
    let plain = try GoldenFile("model-pna")
    let model = PNA(shape(2) { $0.norm = .batch }, meanLogDegree: plain.setting("delta"), random: &random)
    try check(model, "model-pna", names)
    for (name, norm) in [("model-pna-jk", NormKind.none), ("model-pna-jk-norm", .batch)] {
      let shape = shape(3) { ($0.norm, $0.isResidual) = (norm, true) }
      let jumping = PNA(
        shape, aggregators: [.mean, .max], scalers: [.identity, .amplification],
        meanLogDegree: try GoldenFile(name).setting("delta"), jumps: true, random: &random)
      try check(jumping, name, names)
    }
  }

  /// Checks a model. `names` translates parts of our parameters' names to those in the file.
  private func check(_ model: any GraphModel, _ name: String, _ names: [String: String] = [:]) throws {
    // Forward and back, a product and an aggregation follow each other in every stage.
    try forEachKernels {
      try assertGolden(name, steps: 4 * model.stages.count) { golden in
        func stored(_ parameter: Parameter) -> String {
          names.reduce(parameter.name) { $0.replacingOccurrences(of: $1.key, with: $1.value) }
        }
        for parameter in model.parameters { golden.load(stored(parameter), into: parameter) }
        let tape = Tape(arena: Arena(), parallel: Parallel(threadCount: 2), isTraining: true)
        let context = StageContext(tape: tape, adjacency: golden.adjacency(model.graphForm).withTranspose)
        let logits = model.stages.reduce(tape.constant(golden.matrix("x"))) { $1.forward($0, context) }
        let loss = golden.integers("labels").map(Int32.init).withUnsafeBufferPointer { logits.crossEntropy(labels: $0) }
        var results = ["logits": logits.value.array, "loss": [loss.scalar]]
        model.parameters.zeroGradients()
        tape.backward(from: loss)
        for parameter in model.parameters { results["d" + stored(parameter)] = parameter.gradient.array }
        return results
      }
    }
  }
}
