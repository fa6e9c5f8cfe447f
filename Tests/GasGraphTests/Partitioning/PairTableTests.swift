import XCTest

@testable import GasGraph

final class PairTableTests: XCTestCase {
  private func counts(_ table: PairTable) -> [[Int]: Int] {
    var counts: [[Int]: Int] = [:]
    table.forEachPair { counts[[$0, $1]] = $2 }
    return counts
  }

  func testPairsAreCountedBothWays() {
    var table = PairTable(largestCount: 100, seed: 0)
    for _ in 0..<3 { table.count(PairTable.key(7, 2)) }
    table.count(PairTable.key(2, 7))
    table.count(PairTable.key(0, 1))
    XCTAssertEqual(counts(table), [[2, 7]: 4, [0, 1]: 1])
  }

  func testAFullTableKeepsASample() {
    // 10 heavy pairs among 20 000 that come once.
    var table = PairTable(largestCount: 500, seed: 3)
    for round in 0..<20_000 {
      table.count(PairTable.key(UInt32(round), UInt32(round + 1_000_000)))
      table.count(PairTable.key(UInt32(round % 10), 5_000_000))
    }
    XCTAssertLessThanOrEqual(table.pairCount, 500)
    let kept = counts(table)
    XCTAssertEqual(kept.count, table.pairCount)
    let heavy = (0..<10).map { kept[[$0, 5_000_000]] ?? 0 }
    // All stand for 2000 edges; at a rate of about 1 in 64 that is 31 ± 6.
    XCTAssertGreaterThan(Double(heavy.min()!), 0.3 * Double(heavy.max()!))
    XCTAssertGreaterThan(heavy.reduce(0, +), 2 * kept.count / 10)
    XCTAssertLessThan(kept.values.filter { $0 > heavy.min()! }.count, 12)
  }
}
