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

  private func matrix(rows: Int, columns: Int, _ numbers: [Float]) -> Matrix {
    let matrix = OwnedMatrix(rows: rows, columns: columns).matrix
    matrix.base.update(from: numbers, count: numbers.count)
    return matrix
  }
}
