import GasBase
import TestSupport
import XCTest

@testable import GasEdges
@testable import GasFiles
@testable import GasGraph

final class NodeIdTests: XCTestCase {
  func testIntegersAreFoundInTablesAndInSortedLists() throws {
    let near: [Int64] = [5, 3, -2, 4]
    let far: [Int64] = [.max, 0, .min, 1 << 40]
    let space = try TestWorkspace(sortBytes: 64).space
    for ids in [near, far, far.sorted(), [7], []] {
      let list: FlatArray<Int64> = FlatArray(count: ids.count) { place in ids[place] }
      let table = try IntegerIds(list, in: space)
      for (place, id) in ids.enumerated() { XCTAssertEqual(table.place(of: id), UInt32(place)) }
      for other: Int64 in [1, 100, -100, .max - 1, .min + 1] { XCTAssertNil(table.place(of: other), "\(ids)") }
    }
  }

  func testManyIdsFarApartAreFoundThroughAnIndex() throws {
    let space = try TestWorkspace(sortBytes: 4096).space
    var random = SeededRandom(seed: 9)
    // Half of them crowd at one end, where the index tells nothing apart.
    let ids = Set((0..<3000).map { _ in Int64(bitPattern: random.next()) } + (0..<3000).map { Int64($0 * 3) }).sorted()
    let list: FlatArray<Int64> = FlatArray(count: ids.count) { place in ids[place] }
    let table = try IntegerIds(ascending: list, in: space)
    for (place, id) in ids.enumerated() {
      XCTAssertEqual(table.place(of: id), UInt32(place))
      if place + 1 < ids.count && ids[place + 1] > id + 1 { XCTAssertNil(table.place(of: id + 1)) }
    }
    XCTAssertNil(table.place(of: ids[0] - 1))
  }

  func testRepeatedIdsAreReported() throws {
    for ids: [Int64] in [[1, 2, 1], [1 << 50, 0, 1 << 50]] {
      let space = try TestWorkspace().space
      let list: FlatArray<Int64> = FlatArray(count: 3) { place in ids[place] }
      XCTAssertThrowsError(try IntegerIds(list, in: space)) { error in
        let repetition = error as? IntegerIds.Repetition
        XCTAssertEqual(repetition?.id, ids[0])
        XCTAssertEqual(repetition?.places.0, 0)
        XCTAssertEqual(repetition?.places.1, 2)
      }
    }
  }

  func testDistinctIdsAreThoseOfASet() throws {
    let space = try TestWorkspace(sortBytes: 1024).space
    func distinct(_ chunks: [EdgeChunk<Int64>]) throws -> [Int64] {
      let log = try EdgeLog<Int64>(in: space, isWeighted: false)
      for chunk in chunks { try log.append(chunk) }
      let ids = try DistinctIds.ascending(in: log, space)
      return (0..<ids.count).map { ids[$0] }
    }
    var random = SeededRandom(seed: 3)
    for span in [10, 1000, 1 << 20, 1 << 60] {
      let chunks = (0..<3).map { _ in
        EdgeChunk<Int64>(
          sources: (0..<200).map { _ in Int64(random.below(span)) - Int64(span / 2) },
          targets: (0..<200).map { _ in Int64(random.below(span)) - Int64(span / 2) })
      }
      let expected = Set(chunks.flatMap { $0.sources + $0.targets }).sorted()
      XCTAssertEqual(try distinct(chunks), expected)
    }
    XCTAssertEqual(try distinct([EdgeChunk(sources: [.min], targets: [.max])]), [.min, .max])
    XCTAssertEqual(try distinct([]), [])
  }

  func testStringTableAgreesWithADictionary() throws {
    let table = try StringTable(in: try TestWorkspace().space)
    var known: [String: UInt32] = [:]
    var random = SeededRandom(seed: 4)
    for _ in 0..<20_000 {
      let length = random.below(20)
      var name = String((0..<length).map { _ in "abcé"["abcé".index("abcé".startIndex, offsetBy: random.below(4))] })
      let (number, isNew) = try name.withUTF8 { try table.add(UnsafeRawBufferPointer($0)) }
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
