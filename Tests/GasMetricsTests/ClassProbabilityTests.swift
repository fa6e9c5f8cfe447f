import Foundation
import GasAutodiff
import GasBase
import TestSupport
import XCTest
@testable import GasMetrics

final class ClassProbabilityTests: XCTestCase {
  /// Several blocks of several pieces, blocks of one row, and two classes, whose key is a difference.
  func testBlocksAndThreadsChangeNothing() throws {
    for (rowCount, classCount) in [(3000, 50), (5, 70_000), (40_000, 2), (9, 1)] {
      var random = SeededRandom(seed: UInt64(classCount))
      let outputs = OwnedMatrix(rows: rowCount, columns: classCount).matrix
      for place in 0..<outputs.count { outputs.base[place] = Float(random.below(2001)) / 100 - 10 }
      let labels = (0..<rowCount).map { _ in Int32(random.below(classCount + 1)) - 1 }
      let rows = labels.indices.filter { labels[$0] >= 0 }
      let found = labels.withUnsafeBufferPointer { labels in
        [1, 3].map { threads in
          var (tally, keys) = (ProbabilityTally(), [RankKey]())
          ClassProbabilities(classCount: classCount, Parallel(threadCount: threads))
            .forEachBlock(of: rows, outputs, labels) { nodes, block in
              nodes.forEach { tally.add($0) }
              keys += block
            }
          return (tally, keys)
        }
      }
      XCTAssertEqual(found[0].0, found[1].0)
      XCTAssertEqual(found[0].1, found[1].1)
      let keyCount = classCount == 2 ? 1 : classCount
      XCTAssertEqual(found[0].1.count, rows.count * keyCount)
      for (place, row) in rows.enumerated() where place % 97 == 0 {
        let logits = UnsafeBufferPointer(start: outputs.row(row), count: classCount).map(Double.init)
        let top = logits.max()!
        let sum = logits.reduce(0) { $0 + exp($1 - top) }
        for column in stride(from: 0, to: keyCount, by: 7) {
          let key = found[0].1[place * keyCount + column]
          let output = classCount == 2 ? logits[1] - logits[0] : exp(logits[column] - top) / sum
          XCTAssertEqual(key.output, output, accuracy: 1e-12)
          XCTAssertEqual(key.applies, Int(labels[row]) == (classCount == 2 ? 1 : column))
        }
      }
    }
  }
}
