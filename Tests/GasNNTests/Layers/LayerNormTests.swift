import GasBase
import MatrixSupport
import XCTest

@testable import GasAutodiff
@testable import GasNN

final class LayerNormTests: XCTestCase {
  private var samples = Samples(seed: 43)
  private var random = SeededRandom(seed: 44)

  func testGradients() {
    let inputs = [samples.matrix(6, 5), samples.matrix(1, 5), samples.matrix(1, 5)]
    for wanting in [6, 4, 0] {
      checkGradients(of: inputs, gradientRows: [0: wanting], tolerance: 5e-3) { _, inputs in
        inputs[0].layerNormalised(weight: inputs[1], bias: inputs[2], epsilon: 1e-5)
      }
    }
  }

  /// Each derivative written out in double: dy[s]/dx[j] = ((j == s) − 1/k − z[j] z[s] / k) / deviation. Means are so
  /// large that sums of squares in float32 would leave nothing of the variance, and there are several pieces of rows.
  func testAgainstTheReference() throws {
    let (rows, width) = (4000, 37)
    let (x, dy) = (samples.matrix(rows, width), samples.matrix(rows, width))
    for row in 0..<rows { for column in 0..<width { x[row, column] += 500 * Float(row % 3) } }
    let norm = LayerNorm("norm", columns: width, random: &random)
    for column in 0..<width {
      (norm.weight.value[0, column], norm.bias.value[0, column]) = (0.5 + Float(column % 4), 2)
    }
    try forEachInstructionSet {
      norm.parameters.zeroGradients()
      let tape = Tape(arena: Arena(), parallel: Parallel(threadCount: 2), isTraining: true)
      let input = tape.input(x)
      let output = norm(input)
      tape.backward(from: output, gradient: dy)
      let dx = try XCTUnwrap(input.gradient)
      var (dw, db) = ([Double](repeating: 0, count: width), [Double](repeating: 0, count: width))
      for row in 0..<rows {
        let numbers = (0..<width).map { Double(x[row, $0]) }
        let mean = numbers.reduce(0, +) / Double(width)
        let deviation = (numbers.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / Double(width) + 1e-5).squareRoot()
        let z = numbers.map { ($0 - mean) / deviation }
        let g = (0..<width).map { Double(dy[row, $0]) * Double(norm.weight.value[0, $0]) }
        for j in 0..<width {
          dw[j] += Double(dy[row, j]) * z[j]
          db[j] += Double(dy[row, j])
        }
        guard row % 61 == 0 else { continue }
        for j in 0..<width {
          // The mean itself is rounded to float32.
          let rounding = 4 * (Double(Float(mean).ulp) / deviation + 1e-5)
          XCTAssertEqual(
            Double(output.value[row, j]), z[j] * Double(norm.weight.value[0, j]) + 2, accuracy: rounding)
          let expected = (0..<width).reduce(0.0) { sum, s in
            sum + g[s] * ((j == s ? 1 : 0) - 1 / Double(width) - z[j] * z[s] / Double(width)) / deviation
          }
          XCTAssertEqual(Double(dx[row, j]), expected, accuracy: 20 * rounding)
        }
      }
      for j in 0..<width {
        XCTAssertEqual(Double(norm.weight.gradient[0, j]), dw[j], accuracy: 1 + abs(dw[j]) * 1e-3)
        XCTAssertEqual(Double(norm.bias.gradient[0, j]), db[j], accuracy: 1e-3)
      }
    }
  }

  /// A row of equal numbers has no variance and gives the bias; so does a single column.
  func testRowsWithoutVariance() throws {
    for width in [1, 4] {
      let norm = LayerNorm("norm", columns: width, random: &random)
      norm.bias.value.fill(with: 3)
      let tape = Tape(arena: Arena(), isTraining: true)
      let x = tape.input(Matrix(rows: 2, columns: width, repeating: 7))
      let y = norm(x)
      XCTAssertEqual(y.value.array, [Float](repeating: 3, count: 2 * width))
      tape.backward(from: y.sumOfSquares())
      XCTAssertEqual(try XCTUnwrap(x.gradient).array, [Float](repeating: 0, count: 2 * width))
      XCTAssertEqual(norm.weight.gradient.array, [Float](repeating: 0, count: width))
    }
  }

  /// Training and inference compute the same, row by row, whatever else is in the batch.
  func testARowDependsOnNoOther() {
    let norm = LayerNorm("norm", columns: 9, random: &random)
    let x = samples.matrix(5, 9)
    func outputs(_ rows: Range<Int>, isTraining: Bool) -> [UInt32] {
      let tape = Tape(arena: Arena(), isTraining: isTraining)
      return norm(tape.constant(x.rowRange(rows))).value.bits
    }
    let all = outputs(0..<5, isTraining: true)
    XCTAssertEqual(outputs(0..<5, isTraining: false), all)
    XCTAssertEqual(outputs(3..<4, isTraining: false), Array(all[27..<36]))
    XCTAssertEqual(outputs(0..<0, isTraining: true), [])
    XCTAssertTrue(norm.buffers.isEmpty)
    XCTAssertEqual(norm.parameters.map(\.name), ["norm.weight", "norm.bias"])
  }
}
