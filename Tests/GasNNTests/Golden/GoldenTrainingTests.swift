import GasBase
import MatrixSupport
import XCTest

@testable import GasAutodiff
@testable import GasNN

/// Losses, the optimiser and whole training runs against PyTorch.
final class GoldenTrainingTests: GoldenTestCase {
  func testCrossEntropy() throws {
    try forEachKernels { try assertGolden("cross-entropy", crossEntropy) }
  }

  func testSigmoidCrossEntropy() throws {
    try forEachKernels { try assertGolden("sigmoid-cross-entropy", sigmoidCrossEntropy) }
  }

  func testLossesWithWeightsAndGaps() throws {
    try forEachKernels {
      try assertGolden("squared-error", squaredError)
      try assertGolden("focal-labels", focalLabels)
      try assertGolden("focal-classes", focalClasses)
    }
  }

  private func squaredError(_ golden: GoldenFile) throws -> [String: [Float]] {
    let known = golden.integers("known")
    let values = zip(golden.numbers("values"), known).map { $1 == 1 ? $0 : .nan }
    let scales = golden.numbers("scales")
    return try withRowWeights(golden) { weights in
      try values.withUnsafeBufferPointer { values in
        try results(golden) { $0.squaredError(values: values, columnScales: scales, rowWeights: weights) }
      }
    }
  }

  private func focalLabels(_ golden: GoldenFile) throws -> [String: [Float]] {
    let targets = zip(golden.integers("targets"), golden.integers("known")).map { $1 == 1 ? UInt8($0) : 255 }
    let gamma = Float(golden.setting("gamma"))
    return try withRowWeights(golden) { weights in
      try targets.withUnsafeBufferPointer { targets in
        try results(golden) { $0.sigmoidCrossEntropy(targets: targets, rowWeights: weights, focalGamma: gamma) }
      }
    }
  }

  private func focalClasses(_ golden: GoldenFile) throws -> [String: [Float]] {
    let labels = golden.integers("labels").map(Int32.init)
    let gamma = Float(golden.setting("gamma"))
    return try withRowWeights(golden) { weights in
      try labels.withUnsafeBufferPointer { labels in
        try results(golden) { $0.crossEntropy(labels: labels, rowWeights: weights, focalGamma: gamma) }
      }
    }
  }

  private func withRowWeights<Result>(
    _ golden: GoldenFile, _ body: (UnsafeBufferPointer<Float>) throws -> Result
  ) rethrows -> Result {
    try golden.numbers("weights").withUnsafeBufferPointer(body)
  }

  private func crossEntropy(_ golden: GoldenFile) throws -> [String: [Float]] {
    let labels = golden.integers("labels").map(Int32.init)
    return try labels.withUnsafeBufferPointer { labels in
      try results(golden) { $0.crossEntropy(labels: labels) }
    }
  }

  private func sigmoidCrossEntropy(_ golden: GoldenFile) throws -> [String: [Float]] {
    let targets = golden.integers("targets").map(UInt8.init)
    let mask = golden.integers("mask").map(UInt8.init)
    return try targets.withUnsafeBufferPointer { targets in
      try mask.withUnsafeBufferPointer { mask in
        try results(golden) { $0.sigmoidCrossEntropy(targets: targets, mask: mask) }
      }
    }
  }

  private func results(_ golden: GoldenFile, _ loss: (Variable) -> Variable) throws -> [String: [Float]] {
    let tape = Tape(arena: Arena(), isTraining: true)
    let x = tape.input(golden.matrix("logits"))
    let value = loss(x)
    tape.backward(from: value)
    return ["loss": [value.scalar], "gradient": try XCTUnwrap(x.gradient).array]
  }

  func testAdam() throws {
    try forEachKernels { try assertGolden("adam", GoldenOptimisers.adam) }
  }

  func testClipping() throws {
    try forEachKernels { try assertGolden("clip", GoldenOptimisers.clipping) }
  }

  func testTrainingOfGCN() throws {
    let golden = try GoldenFile("training-gcn")
    var random = SeededRandom(seed: 0)
    let (hidden, classes) = (Int(golden.setting("hidden")), Int(golden.setting("classes")))
    try checkTraining(
      GCN(StackShape(features: 5, hidden: hidden, classes: classes, dropout: 0), random: &random), "training-gcn")
  }

  func testTrainingOfGraphSAGE() throws {
    let golden = try GoldenFile("training-sage")
    var random = SeededRandom(seed: 0)
    let (hidden, classes) = (Int(golden.setting("hidden")), Int(golden.setting("classes")))
    try checkTraining(
      GraphSAGE(StackShape(features: 5, hidden: hidden, classes: classes, dropout: 0), random: &random), "training-sage"
    )
  }

  /// Full-batch training step for step: each step's rounding goes into all later ones.
  private func checkTraining(_ model: any GraphModel, _ name: String) throws {
    let steps = Int(try GoldenFile(name).setting("steps"))
    try forEachKernels {
      try assertGolden(name, steps: 4 * steps) { train(model, on: $0, steps: steps) }
    }
  }

  private func train(_ model: any GraphModel, on golden: GoldenFile, steps: Int) -> [String: [Float]] {
    for parameter in model.parameters { golden.load("first." + parameter.name, into: parameter) }
    let adam = Adam(
      model.parameters, learningRate: golden.setting("learningRate"),
      regularisedDecay: golden.setting("regularisedDecay"))
    let adjacency = golden.adjacency(model.graphForm).withTranspose
    let x = golden.matrix("x")
    let labels = golden.integers("labels").map(Int32.init)
    let arena = Arena()
    var losses: [Float] = []
    for step in 0..<steps {
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
    var results = ["losses": losses]
    for parameter in model.parameters { results["last." + parameter.name] = parameter.value.array }
    return results
  }
}

/// The optimiser and clipping, computed on the inputs of golden files.
enum GoldenOptimisers {
  static func adam(_ golden: GoldenFile) throws -> [String: [Float]] {
    let parameters = zeros([("regularised", .regularised), ("unregularised", .unregularised)])
    for parameter in parameters { golden.load(parameter.name + "_0", into: parameter) }
    let adam = Adam(
      parameters, learningRate: golden.setting("learningRate"), regularisedDecay: golden.setting("regularisedDecay"),
      unregularisedDecay: golden.setting("unregularisedDecay"))
    var results: [String: [Float]] = [:]
    for step in 1...5 {
      for parameter in parameters {
        parameter.gradient.copy(from: golden.matrix("\(parameter.name)_gradient_\(step)"))
      }
      adam.step()
      for parameter in parameters { results["\(parameter.name)_\(step)"] = parameter.value.array }
    }
    return results
  }

  /// A norm that is not too large leaves gradients as they are.
  static func clipping(_ golden: GoldenFile) throws -> [String: [Float]] {
    let parameters = zeros([("first", .regularised), ("second", .regularised)])
    for parameter in parameters { parameter.gradient.copy(from: golden.matrix(parameter.name)) }
    var results = ["norm": [Float(parameters.clipGradientNorm(to: golden.setting("greatest")))]]
    parameters.clipGradientNorm(to: 100)
    for parameter in parameters { results["clipped_" + parameter.name] = parameter.gradient.array }
    return results
  }

  private static func zeros(_ named: [(String, Parameter.Decay)]) -> [Parameter] {
    var random = SeededRandom(seed: 0)
    return named.map { Parameter($0, rows: 3, columns: 4, initialiser: .zeros, decay: $1, random: &random) }
  }
}
