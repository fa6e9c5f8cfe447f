import GasBase
import TestSupport
import XCTest

@testable import GasMetrics

/// Ranks are exact, in whatever memory, and keys keep the order of outputs.
final class RankColumnTests: XCTestCase {
  func testKeysSortGreatestOutputsFirst() {
    let outputs: [Double] = [
      .infinity, 1e300, 7, 1 + 0x1p-40, 1, 1e-300, 0, -1e-300, -1, -1 - 0x1p-40, -7, -1e300, -.infinity,
    ]
    let places = outputs.map { RankKey($0, applies: false).place }
    XCTAssertEqual(places, places.sorted())
    XCTAssertEqual(Set(places).count, outputs.count)
    XCTAssertEqual(RankKey(-0.0, applies: true), RankKey(0, applies: true))
    XCTAssertLessThan(places.last!, RankKey.missing.place)
    for output in outputs where output.isFinite {
      for applies in [false, true] {
        let key = RankKey(output, applies: applies)
        XCTAssertEqual(key.applies, applies)
        XCTAssertEqual(key.place, RankKey(output, applies: !applies).place)
        XCTAssertTrue(key.output == output || abs(key.output / output - 1) < 1e-15, "\(output)")
      }
    }
  }

  /// Pairs and precisions counted in the plainest way.
  private func plain(_ nodes: [(output: Double, applies: Bool)]) -> (area: Double, precision: Double) {
    let (positive, negative) = (nodes.filter(\.applies), nodes.filter { !$0.applies })
    var (pairs, precisions) = (0.0, 0.0)
    for node in positive {
      for other in negative { pairs += node.output > other.output ? 1 : node.output == other.output ? 0.5 : 0 }
      let above = nodes.filter { $0.output >= node.output }
      precisions += Double(above.count { $0.applies }) / Double(above.count)
    }
    return (pairs / Double(positive.count * negative.count), precisions / Double(positive.count))
  }

  func testCurvesInAnyMemoryAreThoseOfAllPairs() throws {
    let folder = try TemporaryFolder()
    var random = SeededRandom(seed: 5)
    for (count, distinct, columns) in [(50, 10, 1), (200, 1000, 3), (150, 40, 9)] {
      let nodes = (0..<columns).map { column in
        (0..<count).map { _ in
          (
            output: Double(random.below(distinct)) - 8, applies: random.below(column + 2) == 0,
            known: random.below(5) > 0
          )
        }
      }
      var results: [[Double?]] = []
      for bytes in [8 << 20, 8 * 32 * columns, 8 * 16] {
        let ranks = RankColumns(columnCount: columns, scratchIn: folder.path, byteCount: bytes)
        for row in 0..<count {
          let keys = nodes.map { $0[row].known ? RankKey($0[row].output, applies: $0[row].applies) : .missing }
          try keys.withUnsafeBufferPointer(ranks.append)
        }
        let curves = try (0..<columns).map(ranks.curve)
        results.append(curves.map(\.rocAuc) + curves.map(\.averagePrecision))
        for column in 0..<columns {
          let scores = try XCTUnwrap(ranks.scores(of: column))
          XCTAssertEqual(scores.rocAuc, try XCTUnwrap(curves[column].rocAuc), accuracy: 1e-14)
          XCTAssertEqual(scores.averagePrecision, try XCTUnwrap(curves[column].averagePrecision), accuracy: 1e-14)
        }
      }
      for column in 0..<columns {
        let (area, precision) = plain(nodes[column].filter(\.known).map { ($0.output, $0.applies) })
        XCTAssertEqual(try XCTUnwrap(results[0][column]), area, accuracy: 1e-12)
        XCTAssertEqual(try XCTUnwrap(results[0][columns + column]), precision, accuracy: 1e-12)
      }
      for result in results { XCTAssertEqual(result, results[0], "the same bits in any memory") }
    }
  }

  /// Columns of which one thread has memory for several, for one, and for none, on as many threads as there are.
  func testThreadsChangeNothing() throws {
    let folder = try TemporaryFolder()
    let (rowCount, columnCount) = (30_000, 6)
    var results: [[RankScores?]] = []
    for (threads, bytes) in [(1, 8 << 20), (3, 8 << 20), (1, 64 << 10), (3, 64 << 10)] {
      var random = SeededRandom(seed: 9)
      let ranks = RankColumns(
        columnCount: columnCount, scratchIn: folder.path, byteCount: bytes, Parallel(threadCount: threads))
      for _ in 0..<rowCount {
        // The last column is nobody's.
        let keys = (0..<columnCount).map { column in
          RankKey(Double(random.below(5000)), applies: column < 5 && random.below(2 << (2 * column)) == 0)
        }
        try keys.withUnsafeBufferPointer(ranks.append)
      }
      results.append(try ranks.scores())
      XCTAssertEqual(results.last, try (0..<columnCount).map { try ranks.scores(of: $0) }, "\(threads) threads")
    }
    XCTAssertEqual(results[0].map { $0 == nil }, [false, false, false, false, false, true])
    XCTAssertEqual(results[1], results[0])
    XCTAssertEqual(results[3], results[2])
    for (one, other) in zip(results[0], results[2]) where one != nil {
      XCTAssertEqual(one?.rocAuc ?? 0, other?.rocAuc ?? 1, accuracy: 1e-14)
    }
  }

  /// Nodes may come one at a time, or in blocks that do not end where a piece does.
  func testBlocksOfNodesChangeNothing() throws {
    let folder = try TemporaryFolder()
    var random = SeededRandom(seed: 11)
    let (rowCount, columnCount) = (500, 10)
    let keys = (0..<rowCount * columnCount).map { _ in
      random.below(20) == 0 ? RankKey.missing : RankKey(Double(random.below(99)), applies: random.below(4) == 0)
    }
    let results = try [1, 7, 500].map { block in
      let ranks = RankColumns(
        columnCount: columnCount, scratchIn: folder.path, byteCount: 8 * 640, Parallel(threadCount: 2))
      for first in stride(from: 0, to: rowCount, by: block) {
        try keys[first * columnCount..<min(rowCount, first + block) * columnCount].withUnsafeBufferPointer(ranks.append)
      }
      return try ranks.scores()
    }
    XCTAssertFalse(results[0].contains { $0 == nil })
    for result in results { XCTAssertEqual(result, results[0]) }
  }

  /// Outputs that lie close together, far apart, and beyond those of the class on both sides.
  func testPairsAreFoundWhereverOutputsLie() throws {
    let folder = try TemporaryFolder()
    let one = 1.0
    let apart: [Double] = [one, one.nextUp, one.nextUp.nextUp.nextUp, 1e-300, 2e-300, 1e300, -1e300]
    let aroundZero: [Double] = [0, -0.0, .leastNonzeroMagnitude, -.leastNonzeroMagnitude]
    let together: [Double] = (0..<300).map { $0 < 290 ? one - 1e-12 * Double($0 / 2) : -Double($0) }
    for outputs in [apart, aroundZero, [7, 7, 7], together] {
      var random = SeededRandom(seed: UInt64(outputs.count))
      let ranks = RankColumns(columnCount: 1, scratchIn: folder.path)
      for output in outputs + outputs {
        try [RankKey(output, applies: random.below(2) == 0)].withUnsafeBufferPointer(ranks.append)
      }
      let (scores, curve) = (try XCTUnwrap(ranks.scores(of: 0)), try ranks.curve(of: 0))
      XCTAssertEqual(scores.rocAuc, try XCTUnwrap(curve.rocAuc), accuracy: 1e-14, "\(outputs.count)")
      XCTAssertEqual(scores.averagePrecision, try XCTUnwrap(curve.averagePrecision), accuracy: 1e-14)
    }
  }

  func testMemoryFollowsTheBudget() {
    let mebibytes: [Int?] = [nil, 2048, 1024, 512, 225, 64, 1]
    let kibibytes = mebibytes.map { RankColumns.bytes(within: $0.map { $0 << 20 }) >> 10 }
    XCTAssertEqual(kibibytes, [8192, 8192, 8192, 4096, 1800, 1024, 1024], "KiB")
  }

  /// A threshold between two neighbouring numbers is the lower one, which is not predicted.
  func testCutsBetweenNeighbours() throws {
    let folder = try TemporaryFolder()
    let ranks = RankColumns(columnCount: 1, scratchIn: folder.path)
    let low = 1.0
    for (output, applies) in [(low.nextUp.nextUp, true), (low, false)] {
      try [RankKey(output, applies: applies)].withUnsafeBufferPointer(ranks.append)
    }
    let cut = try XCTUnwrap(ranks.curve(of: 0).bestCut)
    XCTAssertEqual(cut.f1, 1)
    let counts = try ranks.counts(of: 0, above: cut.threshold)
    XCTAssertEqual([counts.truePositives, counts.trueNegatives], [1, 1])
  }
}
