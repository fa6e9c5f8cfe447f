import Foundation
import GasNN
import XCTest

@testable import GasRuns

/// What scores are made of: counts over rows that add up over batches.
final class ScoreCountTests: XCTestCase {
  func testAccuracyCountsLabelledRowsOnly() {
    let logits = matrix(rows: 4, columns: 3, [0, 2, 1, 5, 0, 0, 1, 1, 3, 0, 0, 9])
    let labels: [Int32] = [1, 2, -1, 2]
    var count = AccuracyCount()
    for _ in 0..<2 { count += labels.withUnsafeBufferPointer { AccuracyCount(logits: logits, labels: $0) } }
    XCTAssertEqual(count.correct, 4)
    XCTAssertEqual(count.total, 6)
    XCTAssertEqual(count.accuracy, 4.0 / 6)
    XCTAssertTrue(AccuracyCount().accuracy.isNaN)
  }

  func testMicroF1() {
    let logits = matrix(rows: 3, columns: 2, [1, -1, 2, 0.5, 3, -2])
    let targets: [UInt8] = [1, 1, 0, 1, 0, 0]
    let mask: [UInt8] = [1, 1, 0]
    targets.withUnsafeBufferPointer { targets in
      let all = F1Count(logits: logits, targets: targets)
      XCTAssertEqual(all.microF1, 2.0 * 2 / (2 * 2 + 2 + 1))
      var masked = mask.withUnsafeBufferPointer { F1Count(logits: logits, targets: targets, mask: $0) }
      XCTAssertEqual(masked.microF1, 2.0 * 2 / (2 * 2 + 1 + 1))
      masked += all
      XCTAssertEqual(masked.truePositives, 4)
      XCTAssertEqual(masked.falsePositives, 3)
      XCTAssertEqual(masked.falseNegatives, 2)
    }
    XCTAssertEqual(F1Count().microF1, 0)
  }

  /// A label that is missing is neither right nor wrong.
  func testMissingLabelsCountNowhere() {
    let logits = matrix(rows: 2, columns: 3, [1, 2, -1, 3, -2, 4])
    let known: [UInt8] = [1, 255, 0, 0, 255, 1]
    known.withUnsafeBufferPointer { targets in
      let count = F1Count(logits: logits, targets: targets)
      XCTAssertEqual([count.truePositives, count.falsePositives, count.falseNegatives], [2, 1, 0])
      let loss = CrossEntropySum(logits: logits, targets: targets)
      XCTAssertEqual(loss.termCount, 4)
      XCTAssertEqual(loss.sum, log(1 + exp(-1)) + log(1 + exp(-1)) + log(1 + exp(3)) + log(1 + exp(-4)), accuracy: 1e-5)
    }
  }

  /// As scikit-learn's r2_score and mean_squared_error have it, the former with multioutput="uniform_average".
  func testDetermination() {
    let outputs: [Float] = [2.5, 0, 2, 8, 1, 7]
    let values: [Float] = [3, -0.5, 2, 7, 1, .nan]
    var one = SquaredErrorSum()
    for row in 0..<4 { add(&one, [outputs[row]], [values[row]]) }
    XCTAssertEqual(one.meanDetermination!, 0.9486081370449679, accuracy: 1e-12)
    XCTAssertEqual(one.mean!, 0.375, accuracy: 1e-12)
    var two = SquaredErrorSum()
    for row in 0..<3 { add(&two, Array(outputs[2 * row..<2 * row + 2]), Array(values[2 * row..<2 * row + 2])) }
    // Column 0: 3, 2, 1 against 2.5, 2, 1; column 1: −0.5, 7 against 0, 8.
    XCTAssertEqual(two.meanDetermination!, (1 - 0.25 / 2 + 1 - 1.25 / 28.125) / 2, accuracy: 1e-12)
    var constant = SquaredErrorSum()
    add(&constant, [1, 2], [1, 1])
    add(&constant, [1, 1], [1, 1])
    XCTAssertEqual(constant.meanDetermination, 0.5, "1 where it is right, 0 where it is not")
    var nothing = SquaredErrorSum()
    XCTAssertNil(nothing.meanDetermination)
    add(&nothing, [1], [.nan])
    XCTAssertNil(nothing.meanDetermination)
    XCTAssertNil(nothing.mean)
  }

  private func add(_ sum: inout SquaredErrorSum, _ outputs: [Float], _ values: [Float]) {
    values.withUnsafeBufferPointer { sum.add(outputs, $0) }
  }

  private func matrix(rows: Int, columns: Int, _ numbers: [Float]) -> Matrix {
    let matrix = OwnedMatrix(rows: rows, columns: columns).matrix
    matrix.base.update(from: numbers, count: numbers.count)
    return matrix
  }
}
