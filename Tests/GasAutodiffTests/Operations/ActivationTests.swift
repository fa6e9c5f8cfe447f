import GasBase
import MatrixSupport
import XCTest

@testable import GasAutodiff

final class ActivationTests: XCTestCase {
  private var samples = Samples(seed: 2)

  func testRelu() {
    checkGradients(of: [samples.matrix(5, 7, gap: 0.02)]) { $1[0].relu() }
    checkGradients(of: [samples.matrix(5, 7, gap: 0.02)], gradientRows: [0: 2]) { $1[0].relu() }
  }

  func testLeakyRelu() {
    checkGradients(of: [samples.matrix(5, 7, gap: 0.02)]) { $1[0].leakyRelu(slope: 0.2) }
  }

  func testElu() {
    checkGradients(of: [samples.matrix(5, 7, gap: 0.02)]) { $1[0].elu() }
  }

  /// Only where the operation before goes back without its result.
  func testInPlace() {
    let inputs = [samples.matrix(5, 4), samples.matrix(4, 3)]
    for gradientRows in [[:], [0: 2]] {
      let input = samples.matrix(5, 7, gap: 0.02)
      checkGradients(of: [input], gradientRows: gradientRows) { $1[0].scaled(by: 2).relu(inPlace: true) }
      checkGradients(of: [input], gradientRows: gradientRows) { $1[0].scaled(by: 2).elu(inPlace: true) }
    }
    let tape = Tape(arena: Arena(), isTraining: true)
    let x = tape.input(inputs[0])
    let y = x.product(tape.input(inputs[1]))
    let copied = y.relu()
    XCTAssertNotEqual(copied.value.base, y.value.base)
    XCTAssertNotEqual(x.relu(inPlace: true).value.base, x.value.base)
    XCTAssertNotEqual(copied.relu(inPlace: true).value.base, copied.value.base)
    let expected = copied.value.array
    let placed = y.relu(inPlace: true)
    XCTAssertEqual(placed.value.base, y.value.base)
    XCTAssertEqual(placed.value.array, expected)
  }

  func testValues() {
    let x = Matrix(rows: 1, columns: 4, [-2, -0.5, 0, 1.5])
    let tape = Tape(arena: Arena(), isTraining: false)
    XCTAssertEqual(tape.constant(x).relu().value.bits, [0, 0, 0, Float(1.5).bitPattern])
    XCTAssertTrue(tape.constant(Matrix(rows: 1, columns: 1, repeating: .nan)).relu().scalar.isNaN)
    XCTAssertEqual(tape.constant(x).leakyRelu(slope: 0.5).value.array, [-1, -0.25, 0, 1.5])
    assertClose(tape.constant(x).elu().value.array, [-0.86466472, -0.39346934, 0, 1.5], tolerance: 1e-6)
  }

  func testDropoutGradient() {
    checkGradients(of: [samples.matrix(6, 8)]) { $1[0].dropout(0.4) }
    checkGradients(of: [samples.matrix(6, 8)], gradientRows: [0: 3]) { $1[0].dropout(0.4).dropout(0.2) }
  }

  func testDropoutOfSparseValues() {
    let features = samples.sparse(8, 6, weighted: true)
    let weight = samples.matrix(6, 3)
    for matrix in [features, features.withTranspose] {
      checkGradients(of: [weight]) { $0.constant(matrix).dropout(0.3).product($1[0]) }
    }
    let ones = samples.sparse(8, 6, weighted: false)
    checkGradients(of: [weight]) { $0.constant(ones.withTranspose).dropout(0.3).product($1[0]) }
  }

  /// Two drops of the same matrix in one step have a transposed form each.
  func testTwoDropoutsOfTheSameSparseValues() {
    let features = samples.sparse(8, 6, weighted: true)
    for matrix in [features, features.withTranspose] {
      checkGradients(of: [samples.matrix(6, 3), samples.matrix(6, 3)]) { tape, weights in
        let x = tape.constant(matrix)
        let twice = x.dropout(0.5).product(weights[0]).adding(x.dropout(0.5).product(weights[1]))
        return twice.adding(x.product(weights[0]))
      }
    }
  }

  func testDropoutIsOffOutsideTraining() {
    let x = samples.matrix(3, 3)
    let tape = Tape(arena: Arena(), isTraining: false)
    XCTAssertEqual(tape.constant(x).dropout(0.5).value.array, x.array)
  }

  func testDropoutKeepsTheRightShareAndScale() {
    let x = Matrix(rows: 400, columns: 500, repeating: 1)
    let tape = Tape(arena: Arena(), isTraining: true, seed: 5, step: 1)
    for p in [0.1, 0.5, 0.9] {
      let y = tape.constant(x).dropout(p).value.array
      XCTAssertEqual(Set(y), [0, Float(1 / (1 - p))])
      let kept = Double(y.lazy.filter { $0 != 0 }.count) / 200_000
      XCTAssertEqual(kept, 1 - p, accuracy: 4 * (p * (1 - p) / 200_000).squareRoot())
    }
  }

  func testDropoutDiffersBetweenCallsStepsAndSeeds() {
    let x = Matrix(rows: 1, columns: 256, repeating: 1)
    var masks: Set<[Float]> = []
    for (seed, step) in [(1, 1), (1, 2), (2, 1)] as [(UInt64, Int)] {
      for _ in 0..<2 {
        let tape = Tape(arena: Arena(), isTraining: true, seed: seed, step: step)
        for _ in 0..<2 { masks.insert(tape.constant(x).dropout(0.5).value.array) }
      }
    }
    XCTAssertEqual(masks.count, 6, "three tapes with two calls each, every tape made twice")
  }
}
