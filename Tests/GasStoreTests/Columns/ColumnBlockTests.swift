import GasBase
import TestSupport
import XCTest

@testable import GasColumns
@testable import GasStore

/// Where blocks end, and what reading does with that.
final class ColumnBlockTests: XCTestCase {
  private func table(
    _ count: Int, encoding: ColumnEncoding, blockEnds: [Int], _ check: (Column) throws -> Void = { _ in }
  ) throws -> [Int] {
    let folder = try TemporaryFolder()
    let elements = (0..<count).map { UInt32($0 / 3) }
    try ColumnFile.write(
      elements, to: folder.file("x"), type: .uint32, encoding: encoding, blockEnds: blockEnds)
    let column = try Column(opening: folder.file("x"))
    try column.verify()
    XCTAssertEqual(try column.array(0..<count), elements)
    try check(column)
    return (0..<column.table.count).map { column.table[$0].firstElement }
  }

  func testEndBlockEndsBlocksOfAtLeast64KiB() throws {
    let least = (64 << 10) / 4
    XCTAssertEqual(try table(3 * least, encoding: .lz4, blockEnds: [least, 2 * least]), [0, least, 2 * least])
    XCTAssertEqual(try table(3 * least, encoding: .lz4, blockEnds: [least - 1, least + 1]), [0, least + 1])
    XCTAssertEqual(try table(2 * least, encoding: .lz4, blockEnds: [2 * least]), [0], "no empty block at the end")
    XCTAssertEqual(try table(0, encoding: .lz4, blockEnds: [0]), [])
  }

  func testRawBlocksAre1MiBWhateverTheReaderWants() throws {
    let block = (1 << 20) / 4
    XCTAssertEqual(try table(block + 10, encoding: .raw, blockEnds: [block / 2]), [0, block])
  }

  func testReadsRangesAcrossBlocksOfAllSizes() throws {
    let least = (64 << 10) / 4
    let ends = [least, 2 * least + 5, 4 * least]
    _ = try table(5 * least, encoding: .lz4, blockEnds: ends) { column in
      for low in [0, 1, least - 1, least, least + 1, 2 * least + 5, 4 * least] {
        for high in [low, low + 1, 2 * least + 6, 4 * least, 5 * least] where high >= low {
          XCTAssertEqual(try column.array(low..<high), (low..<high).map { UInt32($0 / 3) }, "\(low)..<\(high)")
        }
      }
    }
  }

  func testRowsOfAMatrix() throws {
    let folder = try TemporaryFolder()
    let elements = (0..<21).map(Float.init)
    for encoding in [ColumnEncoding.raw, .lz4] {
      let path = folder.file("\(encoding)")
      let header = try ColumnFile.write(elements, to: path, type: .float32, width: 3, encoding: encoding)
      XCTAssertEqual([header.rowCount, header.width, header.rank], [7, 3, 2])
      XCTAssertEqual(try Column(opening: path).array(6..<12), Array(elements[6..<12]))
    }
    let values = try Column(opening: folder.file("raw")).values
    XCTAssertEqual(Array(try values.rows(2..<4, as: Float.self)), [6, 7, 8, 9, 10, 11])
    XCTAssertEqual(try values.rows(3..<3, as: Float.self).count, 0)
    values.advise(.willNeed, rows: 0..<7)
    values.advise(.random, rows: 6..<7)
    values.release()
    XCTAssertEqual(Array(try values.rows(6..<7, as: Float.self)), [18, 19, 20], "released pages come back")
  }

  /// Elements one by one, in pieces and at once make the same file.
  func testPiecesDoNotShowInTheFile() throws {
    let folder = try TemporaryFolder()
    let elements = (0..<300_000).map { Int64($0 * $0) }
    let byOne = try ColumnWriter(creating: folder.file("one"), type: .int64, width: nil, encoding: .lz4)
    for element in elements { try byOne.append(element) }
    _ = try byOne.finish()
    try ColumnFile.write(elements, to: folder.file("all"), type: .int64, encoding: .lz4)
    XCTAssertEqual(try ColumnFile.bytes(folder.file("one")), try ColumnFile.bytes(folder.file("all")))
  }

  /// A writer that never finished leaves a file that nobody takes for a column.
  func testUnfinishedFileIsNoColumn() throws {
    let folder = try TemporaryFolder()
    let writer = try ColumnWriter(creating: folder.file("x"), type: .uint8, width: nil, encoding: .raw)
    try writer.append([UInt8](repeating: 1, count: 3 << 20))
    assertRefused("x", "offset") { _ = try Column(opening: folder.file("x")) }
  }
}
