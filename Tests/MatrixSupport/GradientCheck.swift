import GasBase
import XCTest

import GasAutodiff

/// Compares the tape's gradients with central differences of Σ c ⊙ operation(inputs), c random.
///
/// `gradientRows` is for inputs of which only leading rows want a gradient, by index of the input. The gradients are
/// computed with `threads` threads. `operation` is deterministic; it is called again, with a fresh tape of the same
/// seed and step, for each difference.
package func checkGradients(
  of inputs: [Matrix], gradientRows: [Int: Int] = [:], step: Float = 1 / 128, tolerance: Double = 2e-3,
  threads: Int = 2, file: StaticString = #filePath, line: UInt = #line, _ operation: (Tape, [Variable]) -> Variable
) {
  let arena = Arena()
  func run(_ body: (Tape, [Variable], Variable) -> Void) {
    poison(arena)
    let tape = Tape(arena: arena, parallel: Parallel(threadCount: threads), isTraining: true, seed: 7, step: 3)
    let variables = inputs.indices.map { tape.input(inputs[$0], gradientRows: gradientRows[$0]) }
    let result = operation(tape, variables)
    withExtendedLifetime(tape) { body(tape, variables, result) }
  }

  var weights = Matrix(rows: 0, columns: 0, repeating: 0)
  var analytic: [[Float]] = []
  run { tape, variables, result in
    var samples = Samples(seed: 11)
    weights = samples.matrix(result.rows, result.columns)
    tape.backward(from: result, gradient: weights)
    analytic = variables.map { variable in
      variable.gradient.map(\.array) ?? Array(repeating: 0, count: variable.gradientRows * variable.columns)
    }
  }

  func weightedSum() -> Double {
    var sum = 0.0
    run { _, _, result in
      for (x, c) in zip(result.value.elements, weights.elements) { sum += Double(x) * Double(c) }
    }
    return sum
  }
  for (index, input) in inputs.enumerated() {
    var numeric: [Float] = []
    for element in 0..<(gradientRows[index] ?? input.rows) * input.columns {
      let place = input.base + element
      let original = place.pointee
      place.pointee = original + step
      let above = weightedSum()
      place.pointee = original - step
      let below = weightedSum()
      place.pointee = original
      numeric.append(Float((above - below) / (2 * Double(step))))
    }
    let distance = relativeDistance(analytic[index], numeric, floor: 1e-3)
    XCTAssertEqual(analytic[index].count, numeric.count, "input \(index)", file: file, line: line)
    XCTAssertLessThan(distance, tolerance, "gradient of input \(index)", file: file, line: line)
    XCTAssertTrue(numeric.contains { abs($0) > 1e-3 } || numeric.isEmpty, "nothing to compare", file: file, line: line)
  }
}

/// Empties an arena and leaves NaN in the memory that it hands out next, so that nobody can rely on what was there.
private func poison(_ arena: Arena) {
  arena.reset()
  arena.matrix(rows: 1, columns: 1 << 14).fill(with: .nan)
  arena.reset()
}
