import GasBase
import GasFiles
import TestSupport
import XCTest

@testable import GasEdges
@testable import GasGraph

final class ExternalSorterTests: XCTestCase {
  private func sorted(
    _ ids: [Int64], sortBytes: Int, threadCount: Int = 2
  ) throws -> [(Int64, UInt32)] {
    let space = try TestWorkspace(sortBytes: sortBytes, threadCount: threadCount).space
    let sorter = ExternalSorter<PlacedId>(keyBits: 64, in: space)
    for (place, id) in ids.enumerated() { try sorter.append(PlacedId(id, place: place)) }
    XCTAssertEqual(sorter.count, ids.count)
    var result: [(Int64, UInt32)] = []
    try sorter.forEachSorted { records in result += records.map { ($0.id, $0.place) } }
    return result
  }

  private func check(_ ids: [Int64], _ message: String, file: StaticString = #filePath, line: UInt = #line) throws {
    let expected = ids.enumerated().sorted { ($0.element, $0.offset) < ($1.element, $1.offset) }
    // From all in memory to a few records at a time, which deals most buckets out again.
    for (sortBytes, threadCount) in [(1 << 20, 1), (1 << 12, 2), (1 << 9, 1), (1 << 9, 3), (64, 2)] {
      let result = try sorted(ids, sortBytes: sortBytes, threadCount: threadCount)
      XCTAssertEqual(result.map(\.0), expected.map(\.element), "\(message), \(sortBytes)", file: file, line: line)
      XCTAssertEqual(
        result.map { Int($0.1) }, expected.map(\.offset), "\(message), \(sortBytes)", file: file, line: line)
    }
  }

  func testRecordsComeOutInOrderWhateverTheMemory() throws {
    var random = SeededRandom(seed: 1)
    for span in [2, 300, 1 << 40] {
      try check((0..<2000).map { _ in Int64(random.below(span) - span / 2) }, "span \(span)")
    }
  }

  func testKeysThatCrowdAreDealtOutAgain() throws {
    try check([Int64](repeating: 7, count: 1000), "one key")
    try check((0..<500).map { Int64($0 % 3) } + [.max, .min], "three keys far from the rest")
    try check([], "nothing")
    try check([5], "one record")
  }

  func testKeysOfFewBits() throws {
    let space = try TestWorkspace(sortBytes: 256).space
    for bits in [0, 1, 5, 8, 9, 22] {
      let sorter = ExternalSorter<BareEntry>(keyBits: bits, in: space)
      var random = SeededRandom(seed: UInt64(bits))
      let keys = (0..<700).map { _ in UInt64(random.below(1 << bits)) }
      for key in keys { try sorter.append(BareEntry(key: key)) }
      var result: [UInt64] = []
      try sorter.forEachSorted { result += $0.map(\.key) }
      XCTAssertEqual(result, keys.sorted(), "\(bits) bits")
    }
  }
}
