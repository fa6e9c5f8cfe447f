import CGasKernels
import Foundation
import MatrixSupport
import XCTest

@testable import GasAutodiff

/// Focal losses against their formulas in double, and against the cross-entropy that they are without a focus.
final class FocalLossTests: XCTestCase {
  private var samples = Samples(seed: 31)

  func testClassesAgainstTheFormula() {
    let (rows, width) = (40, 19)
    var logits = samples.numbers(rows * width, in: -9...9)
    // What the model is sure of, right and wrong.
    logits[0] = 60
    logits[width] = -60
    let labels = (0..<rows).map { Int32($0 < 2 ? 0 : $0 % (width + 1) - 1) }
    forEachInstructionSet {
      for gamma in [Float(0.5), 1, 2, 5] {
        var gradient = [Float](repeating: .nan, count: rows * width)
        let sum = gas_softmax_focal_loss(Int64(rows), Int64(width), logits, labels, nil, nil, gamma, 3, &gradient)
        var exact = 0.0
        var expected = [Float](repeating: 0, count: rows * width)
        for row in 0..<rows where labels[row] >= 0 {
          var slopes = [Double](repeating: 0, count: width)
          exact += logits[(row * width)...].withUnsafeBufferPointer {
            gas_reference_softmax_focal_loss(Int64(width), $0.baseAddress!, labels[row], Double(gamma), &slopes)
          }
          for column in 0..<width { expected[row * width + column] = Float(3 * slopes[column]) }
        }
        XCTAssertEqual(sum, exact, accuracy: 1e-5 * exact, "gamma \(gamma)")
        for row in 0..<rows {
          let place = row * width..<(row + 1) * width
          assertClose(Array(gradient[place]), Array(expected[place]), tolerance: 1e-5, "gamma \(gamma), row \(row)")
        }
      }
    }
  }

  func testLabelsAgainstTheFormula() {
    let count = 211
    var logits = samples.numbers(count, in: -12...12)
    (logits[0], logits[1], logits[2], logits[3]) = (70, 70, -70, -70)
    let targets = (0..<count).map { UInt8($0 % 2) }
    forEachInstructionSet {
      for gamma in [Float(0.5), 1, 2, 5] {
        var gradient = [Float](repeating: .nan, count: count)
        let sum = gas_sigmoid_focal_loss(1, Int64(count), logits, targets, nil, nil, nil, gamma, 2, &gradient)
        var exact = 0.0
        var expected: [Float] = []
        for (x, target) in zip(logits, targets) {
          var slope = 0.0
          exact += gas_reference_sigmoid_focal_loss(Double(x), target == 1, Double(gamma), &slope)
          expected.append(Float(2 * slope))
        }
        XCTAssertEqual(sum, exact, accuracy: 1e-5 * exact, "gamma \(gamma)")
        assertClose(gradient, expected, tolerance: 1e-5, elementFloor: 1e-4, "gamma \(gamma)")
      }
    }
  }

  /// Where γ is next to nothing, so is the difference to the cross-entropy.
  func testItBecomesTheCrossEntropy() {
    let logits = samples.matrix(30, 6)
    let labels = (0..<30).map { Int32($0 % 6) }
    let targets = (0..<180).map { UInt8($0 % 3 == 0 ? 1 : 0) }
    let tape = Tape(arena: Arena(), isTraining: false)
    let x = tape.constant(logits)
    labels.withUnsafeBufferPointer {
      let (plain, focal) = (x.crossEntropy(labels: $0), x.crossEntropy(labels: $0, focalGamma: 1e-6))
      XCTAssertEqual(plain.scalar, focal.scalar, accuracy: 1e-5)
      XCTAssertLessThan(x.crossEntropy(labels: $0, focalGamma: 2).scalar, plain.scalar)
    }
    targets.withUnsafeBufferPointer {
      let (plain, focal) = (x.sigmoidCrossEntropy(targets: $0), x.sigmoidCrossEntropy(targets: $0, focalGamma: 1e-6))
      XCTAssertEqual(plain.scalar, focal.scalar, accuracy: 1e-5)
      XCTAssertLessThan(x.sigmoidCrossEntropy(targets: $0, focalGamma: 2).scalar, plain.scalar)
    }
  }

  func testGradients() {
    let labels: [Int32] = [2, -1, 0, 3, 1]
    let targets: [UInt8] = [1, 0, 0, 1, 1, 0, 0, 1, 1, 1]
    for gamma in [Float(0.5), 1, 3] {
      labels.withUnsafeBufferPointer { labels in
        checkGradients(of: [samples.matrix(5, 4)]) { $1[0].crossEntropy(labels: labels, focalGamma: gamma) }
      }
      targets.withUnsafeBufferPointer { targets in
        checkGradients(of: [samples.matrix(5, 2)]) { $1[0].sigmoidCrossEntropy(targets: targets, focalGamma: gamma) }
      }
    }
  }
}
