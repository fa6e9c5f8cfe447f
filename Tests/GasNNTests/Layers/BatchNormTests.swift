import CGasKernels
import GasBase
import MatrixSupport
import XCTest

@testable import GasAutodiff
@testable import GasNN

final class BatchNormTests: XCTestCase {
  private var samples = Samples(seed: 41)
  private var random = SeededRandom(seed: 42)

  func testGradients() {
    let inputs = [samples.matrix(7, 3), samples.matrix(1, 3), samples.matrix(1, 3)]
    for wanting in [7, 4] {
      checkGradients(of: inputs, gradientRows: [0: wanting], tolerance: 5e-3) { tape, inputs in
        let statistics = Elementwise(tape.parallel).columnStatistics(inputs[0].value, in: tape.arena)
        return inputs[0].batchNormalised(by: statistics, weight: inputs[1], bias: inputs[2], epsilon: 1e-5)
      }
    }
  }

  /// Several pieces of rows, and means so large that sums of squares in float32 would leave nothing of the variance.
  func testAgainstTheReference() throws {
    let (rows, width) = (9000, 30)
    let (x, dy) = (samples.matrix(rows, width), samples.matrix(rows, width))
    for index in 0..<x.count { x.base[index] += 1000 * Float(index % width) }
    let norm = BatchNorm("norm", columns: width, random: &random)
    let tape = Tape(arena: Arena(), parallel: Parallel(threadCount: 2), isTraining: true)
    let input = tape.input(x)
    let y = norm(input)
    tape.backward(from: y, gradient: dy)
    let dx = try XCTUnwrap(input.gradient)
    for column in [0, 1, width - 1] {
      let numbers = (0..<rows).map { Double(x[$0, column]) }
      let mean = numbers.reduce(0, +) / Double(rows)
      let deviation = (numbers.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / Double(rows) + 1e-5).squareRoot()
      for row in stride(from: 0, to: rows, by: 97) {
        // The mean itself is rounded to float32.
        let rounding = Double(Float(mean).ulp) / deviation + 1e-5
        XCTAssertEqual(Double(y.value[row, column]), (numbers[row] - mean) / deviation, accuracy: rounding)
        XCTAssertEqual(Double(dx[row, column]) * deviation, Double(dy[row, column]), accuracy: 0.05)
      }
    }
  }

  func testGradientAgainstTheReference() throws {
    let rows = 50
    let (x, dy) = (samples.matrix(rows, 1), samples.matrix(rows, 1))
    var (y, dx) = (Array(repeating: 0.0, count: rows), Array(repeating: 0.0, count: rows))
    gas_reference_batch_norm(Int64(rows), 1e-5, x.array.map(Double.init), dy.array.map(Double.init), &y, &dx)
    let tape = Tape(arena: Arena(), isTraining: true)
    let input = tape.input(x)
    let output = BatchNorm("norm", columns: 1, random: &random)(input)
    tape.backward(from: output, gradient: dy)
    assertClose(output.value.array, y.map(Float.init), tolerance: 1e-5)
    assertClose(try XCTUnwrap(input.gradient).array, dx.map(Float.init), tolerance: 1e-5)
  }

  func testOneRowGivesTheBias() throws {
    let norm = BatchNorm("norm", columns: 3, random: &random)
    norm.bias.value.copy(from: Matrix(rows: 1, columns: 3, [1, 2, 3]))
    let tape = Tape(arena: Arena(), isTraining: true)
    let x = tape.input(samples.matrix(1, 3))
    let y = norm(x)
    XCTAssertEqual(y.value.array, [1, 2, 3])
    tape.backward(from: y.sumOfSquares())
    XCTAssertEqual(try XCTUnwrap(x.gradient).array, [0, 0, 0])
    XCTAssertEqual(norm.weight.gradient.array, [0, 0, 0])
    XCTAssertEqual(norm.bias.gradient.array, [2, 4, 6])
    XCTAssertEqual(norm.buffers.map(\.matrix.array), [[0, 0, 0], [1, 1, 1]])
  }

  func testNoRows() {
    let norm = BatchNorm("norm", columns: 3, random: &random)
    for isTraining in [false, true] {
      let tape = Tape(arena: Arena(), isTraining: isTraining)
      let y = norm(tape.input(Matrix(rows: 0, columns: 3, repeating: 0)))
      XCTAssertEqual(y.rows, 0)
      if isTraining { tape.backward(from: y.sumOfSquares()) }
    }
    XCTAssertEqual(norm.buffers.map(\.matrix.array), [[0, 0, 0], [1, 1, 1]])
  }

  func testRunningStatistics() {
    let norm = BatchNorm("norm", columns: 1, random: &random)
    XCTAssertEqual(norm.buffers.map(\.name), ["norm.running-mean", "norm.running-variance"])
    let training = Tape(arena: Arena(), isTraining: true)
    let x = training.constant(Matrix(rows: 2, columns: 1, [4, 8]))
    _ = norm(x, updatingStatistics: false)
    XCTAssertEqual(norm.buffers.map(\.matrix.array), [[0], [1]])
    _ = norm(x)
    assertClose(norm.buffers.flatMap(\.matrix.array), [0.6, 1.7], tolerance: 1e-6)
  }
}
