import MatrixSupport
import XCTest

@testable import GasAutodiff

final class ArithmeticTests: XCTestCase {
  private var samples = Samples(seed: 1)

  func testSum() {
    checkGradients(of: [samples.matrix(4, 3), samples.matrix(4, 3)]) { $1[0].adding($1[1]) }
  }

  func testSumOfAValueWithItself() {
    checkGradients(of: [samples.matrix(4, 3)]) { $1[0].adding($1[0]).adding($1[0].scaled(by: 3)) }
  }

  func testSumWhereFewerRowsOfOneWantAGradient() {
    let inputs = [samples.matrix(5, 2), samples.matrix(5, 2)]
    checkGradients(of: inputs, gradientRows: [1: 2]) { $1[0].adding($1[1]) }
    checkGradients(of: inputs, gradientRows: [0: 3]) { $1[0].adding($1[1]) }
  }

  func testDifference() {
    let inputs = [samples.matrix(5, 2), samples.matrix(5, 2)]
    checkGradients(of: inputs) { $1[0].subtracting($1[1]) }
    checkGradients(of: inputs, gradientRows: [1: 2]) { $1[0].subtracting($1[1]).subtracting($1[1]) }
    checkGradients(of: inputs, gradientRows: [0: 3]) { $1[1].adding($1[0].subtracting($1[1]).scaled(by: 2)) }
  }

  func testSquare() {
    checkGradients(of: [samples.matrix(4, 3)]) { $1[0].squared() }
    checkGradients(of: [samples.matrix(4, 3)], gradientRows: [0: 2]) { $1[0].squared() }
  }

  func testScaling() {
    checkGradients(of: [samples.matrix(3, 5)]) { $1[0].scaled(by: -2.5) }
  }

  func testCombination() {
    let inputs = [samples.matrix(4, 3), samples.matrix(4, 3)]
    checkGradients(of: inputs) { $1[0].combined(0.3, with: $1[1], -2) }
    checkGradients(of: inputs, gradientRows: [0: 1]) { $1[0].combined(2, with: $1[1], 0.5).adding($1[1]) }
    checkGradients(of: inputs, gradientRows: [1: 2]) { $1[1].adding($1[0].combined(2, with: $1[1], 0.5)) }
  }

  func testHadamardProduct() {
    checkGradients(of: [samples.matrix(4, 3), samples.matrix(4, 3)]) { $1[0].multiplied(by: $1[1]) }
    checkGradients(of: [samples.matrix(4, 3)]) { $1[0].multiplied(by: $1[0]) }
    checkGradients(of: [samples.matrix(4, 3), samples.matrix(4, 3)], gradientRows: [0: 1]) {
      $1[0].multiplied(by: $1[1]).adding($1[1])
    }
  }

  func testBias() {
    checkGradients(of: [samples.matrix(6, 3), samples.matrix(1, 3)]) { $1[0].addingBias($1[1]) }
    checkGradients(of: [samples.matrix(6, 3), samples.matrix(1, 3)], gradientRows: [0: 2]) {
      $1[0].addingBias($1[1]).scaled(by: 2)
    }
  }

  /// What takes the place of a product or a sum gives what a copy would give.
  func testInPlace() {
    let graph = samples.sparse(6, 6, weighted: true)
    let inputs = [
      samples.matrix(6, 3), samples.matrix(3, 4), samples.matrix(1, 4), samples.matrix(6, 2), samples.matrix(2, 4),
    ]
    for gradientRows in [[:], [0: 2], [3: 4]] {
      checkGradients(of: inputs, gradientRows: gradientRows) { _, x in
        let sum = x[0].product(x[1]).addingBias(x[2], inPlace: true)
        return x[3].product(x[4], addedTo: sum)
      }
      checkGradients(of: inputs, gradientRows: gradientRows) { _, x in
        let sum = x[0].product(x[1]).aggregated(over: graph).addingBias(x[2], inPlace: true)
        return x[3].product(x[4], addedTo: sum).relu()
      }
    }
    let tape = Tape(arena: Arena(), isTraining: true)
    let x = inputs.map { tape.constant($0) }
    let sum = x[0].product(x[1])
    let copied = sum.addingBias(x[2]).adding(x[3].product(x[4])).value.array
    let placed = x[3].product(x[4], addedTo: sum.addingBias(x[2], inPlace: true))
    XCTAssertEqual(placed.value.base, sum.value.base)
    assertClose(placed.value.array, copied, tolerance: 1e-6)
  }

  /// The gradient of what is read for the last time takes its place.
  func testProductOfWhatIsReadForTheLastTime() {
    let graph = samples.sparse(5, 7, weighted: true)
    let inputs = [samples.matrix(7, 4), samples.matrix(4, 3)]
    for gradientRows in [[:], [0: 5], [0: 2]] {
      checkGradients(of: inputs, gradientRows: gradientRows) { _, x in
        x[0].aggregated(over: graph).product(x[1], addedTo: nil, isLastUse: true)
      }
      checkGradients(of: inputs, gradientRows: gradientRows) { _, x in
        x[0].product(x[1], addedTo: nil, isLastUse: true).relu()
      }
    }
  }

  func testDenseProduct() {
    checkGradients(of: [samples.matrix(5, 4), samples.matrix(4, 3)]) { $1[0].product($1[1]) }
    checkGradients(of: [samples.matrix(5, 4), samples.matrix(4, 3)], gradientRows: [0: 2]) { $1[0].product($1[1]) }
  }

  func testDenseProductOfConstantsContributesToWeights() {
    let constant = samples.matrix(5, 4)
    checkGradients(of: [samples.matrix(4, 3)]) { $0.constant(constant).product($1[0]) }
  }

  func testWeightUsedTwice() {
    let inputs = [samples.matrix(5, 3), samples.matrix(3, 3)]
    checkGradients(of: inputs) { $1[0].product($1[1]).product($1[1]) }
  }

  func testSparseProduct() {
    for weighted in [false, true] {
      let features = samples.sparse(6, 5, weighted: weighted)
      checkGradients(of: [samples.matrix(5, 3)]) { $0.constant(features).product($1[0]) }
      checkGradients(of: [samples.matrix(5, 3)]) { $0.constant(features.withTranspose).product($1[0]) }
    }
  }

  func testSparseProductEqualsDense() {
    let features = samples.sparse(40, 30, weighted: true)
    let weight = samples.matrix(30, 9)
    let tape = Tape(arena: Arena(), isTraining: false)
    let sparse = tape.constant(features).product(tape.constant(weight))
    let dense = tape.constant(features).densified().product(tape.constant(weight))
    assertClose(sparse.value.array, dense.value.array, tolerance: 1e-6, elementFloor: 1)
  }

  func testEmptyShapes() {
    let tape = Tape(arena: Arena(), isTraining: true)
    let weight = samples.matrix(4, 3)
    let w = tape.input(weight)
    let y = tape.constant(Matrix(rows: 0, columns: 4, repeating: 0)).product(w)
    XCTAssertEqual(y.rows, 0)
    tape.backward(from: y.sumOfSquares())
    XCTAssertTrue(w.gradient.map { $0.elements.allSatisfy { $0 == 0 } } ?? true)
    let narrow = tape.constant(Matrix(rows: 2, columns: 0, repeating: 0))
    XCTAssertEqual(
      narrow.product(tape.constant(Matrix(rows: 0, columns: 3, repeating: 0))).value.array, [0, 0, 0, 0, 0, 0])
  }
}
