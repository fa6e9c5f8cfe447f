import GasBase
import XCTest

@testable import GasNN

/// Losses, the optimiser and whole training runs against PyTorch.
final class GoldenTrainingTests: XCTestCase {
  func testCrossEntropy() throws {
    let golden = try GoldenFile("cross-entropy")
    let labels = golden.integers("labels").map(Int32.init)
    try labels.withUnsafeBufferPointer { labels in
      try checkLoss(golden) { $0.crossEntropy(labels: labels) }
    }
  }

  func testSigmoidCrossEntropy() throws {
    let golden = try GoldenFile("sigmoid-cross-entropy")
    let targets = golden.integers("targets").map(UInt8.init)
    let mask = golden.integers("mask").map(UInt8.init)
    try targets.withUnsafeBufferPointer { targets in
      try mask.withUnsafeBufferPointer { mask in
        try checkLoss(golden) { $0.sigmoidCrossEntropy(targets: targets, mask: mask) }
      }
    }
  }

  private func checkLoss(_ golden: GoldenFile, _ loss: (Variable) -> Variable) throws {
    let logits = golden.matrix("logits")
    let tape = Tape(arena: Arena(), isTraining: true)
    let x = tape.input(logits)
    let value = loss(x)
    tape.backward(from: value)
    assertClose([value.scalar], golden.numbers("loss"), tolerance: 1e-6, "loss")
    assertClose(try XCTUnwrap(x.gradient).array, golden.numbers("gradient"), tolerance: 1e-5, "gradient")
  }

  func testAdam() throws {
    let golden = try GoldenFile("adam")
    var random = SeededRandom(seed: 0)
    let parameters = [("regularised", Parameter.Decay.regularised), ("unregularised", .unregularised)].map {
      Parameter($0.0, rows: 3, columns: 4, initialiser: .zeros, decay: $0.1, random: &random)
    }
    for parameter in parameters { golden.load(parameter.name + "_0", into: parameter) }
    let adam = Adam(
      parameters, learningRate: golden.setting("learningRate"), regularisedDecay: golden.setting("regularisedDecay"),
      unregularisedDecay: golden.setting("unregularisedDecay"))
    for step in 1...5 {
      for parameter in parameters {
        parameter.gradient.copy(from: golden.matrix("\(parameter.name)_gradient_\(step)"))
      }
      adam.step()
      for parameter in parameters {
        let expected = golden.numbers("\(parameter.name)_\(step)")
        assertClose(parameter.value.array, expected, tolerance: 1e-6, "\(parameter.name) after step \(step)")
      }
    }
  }

  func testClipping() throws {
    let golden = try GoldenFile("clip")
    var random = SeededRandom(seed: 0)
    let parameters = ["first", "second"].map {
      Parameter($0, rows: 3, columns: 4, initialiser: .zeros, random: &random)
    }
    for parameter in parameters { parameter.gradient.copy(from: golden.matrix(parameter.name)) }
    let norm = parameters.clipGradientNorm(to: golden.setting("greatest"))
    assertClose([Float(norm)], golden.numbers("norm"), tolerance: 1e-6)
    for parameter in parameters {
      assertClose(parameter.gradient.array, golden.numbers("clipped_" + parameter.name), tolerance: 1e-6)
    }
    XCTAssertEqual(parameters.clipGradientNorm(to: 100), golden.setting("greatest"), accuracy: 1e-5)
    assertClose(parameters[0].gradient.array, golden.numbers("clipped_first"), tolerance: 1e-6, "left alone")
  }

  func testTrainingOfGCN() throws {
    let golden = try GoldenFile("training-gcn")
    var random = SeededRandom(seed: 0)
    let (hidden, classes) = (Int(golden.setting("hidden")), Int(golden.setting("classes")))
    try checkTraining(
      GCN(StackShape(features: 5, hidden: hidden, classes: classes, dropout: 0), random: &random), golden)
  }

  func testTrainingOfGraphSAGE() throws {
    let golden = try GoldenFile("training-sage")
    var random = SeededRandom(seed: 0)
    let (hidden, classes) = (Int(golden.setting("hidden")), Int(golden.setting("classes")))
    try checkTraining(
      GraphSAGE(StackShape(features: 5, hidden: hidden, classes: classes, dropout: 0), random: &random), golden)
  }

  /// Full-batch training step for step. Twenty steps of Adam let rounding grow, so the last weights need only agree to 1e-4.
  private func checkTraining(_ model: any GraphModel, _ golden: GoldenFile) throws {
    for parameter in model.parameters { golden.load("first." + parameter.name, into: parameter) }
    let adam = Adam(
      model.parameters, learningRate: golden.setting("learningRate"),
      regularisedDecay: golden.setting("regularisedDecay"))
    let adjacency = golden.adjacency(model.graphForm).withTranspose
    let x = golden.matrix("x")
    let labels = golden.integers("labels").map(Int32.init)
    let arena = Arena()
    var losses: [Float] = []
    for step in 0..<Int(golden.setting("steps")) {
      arena.reset()
      let tape = Tape(arena: arena, isTraining: true, step: step)
      let context = StageContext(tape: tape, adjacency: adjacency)
      let output = model.stages.reduce(tape.constant(x)) { $1.forward($0, context) }
      let loss = labels.withUnsafeBufferPointer { output.crossEntropy(labels: $0) }
      model.parameters.zeroGradients()
      tape.backward(from: loss)
      model.parameters.clipGradientNorm(to: golden.setting("greatestNorm"))
      adam.step()
      losses.append(loss.scalar)
    }
    assertClose(losses, golden.numbers("losses"), tolerance: 1e-5, "losses")
    for parameter in model.parameters {
      assertClose(parameter.value.array, golden.numbers("last." + parameter.name), tolerance: 1e-4, parameter.name)
    }
  }
}
