import Foundation
import GasAutodiff
import XCTest

@testable import GasMetrics

/// Counts of predictions, where a golden table would not show what is wrong.
final class TallyTests: XCTestCase {
  func testNothingCountedIsNoScore() {
    let classes = ClassTally(classCount: 3)
    XCTAssertEqual([classes.accuracy, classes.balancedAccuracy, classes.macroF1], [nil, nil, nil])
    let labels = LabelTally(labelCount: 2)
    XCTAssertEqual([labels.microF1, labels.macroF1, labels.topKF1, labels.brier], [nil, nil, nil, nil])
    let probabilities = ProbabilityTally()
    XCTAssertEqual([probabilities.brier, probabilities.calibrationError], [nil, nil])
    let values = ValueTally(width: 2)
    XCTAssertEqual([values.rmse, values.mae, values.r2], [nil, nil, nil])
  }

  /// All rows of a batch at once are counted as one by one: of equal logits the first is predicted, and rows without a
  /// label are left out.
  func testClassesAtOnce() {
    let owned = OwnedMatrix(rows: 400, columns: 5)
    let labels = (0..<400).map { Int32($0 % 7) - 2 }.map { $0 < 0 ? -1 : $0 }
    var (expected, tally) = (ClassTally(classCount: 5), ClassTally(classCount: 5))
    for row in 0..<400 {
      for column in 0..<5 { owned.matrix[row, column] = Float((row * 31 + column * column * 17) % 4) }
      let numbers = (0..<5).map { owned.matrix[row, $0] }
      guard labels[row] >= 0 else { continue }
      expected.add(label: Int(labels[row]), prediction: numbers.firstIndex(of: numbers.max()!)!)
    }
    labels.withUnsafeBufferPointer { tally.add(owned.matrix, labels: $0) }
    XCTAssertEqual(tally, expected)
    XCTAssertEqual(tally.count, labels.count { $0 >= 0 })
  }

  /// Predictions with as many labels as a node has: of equal logits the first are taken.
  func testTopLabels() {
    var tally = LabelTally(labelCount: 5)
    func add(_ logits: [Float], _ targets: [UInt8]) {
      logits.withUnsafeBufferPointer { logits in
        targets.withUnsafeBufferPointer { tally.addOutputs(logits, targets: $0) }
      }
    }
    add([3, 1, 2, 1, 0], [0, 1, 1, 1, 0])
    XCTAssertEqual(tally.topKF1, 2.0 / 3, "the first, third and second")
    add([9, -1, -1, -1, -1], [255, 0, 0, 1, 1])
    XCTAssertEqual(tally.topKF1, 2.0 / 5, "unknown labels are no candidates")
    add([1, 2, 3, 4, 5], [0, 0, 0, 0, 0])
    XCTAssertEqual(tally.topKF1, 2.0 / 5)
    add([1, 2, 3, 4, 5], [1, 1, 1, 1, 1])
    XCTAssertEqual(tally.topKF1, 7.0 / 10)
  }

  /// A label that is missing is in no mean.
  func testMissingLabelsHaveNoLoss() {
    let logits = OwnedMatrix(rows: 1, columns: 4).matrix
    for (place, value) in [Float(1), 2, -1, 3].enumerated() { logits[0, place] = value }
    let loss = [UInt8(1), 255, 0, 0].withUnsafeBufferPointer { CrossEntropySum(logits: logits, targets: $0) }
    XCTAssertEqual(loss.termCount, 3)
    XCTAssertEqual(loss.sum, 2 * log(1 + exp(-1)) + log(1 + exp(3)), accuracy: 1e-5)
  }

  func testBinsOfCalibration() {
    var tally = ProbabilityTally()
    func add(_ top: Double, isRight: Bool) {
      [top, 1 - top].withUnsafeBufferPointer {
        tally.add(ProbabilityTally.Node($0, label: isRight ? 0 : 1, prediction: 0))
      }
    }
    // 0.6 = 9/15 belongs to the bin that ends there, 0.61 to the next.
    add(0.6, isRight: true)
    add(0.59, isRight: false)
    add(0.61, isRight: true)
    XCTAssertEqual(try XCTUnwrap(tally.calibrationError), (abs(1 - 1.19) + abs(1 - 0.61)) / 3, accuracy: 1e-12)
  }

  /// Differences of squares of large values would have no digit left.
  func testValuesFarFromZero() {
    var tally = ValueTally(width: 1)
    for place in 0..<100 {
      let value = Float(1e6) + Float(place % 4)
      [value + 1].withUnsafeBufferPointer { output in [value].withUnsafeBufferPointer { tally.add(output, values: $0) }
      }
    }
    XCTAssertEqual(try XCTUnwrap(tally.r2), 1 - 1 / 1.25, accuracy: 1e-9)
  }
}
