import GasBase
import XCTest

@testable import GasIngest

final class NodeIdTests: XCTestCase {
  func testIntegersAreFoundInTablesAndInSortedLists() throws {
    let near: [Int64] = [5, 3, -2, 4]
    let far: [Int64] = [.max, 0, .min, 1 << 40]
    for ids in [near, far, far.sorted(), [7], []] {
      let table = try IntegerIds(ids)
      for (place, id) in ids.enumerated() { XCTAssertEqual(table.place(of: id), UInt32(place)) }
      for other: Int64 in [1, 100, -100, .max - 1, .min + 1] { XCTAssertNil(table.place(of: other), "\(ids)") }
    }
  }

  func testRepeatedIdsAreReported() {
    for ids: [Int64] in [[1, 2, 1], [1 << 50, 0, 1 << 50]] {
      XCTAssertThrowsError(try IntegerIds(ids)) { error in
        let repetition = error as? IntegerIds.Repetition
        XCTAssertEqual(repetition?.id, ids[0])
        XCTAssertEqual(repetition?.places.0, 0)
        XCTAssertEqual(repetition?.places.1, 2)
      }
    }
  }

  func testDistinctIdsAreThoseOfASet() {
    var random = SeededRandom(seed: 3)
    for span in [10, 1000, 1 << 20, 1 << 60] {
      let chunks = (0..<3).map { _ in
        EdgeChunk<Int64>(
          sources: (0..<200).map { _ in Int64(random.below(span)) - Int64(span / 2) },
          targets: (0..<200).map { _ in Int64(random.below(span)) - Int64(span / 2) })
      }
      let expected = Set(chunks.flatMap { $0.sources + $0.targets }).sorted()
      XCTAssertEqual(DistinctIds.ascending(in: chunks), expected)
    }
    XCTAssertEqual(DistinctIds.ascending(in: [EdgeChunk(sources: [.min], targets: [.max])]), [.min, .max])
    XCTAssertEqual(DistinctIds.ascending(in: []), [])
  }

  func testStringTableAgreesWithADictionary() {
    let table = StringTable()
    var known: [String: UInt32] = [:]
    var random = SeededRandom(seed: 4)
    for _ in 0..<20_000 {
      let length = random.below(20)
      var name = String((0..<length).map { _ in "abcé"["abcé".index("abcé".startIndex, offsetBy: random.below(4))] })
      let (number, isNew) = name.withUTF8 { table.add(UnsafeRawBufferPointer($0)) }
      XCTAssertEqual(isNew, known[name] == nil)
      XCTAssertEqual(number, known[name] ?? UInt32(known.count))
      known[name] = number
    }
    XCTAssertEqual(table.count, known.count)
    for (name, number) in known { XCTAssertEqual(table[Int(number)], name) }
    var other = "zzz"
    XCTAssertNil(other.withUTF8 { table.number(of: UnsafeRawBufferPointer($0)) })
  }
}
