import GasBase
import TestSupport
import XCTest

@testable import GasMetrics

/// Points of ROC and precision-recall curves are exact counts, and close enough to each other.
final class RankStepTests: XCTestCase {
  private func steps(
    _ nodes: [(output: Double, applies: Bool)], bytes: Int = 8 << 20
  ) throws -> RankSteps? {
    let folder = try TemporaryFolder()
    let ranks = RankColumns(columnCount: 1, scratchIn: folder.path, byteCount: bytes)
    for node in nodes { try [RankKey(node.output, applies: node.applies)].withUnsafeBufferPointer(ranks.append) }
    try [RankKey.missing].withUnsafeBufferPointer(ranks.append)
    return try ranks.steps(of: 0)
  }

  func testCountsAreThoseOfAllNodesAbove() throws {
    var random = SeededRandom(seed: 8)
    for (count, distinct) in [(30, 5), (3000, 100_000), (4000, 300)] {
      let nodes = (0..<count).map { _ in (output: Double(random.below(distinct)) - 9, applies: random.below(4) == 0) }
      let found = try XCTUnwrap(try steps(nodes))
      XCTAssertEqual(found.steps, try steps(nodes, bytes: 64)?.steps, "in any memory")
      XCTAssertLessThanOrEqual(found.steps.count, 421)
      XCTAssertEqual(found.positives, nodes.count(where: \.applies))
      XCTAssertEqual(found.negatives, count - found.positives)
      for step in found.steps {
        // A key's output lacks the last bit, and these are whole numbers.
        let above = nodes.filter { $0.output > step.output - 0.5 }
        XCTAssertEqual(step.truePositives, above.count(where: \.applies))
        XCTAssertEqual(step.falsePositives, above.count { !$0.applies })
      }
      let last = try XCTUnwrap(found.steps.last)
      XCTAssertEqual([last.truePositives, last.falsePositives], [found.positives, found.negatives])
    }
  }

  /// The trapezoids under the points that are kept miss next to nothing of the area of all outputs.
  func testPointsLieCloseToEachOther() throws {
    var random = SeededRandom(seed: 2)
    let nodes = (0..<20_000).map { _ in
      let applies = random.below(3) == 0
      return (output: Double(random.below(1_000_000)) + (applies ? 300_000 : 0), applies: applies)
    }
    let folder = try TemporaryFolder()
    let ranks = RankColumns(columnCount: 1, scratchIn: folder.path)
    for node in nodes { try [RankKey(node.output, applies: node.applies)].withUnsafeBufferPointer(ranks.append) }
    let found = try XCTUnwrap(try ranks.steps(of: 0))
    var (area, previous) = (0.0, (x: 0.0, y: 0.0))
    for step in found.steps {
      let point = (
        x: Double(step.falsePositives) / Double(found.negatives),
        y: Double(step.truePositives) / Double(found.positives)
      )
      // A 200th, and the nodes of one output.
      XCTAssertLessThanOrEqual(point.x - previous.x, 0.0053)
      area += (point.x - previous.x) * (point.y + previous.y) / 2
      previous = point
    }
    XCTAssertEqual(area, try XCTUnwrap(try ranks.scores(of: 0)).rocAuc, accuracy: 1e-4)
  }

  func testOneKindOfNodesHasNoCurve() throws {
    XCTAssertNil(try steps([(1, true), (2, true)]))
    XCTAssertNil(try steps([(1, false)]))
  }
}
