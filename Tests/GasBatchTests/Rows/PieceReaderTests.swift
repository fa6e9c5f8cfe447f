import Foundation
import GasBase
import GasFiles
import GasStore
import TestSupport
import XCTest

@testable import GasHistories

/// Pieces of several columns that are read while something else is done, beside what was written.
final class PieceReaderTests: XCTestCase {
  private static let rowCount = 2200

  private var folder: TemporaryFolder!

  override func setUpWithError() throws { folder = try TemporaryFolder() }
  override func tearDown() { folder = nil }

  /// A column of random bytes, and these bytes.
  private func column(
    _ type: ElementType, width: Int, _ name: String, _ random: inout SeededRandom
  ) throws -> (rows: EncodedRows, bytes: [UInt8]) {
    let path = folder.file(name)
    try MutableColumn.create(path, type: type, rowCount: Self.rowCount, width: width)
    let values = try MutableColumn(opening: path).values
    let byteCount = Self.rowCount * width * type.byteCount
    let words = (0..<dividedUp(byteCount, by: 8)).map { _ in random.next() }
    let bytes = words.withUnsafeBytes { Array($0.prefix(byteCount)) }
    try bytes.withUnsafeBytes { try values.writeRows(0..<Self.rowCount, $0) }
    return (EncodedRows(values), bytes)
  }

  private func are(_ piece: UnsafeRawBufferPointer, _ rows: Range<Int>, of column: (rows: EncodedRows, bytes: [UInt8]))
    -> Bool
  {
    let rowBytes = column.rows.rowBytes
    return piece.count == rows.count * rowBytes
      && column.bytes.withUnsafeBytes {
        memcmp($0.baseAddress! + rows.lowerBound * rowBytes, piece.baseAddress!, piece.count) == 0
      }
  }

  /// Small columns stay resident, large ones are read by calls, once past the page cache.
  func testPiecesAreTheRowsOfEachColumn() throws {
    for seed in 1...3 as ClosedRange<UInt64> {
      var random = SeededRandom(seed: seed)
      let columns = [
        try column(.float32, width: 3, "small\(seed)", &random),
        try column(.float32, width: 128, "large\(seed)", &random),
        try column(.float16, width: 301, "odd\(seed)", &random),
      ]
      let reader = PieceReader()
      XCTAssertEqual(try reader.result().count, 0, "nothing was asked for")
      for _ in 0..<Rounds.count(15) {
        var chosen = columns
        random.shuffle(&chosen)
        chosen = Array(chosen.prefix(1 + random.below(3)))
        let first = random.below(Self.rowCount)
        let rows = first..<first + 1 + random.below(min(200, Self.rowCount - first))
        reader.start(rows, of: chosen.map(\.rows), once: random.below(2) == 0)
        let found = try reader.result()
        XCTAssertEqual(found.count, chosen.count)
        for (piece, column) in zip(found, chosen) {
          XCTAssertTrue(are(piece, rows, of: column), "seed \(seed), rows \(rows)")
        }
        if random.below(5) == 0 { reader.release() }
      }
    }
  }

  /// A start that nobody asks for is waited for by the next one.
  func testLaterPiecesTakeThePlaceOfEarlierOnes() throws {
    var random = SeededRandom(seed: 9)
    let column = try column(.float32, width: 128, "column", &random)
    let reader = PieceReader()
    for first in 0..<100 { reader.start(first..<first + 40, of: [column.rows], once: first % 2 == 0) }
    let bytes = try reader.result()[0]
    XCTAssertTrue(are(bytes, 99..<139, of: column))
  }

  func testWhatCannotBeReadIsThrown() throws {
    var random = SeededRandom(seed: 4)
    let column = try column(.float32, width: 128, "column", &random)
    XCTAssertEqual(truncate(folder.file("column"), off_t(ColumnHeader.byteCount + 1000 * 512)), 0)
    let reader = PieceReader()
    for once in [true, false] {
      reader.start(990..<1010, of: [column.rows], once: once)
      XCTAssertThrowsError(try reader.result()) {
        XCTAssertTrue("\($0)".contains("the file has become shorter"), "\($0)")
      }
      reader.start(980..<1000, of: [column.rows], once: once)
      XCTAssertTrue(try are(reader.result()[0], 980..<1000, of: column))
    }
  }
}
