import MatrixSupport
import XCTest

@testable import GasAutodiff

final class ScalingTests: XCTestCase {
  private var samples = Samples(seed: 47)

  func testRowFactors() {
    let factors: [Float] = [2, 0, -1, 0.5]
    factors.withUnsafeBufferPointer { factors in
      checkGradients(of: [samples.matrix(4, 3)]) { $1[0].scaledRows(by: factors.baseAddress!) }
      checkGradients(of: [samples.matrix(4, 3)], gradientRows: [0: 2]) {
        $1[0].scaledRows(by: factors.baseAddress!).adding($1[0])
      }
    }
  }

  func testTrainedFactor() {
    let inputs = [samples.matrix(4, 3), samples.matrix(1, 1)]
    checkGradients(of: inputs) { $1[0].scaled(by: $1[1]) }
    checkGradients(of: inputs, gradientRows: [0: 2]) { $1[0].scaled(by: $1[1]).adding($1[0].scaled(by: $1[1])) }
    let constant = samples.matrix(4, 3)
    checkGradients(of: [samples.matrix(1, 1)]) { $0.constant(constant).scaled(by: $1[0]) }
  }

  func testMeanRowNorm() {
    checkGradients(of: [samples.matrix(5, 3)]) { $1[0].meanRowNorm() }
    checkGradients(of: [samples.matrix(5, 3)], gradientRows: [0: 2]) { $1[0].meanRowNorm().scaled(by: 3) }
    let tape = Tape(arena: Arena(), isTraining: false)
    XCTAssertEqual(tape.constant(Matrix(rows: 2, columns: 2, [3, 4, 0, 0])).meanRowNorm().scalar, 2.5)
    XCTAssertEqual(tape.constant(Matrix(rows: 0, columns: 2, repeating: 0)).meanRowNorm().scalar, 0)
  }

  func testGradientOfANormOfZero() throws {
    let tape = Tape(arena: Arena(), isTraining: true)
    let x = tape.input(Matrix(rows: 2, columns: 2, [0, 0, 3, 4]))
    tape.backward(from: x.meanRowNorm())
    assertClose(try XCTUnwrap(x.gradient).array, [0, 0, 0.3, 0.4], tolerance: 1e-6)
  }
}
