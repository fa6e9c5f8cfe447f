import GasBase
import MatrixSupport
import XCTest

@testable import GasAutodiff
@testable import GasNN

extension GoldenFile {
  /// Loads parameters by the names of their tensors, runs `operation` on x forward and back from dy, and gives y, dx
  /// and the parameters' gradients.
  ///
  /// `others` are further inputs by name, whose gradients are wanted as well; `operation` finds them in
  /// `context.carried`. `edgeFeatures` has a row for each entry of `adjacency`.
  func results(
    of parameters: [String: Parameter], others: [String] = [], over adjacency: SparseMatrix,
    edgeFeatures: Matrix? = nil, _ operation: (Variable, StageContext) throws -> Variable
  ) throws -> [String: [Float]] {
    for (name, parameter) in parameters {
      load(name, into: parameter)
      parameter.gradient.fill(with: 0)
    }
    let tape = Tape(arena: Arena(), parallel: Parallel(threadCount: 2), isTraining: true)
    let inputs = Dictionary(uniqueKeysWithValues: (["x"] + others).map { ($0, tape.input(matrix($0))) })
    let context = StageContext(tape: tape, adjacency: adjacency, edgeFeatures: edgeFeatures)
    for name in others { context.carried[name] = inputs[name]! }
    let y = try operation(inputs["x"]!, context)
    var results = ["y": y.value.array]
    tape.backward(from: y, gradient: matrix("dy"))
    for (name, input) in inputs { results["d" + name] = try XCTUnwrap(input.gradient).array }
    for (name, parameter) in parameters { results["d" + name] = parameter.gradient.array }
    return results
  }
}
