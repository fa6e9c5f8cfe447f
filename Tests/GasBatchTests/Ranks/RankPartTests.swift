import GasBase
import GasFiles
import GasRanks
import GasStore
import RunSupport
import TestSupport
import XCTest

@testable import GasBatch

/// Which partitions ranks have, and that rows of others are where they are read.
final class RankPartTests: XCTestCase {
  func testSharesFollowEachOtherAndHaveAboutTheSameEntries() throws {
    let table = PartitionTable(
      nodeStarts: [0, 10, 20, 30, 40, 50], edgeStarts: [0, 100, 200, 600, 700, 800], haloStarts: [0, 0, 0, 0, 0, 0],
      innerEdgeCounts: [0, 0, 0, 0, 0])
    XCTAssertEqual(RankShares.divided(table, among: 1), [0..<5])
    XCTAssertEqual(RankShares.divided(table, among: 2), [0..<2, 2..<5])
    XCTAssertEqual(RankShares.divided(table, among: 3), [0..<2, 2..<3, 3..<5])
    XCTAssertEqual(RankShares.divided(table, among: 5), [0..<1, 1..<2, 2..<3, 3..<4, 4..<5])
    XCTAssertEqual(RankShares.divided(table, among: 7).filter { !$0.isEmpty }, [0..<1, 1..<2, 2..<3, 3..<4, 4..<5])
    for count in 1...9 {
      let shares = RankShares.divided(table, among: count)
      XCTAssertEqual(shares.count, count)
      XCTAssertEqual(shares.flatMap { Array($0) }, Array(0..<5))
    }
  }

  /// Every rank reads the rows that their owners have, however few go at a time, and no row of another owner.
  func testGhostsAreRenewed() throws {
    let folder = try TemporaryFolder()
    try TinyGraph.random(nodes: 120, degree: 5, partitions: 7).write(to: folder.file("store"))
    let store = try Store(opening: folder.file("store"))
    for (count, encoding) in [(2, RowEncoding.float32), (3, .int8), (9, .float16)] {
      let ghosts = try ThreadRanks(count).run { group in
        let part = try RankPart(store, group, scratchIn: folder.path)
        let histories = try HistorySet.scratch(beside: folder.path, store: store, widths: [3], encoding)
        let history = histories[1]
        for partition in part.own {
          let values = store.partitions.nodes(partition).flatMap { row in (0..<3).map { Float(row + $0) } }
          _ = try history.push(store.partitions.nodes(partition), values, step: 1)
        }
        try part.renewGhosts(of: history, nil, using: RankBuffers(count))
        var wanted = Set(part.own.flatMap { store.partitions.nodes($0) })
        for partition in part.own { wanted.formUnion(try Self.halo(of: partition, in: store)) }
        for row in 0..<store.nodeCount {
          var found = [Float](repeating: 0, count: 3)
          try history.rows.copy(row..<row + 1, into: &found)
          let expected = wanted.contains(row) ? (0..<3).map { Float(row + $0) } : [0, 0, 0]
          for (a, b) in zip(found, expected) { XCTAssertEqual(a, b, accuracy: encoding == .int8 ? 1 : 0) }
        }
        XCTAssertEqual(part.ghostCount, wanted.count - part.own.reduce(0) { $0 + store.partitions.nodes($1).count })
        return (part.ghostCount, part.sentCount)
      }
      XCTAssertEqual(ghosts.reduce(0) { $0 + $1.0 }, ghosts.reduce(0) { $0 + $1.1 })
      XCTAssertGreaterThan(ghosts.reduce(0) { $0 + $1.0 }, 20)
    }
  }

  private static func halo(of partition: Int, in store: Store) throws -> [Int] {
    let count = store.partitions.halo(partition).count
    let (rows, degrees) = (Buffer<UInt32>(), Buffer<Float>())
    let halo = rows.resized(to: count)
    try PartitionReader(store).readHalo(of: partition, rows: halo, degrees: degrees.resized(to: count))
    return halo.map { Int($0) }
  }
}
