import Foundation
import MatrixSupport
import XCTest

@testable import GasAutodiff

/// Losses with weights of rows, with targets that are missing, and of real values.
final class WeightedLossTests: XCTestCase {
  private var samples = Samples(seed: 15)
  private let labels: [Int32] = [2, -1, 0, 3, 1, 1]
  private let targets: [UInt8] = [1, 0, 255, 0, 1, 1, 255, 255, 255, 0, 0, 1]
  private let values: [Float] = [1.5, -2, .nan, 0.25, 3, 0, .nan, .nan, .nan, -1, 0.5, 2]
  private let mask: [UInt8] = [1, 1, 1, 0]
  private let rowWeights: [Float] = [0.5, 2, 3, 1.25, 0, 1]

  /// The loss of some outputs and its gradient.
  private func evaluate(_ outputs: Matrix, _ loss: (Variable) -> Variable) -> (loss: Float, gradient: [Float]) {
    let tape = Tape(arena: Arena(), isTraining: true)
    let x = tape.input(outputs)
    let result = loss(x)
    tape.backward(from: result)
    return (result.scalar, x.gradient!.array)
  }

  private func logSum(_ x: [Double]) -> Double { log(x.reduce(0) { $0 + exp($1) }) }

  func testRowWeightsOfCrossEntropy() {
    let logits = samples.matrix(6, 4)
    let classWeights: [Float] = [1, 0.5, 2, 4]
    labels.withUnsafeBufferPointer { labels in
      rowWeights.withUnsafeBufferPointer { rowWeights in
        var (sum, total) = (0.0, 0.0)
        for row in 0..<6 where labels[row] >= 0 {
          let x = (0..<4).map { Double(logits[row, $0]) }
          let weight = Double(classWeights[Int(labels[row])] * rowWeights[row])
          sum += weight * (logSum(x) - x[Int(labels[row])])
          total += weight
        }
        let found = evaluate(logits) { $0.crossEntropy(labels: labels, weights: classWeights, rowWeights: rowWeights) }
        XCTAssertEqual(Double(found.loss), sum / total, accuracy: 1e-6)
        XCTAssertEqual(found.gradient[16..<20].map(abs), [0, 0, 0, 0], "its weight is 0")
        for gamma in [Float(0), 1.5] {
          checkGradients(of: [samples.matrix(6, 4)]) {
            $1[0].crossEntropy(labels: labels, weights: classWeights, rowWeights: rowWeights, focalGamma: gamma)
          }
        }
      }
    }
  }

  /// A target that is missing is as if its element were not there, whatever stands beside it.
  func testMissingTargets() {
    let logits = samples.matrix(4, 3)
    targets.withUnsafeBufferPointer { targets in
      mask.withUnsafeBufferPointer { mask in
        rowWeights[..<4].withUnsafeBufferPointer { weights in
          var (sum, total) = (0.0, 0.0)
          for place in 0..<12 where mask[place / 3] != 0 && targets[place] != 255 {
            let x = Double(logits.base[place])
            sum += Double(weights[place / 3]) * (log(1 + exp(x)) - x * Double(targets[place]))
            total += Double(weights[place / 3])
          }
          let found = evaluate(logits) { $0.sigmoidCrossEntropy(targets: targets, mask: mask, rowWeights: weights) }
          XCTAssertEqual(Double(found.loss), sum / total, accuracy: 1e-6)
          for place in [2, 6, 7, 8, 9, 10, 11] { XCTAssertEqual(found.gradient[place], 0) }
          for gamma in [Float(0), 2] {
            checkGradients(of: [samples.matrix(4, 3)]) {
              $1[0].sigmoidCrossEntropy(
                targets: targets, mask: mask, positiveWeights: [2, 1, 0.5], rowWeights: weights, focalGamma: gamma)
            }
          }
        }
      }
    }
    let none = [UInt8](repeating: 255, count: 12)
    none.withUnsafeBufferPointer { none in
      let found = evaluate(logits) { $0.sigmoidCrossEntropy(targets: none) }
      XCTAssertEqual(found.loss, 0)
      XCTAssertEqual(found.gradient.map(abs), [Float](repeating: 0, count: 12))
    }
  }

  func testSquaredError() {
    let outputs = samples.matrix(4, 3)
    let scales: [Float] = [1, 0.5, 3]
    values.withUnsafeBufferPointer { values in
      mask.withUnsafeBufferPointer { mask in
        rowWeights[..<4].withUnsafeBufferPointer { weights in
          var (sum, total) = (0.0, 0.0)
          for place in 0..<12 where mask[place / 3] != 0 && !values[place].isNaN {
            let error = Double((outputs.base[place] - values[place]) * scales[place % 3])
            sum += Double(weights[place / 3]) * error * error
            total += Double(weights[place / 3])
          }
          let found = evaluate(outputs) {
            $0.squaredError(values: values, mask: mask, columnScales: scales, rowWeights: weights)
          }
          XCTAssertEqual(Double(found.loss), sum / total, accuracy: 1e-5)
          for place in [2, 6, 7, 8, 9, 10, 11] { XCTAssertEqual(found.gradient[place], 0) }
          checkGradients(of: [samples.matrix(4, 3)]) {
            $1[0].squaredError(values: values, mask: mask, columnScales: scales, rowWeights: weights)
          }
        }
      }
    }
  }

  /// As torch.nn.MSELoss has it: the mean of (x − t)², and 2 (x − t) / n.
  func testSquaredErrorOfAllValues() {
    let outputs = Matrix(rows: 2, columns: 2, [1, 2, 3, 4])
    [Float(0), 2, 5, 3].withUnsafeBufferPointer { values in
      let found = evaluate(outputs) { $0.squaredError(values: values, columnScales: [1, 1]) }
      XCTAssertEqual(found.loss, (1 + 0 + 4 + 1) / 4)
      XCTAssertEqual(found.gradient, [0.5, 0, -1, 0.5])
    }
  }

  /// Weights of 1 are no weights, to the bit.
  func testWeightsOfOneChangeNoBit() {
    let (wide, many) = (samples.matrix(70, 33), samples.matrix(70, 33))
    let labels = (0..<70).map { Int32($0 % 34) - 1 }
    let targets = (0..<70 * 33).map { UInt8($0 * 7 % 5 == 0 ? 1 : 0) }
    let ones = [Float](repeating: 1, count: 70)
    ones.withUnsafeBufferPointer { ones in
      labels.withUnsafeBufferPointer { labels in
        let plain = evaluate(wide) { $0.crossEntropy(labels: labels) }
        let weighted = evaluate(wide) { $0.crossEntropy(labels: labels, rowWeights: ones, focalGamma: 0) }
        XCTAssertEqual(plain.loss.bitPattern, weighted.loss.bitPattern)
        XCTAssertEqual(plain.gradient.map(\.bitPattern), weighted.gradient.map(\.bitPattern))
      }
      targets.withUnsafeBufferPointer { targets in
        let plain = evaluate(many) { $0.sigmoidCrossEntropy(targets: targets) }
        let weighted = evaluate(many) { $0.sigmoidCrossEntropy(targets: targets, rowWeights: ones, focalGamma: 0) }
        XCTAssertEqual(plain.loss.bitPattern, weighted.loss.bitPattern)
        XCTAssertEqual(plain.gradient.map(\.bitPattern), weighted.gradient.map(\.bitPattern))
      }
    }
  }

  func testScaledColumns() {
    let (factors, shifts) = (samples.matrix(1, 3), samples.matrix(1, 3))
    let x = samples.matrix(5, 3)
    let tape = Tape(arena: Arena(), isTraining: false)
    let y = tape.constant(x).scaledColumns(by: factors, plus: shifts)
    for row in 0..<5 {
      for column in 0..<3 {
        XCTAssertEqual(y.value[row, column], factors[0, column] * x[row, column] + shifts[0, column], accuracy: 1e-6)
      }
    }
    checkGradients(of: [samples.matrix(5, 3)]) { $1[0].scaledColumns(by: factors, plus: shifts) }
    checkGradients(of: [samples.matrix(5, 3)], gradientRows: [0: 2]) { $1[0].scaledColumns(by: factors, plus: shifts) }
  }
}
