import Foundation
import MatrixSupport
import XCTest

@testable import GasAutodiff

final class LossTests: XCTestCase {
  private var samples = Samples(seed: 4)

  func testCrossEntropyGradient() {
    let labels: [Int32] = [2, -1, 0, 3, -1, 1]
    labels.withUnsafeBufferPointer { labels in
      checkGradients(of: [samples.matrix(6, 4)]) { $1[0].crossEntropy(labels: labels) }
      checkGradients(of: [samples.matrix(6, 4)]) { $1[0].crossEntropy(labels: labels).scaled(by: 3) }
      checkGradients(of: [samples.matrix(6, 4)], gradientRows: [0: 3]) { $1[0].crossEntropy(labels: labels) }
    }
  }

  func testCrossEntropyValue() {
    let logits = samples.matrix(300, 11)
    let labels = (0..<300).map { Int32($0 % 13) - 2 }.map { $0 < 0 ? -1 : $0 }
    var sum = 0.0
    for (row, label) in labels.enumerated() where label >= 0 {
      let x = (0..<11).map { Double(logits[row, $0]) }
      sum += log(x.reduce(0) { $0 + exp($1) }) - x[Int(label)]
    }
    let expected = sum / Double(labels.count { $0 >= 0 })
    let tape = Tape(arena: Arena(), isTraining: false)
    let loss = labels.withUnsafeBufferPointer { tape.constant(logits).crossEntropy(labels: $0) }
    XCTAssertEqual(Double(loss.scalar), expected, accuracy: 1e-6 * expected)
  }

  func testCrossEntropyOfExtremeLogits() {
    let logits = Matrix(rows: 2, columns: 3, [1000, -1000, 0, -.infinity, 5, 5])
    let tape = Tape(arena: Arena(), isTraining: true)
    let x = tape.input(logits)
    let loss = [Int32(1), 2].withUnsafeBufferPointer { x.crossEntropy(labels: $0) }
    XCTAssertEqual(loss.scalar, (2000 + logf(2)) / 2, accuracy: 1e-3)
    tape.backward(from: loss)
    assertClose(x.gradient?.array ?? [], [0.5, -0.5, 0, 0, 0.25, -0.25], tolerance: 1e-6)
  }

  func testCrossEntropyWithoutLabels() {
    let logits = samples.matrix(3, 2)
    let tape = Tape(arena: Arena(), isTraining: true)
    let x = tape.input(logits)
    let loss = [Int32(-1), -1, -1].withUnsafeBufferPointer { x.crossEntropy(labels: $0) }
    XCTAssertEqual(loss.scalar, 0)
    tape.backward(from: loss)
    XCTAssertEqual(x.gradient?.array, [0, 0, 0, 0, 0, 0])
  }

  func testSigmoidCrossEntropyGradient() {
    let targets: [UInt8] = [1, 0, 0, 1, 1, 1, 0, 0]
    let mask: [UInt8] = [1, 0, 1, 1]
    targets.withUnsafeBufferPointer { targets in
      checkGradients(of: [samples.matrix(4, 2)]) { $1[0].sigmoidCrossEntropy(targets: targets) }
      mask.withUnsafeBufferPointer { mask in
        checkGradients(of: [samples.matrix(4, 2)]) { $1[0].sigmoidCrossEntropy(targets: targets, mask: mask) }
      }
    }
  }

  func testSigmoidCrossEntropyValue() {
    let logits = Matrix(rows: 2, columns: 2, [0.5, -1, 30, -90])
    let targets: [UInt8] = [1, 0, 0, 1]
    let terms = [log(1 + exp(-0.5)), log(1 + exp(-1.0)), 30.0 + log(1 + exp(-30.0)), 90.0]
    let tape = Tape(arena: Arena(), isTraining: false)
    let loss = targets.withUnsafeBufferPointer { tape.constant(logits).sigmoidCrossEntropy(targets: $0) }
    XCTAssertEqual(Double(loss.scalar), terms.reduce(0, +) / 4, accuracy: 1e-5)
  }

  func testSumOfSquares() {
    checkGradients(of: [samples.matrix(4, 3)]) { $1[0].sumOfSquares() }
    checkGradients(of: [samples.matrix(4, 3)], gradientRows: [0: 2]) { $1[0].sumOfSquares().scaled(by: 0.5) }
  }

  // As torch.nn.CrossEntropyLoss(weight) and BCEWithLogitsLoss(pos_weight) of PyTorch 2.15 have it.
  private let golden = Matrix(rows: 4, columns: 3, [0.5, -1, 2, 1.5, 0.25, -0.75, -0.5, 0, 1, 0.1, 0.2, 0.3])
  private let weights: [Float] = [0.5, 2, 1.25]

  func testWeightedCrossEntropy() {
    let labels: [Int32] = [2, 0, 1, -1]
    let tape = Tape(arena: Arena(), isTraining: true)
    let x = tape.input(golden)
    labels.withUnsafeBufferPointer { labels in
      let loss = x.crossEntropy(labels: labels, weights: weights)
      tape.backward(from: loss)
      XCTAssertEqual(loss.scalar, 0.90552348, accuracy: 1e-6)
      checkGradients(of: [samples.matrix(4, 3)]) { $1[0].crossEntropy(labels: labels, weights: self.weights) }
      XCTAssertEqual(tape.constant(golden).crossEntropy(labels: labels, weights: [0, 0, 0]).scalar, 0)
    }
    assertClose(
      x.gradient!.array,
      [
        0.058430132, 0.013037524, -0.07146766, -0.037541289, 0.02744488, 0.010096408, 0.074797004, -0.41001394,
        0.33521691, 0, 0, 0,
      ], tolerance: 1e-5)
  }

  func testSigmoidCrossEntropyWithPositiveWeights() {
    let targets: [UInt8] = [1, 0, 1, 0, 0, 1, 1, 1, 0, 0, 1, 0]
    let mask: [UInt8] = [1, 1, 0, 1]
    let tape = Tape(arena: Arena(), isTraining: true)
    let x = tape.input(golden)
    targets.withUnsafeBufferPointer { targets in
      mask.withUnsafeBufferPointer { mask in
        let loss = x.sigmoidCrossEntropy(targets: targets, mask: mask, positiveWeights: weights)
        tape.backward(from: loss)
        XCTAssertEqual(loss.scalar, 0.82804793, accuracy: 1e-6)
        checkGradients(of: [samples.matrix(4, 3)]) {
          $1[0].sigmoidCrossEntropy(targets: targets, mask: mask, positiveWeights: self.weights)
        }
      }
    }
    assertClose(
      x.gradient!.array,
      [
        -0.02097448, 0.029882381, -0.016555972, 0.090841606, 0.062464058, -0.094330378, 0, 0, 0, 0.05833102,
        -0.1000369, 0.063826948,
      ], tolerance: 1e-5)
  }
}
