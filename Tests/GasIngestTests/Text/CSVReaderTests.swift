import GasBase
import TestSupport
import XCTest

@testable import GasFormats

/// Tables as text: what was written is read, and what is no table is refused with its line.
final class CSVReaderTests: XCTestCase {
  private let inputs = try! Inputs()

  private func read(_ text: String, separator: UInt8? = nil) throws -> (columns: [String], rows: [[String]]) {
    try read(Array(text.utf8), separator: separator)
  }

  private func read(_ bytes: [UInt8], separator: UInt8? = nil) throws -> (columns: [String], rows: [[String]]) {
    let path = try inputs.bytes(bytes, "t.csv")
    let reader = try CSVReader(ByteSource(opening: path), separator: separator)
    var rows: [[String]] = []
    while try reader.next() {
      rows.append(reader.columns.indices.map { String(decoding: reader[$0], as: UTF8.self) })
    }
    XCTAssertEqual(reader.row, rows.count)
    return (reader.columns, rows)
  }

  private func assertRefused(_ text: String, says texts: String..., line: UInt = #line) {
    do {
      _ = try read(text)
      XCTFail("nothing was thrown", line: line)
    } catch {
      for text in texts { XCTAssertTrue("\(error)".contains(text), "\(error) does not say \(text)", line: line) }
    }
  }

  private struct Table: CustomStringConvertible {
    var separator: Character
    var end: String
    var rows: [[String]]
    /// Whether a field is quoted although it need not be.
    var quotes: [Bool]
    var hasLastEnd: Bool

    var text: String {
      var place = 0
      let lines = rows.map { row in
        row.map { field -> String in
          place += 1
          let wantsQuotes =
            field.contains { $0 == separator || "\"\n\r".contains($0) || $0 == "\r\n" } || field.hasPrefix(" ")
            || field.hasSuffix(" ") || field.hasPrefix("\t") || field.hasSuffix("\t")
          return wantsQuotes || quotes[place % quotes.count] ? "\"\(field.replacing("\"", with: "\"\""))\"" : field
        }.joined(separator: String(separator))
      }
      return lines.joined(separator: end) + (hasLastEnd ? end : "")
    }

    var description: String { text.debugDescription }
  }

  func testTablesAreReadAsTheyWereWritten() throws {
    let letters: [Character] = ["a", "7", "é", " ", ",", ";", "\t", "|", "\"", "\n", "\r", "-", ".", "\r\n"]
    let found = try Property.counterexample(
      among: 400, seed: 11,
      draw: { random in
        let width = 1 + random.below(4)
        var rows = [(0..<width).map { "c\($0)" }]
        for _ in 0..<random.below(6) {
          rows.append(
            (0..<width).map { _ in String((0..<random.below(6)).map { _ in letters[random.below(letters.count)] }) })
        }
        return Table(
          separator: [",", ";", "\t", "|"][random.below(4)], end: ["\n", "\r\n"][random.below(2)], rows: rows,
          quotes: (0..<7).map { _ in random.below(3) == 0 }, hasLastEnd: random.below(2) == 0)
      },
      smaller: { table in
        Property.shorter(Array(table.rows.dropFirst())).map {
          var smaller = table
          smaller.rows = [table.rows[0]] + $0
          return smaller
        }
      },
      holds: { table in
        // A table of one column cannot tell an empty last row without quotes from the end.
        let width = table.rows[0].count
        if width == 1, table.rows.last == [""] { return nil }
        let read = try self.read(table.text, separator: table.separator.asciiValue)
        if read.columns != table.rows[0] { return "columns \(read.columns)" }
        return read.rows == Array(table.rows.dropFirst()) ? nil : "rows \(read.rows)"
      })
    if let found { XCTFail("\(found.value): \(found.problem)") }
  }

  func testSeparatorOfTheHeader() throws {
    for separator in [",", ";", "\t", "|"] {
      let table = try read(["a", "\"b,;|\"", "c"].joined(separator: separator) + "\n1\(separator)2\(separator)3\n")
      XCTAssertEqual(table.columns, ["a", "b,;|", "c"], separator)
      XCTAssertEqual(table.rows, [["1", "2", "3"]], separator)
    }
    XCTAssertEqual(try read("one\n1\n2\n").rows, [["1"], ["2"]])
    XCTAssertEqual(try read("a:b\n1:2\n", separator: UInt8(ascii: ":")).rows, [["1", "2"]])
  }

  func testMarksSpacesAndEmptyLines() throws {
    XCTAssertEqual(try read("\u{feff}a,b\r\n 1 , \"x, y\" \r\n\r\n\n3,").rows, [["1", "x, y"], ["3", ""]])
    XCTAssertEqual(try read("a\tb\n\t\n 1\t2 \n").rows, [["", ""], ["1", "2"]])
    XCTAssertEqual(try read("a,b\n5\" pipe,\"say \"\"x\"\"\"\n").rows, [["5\" pipe", "say \"x\""]])
    XCTAssertEqual(try read(",b,\n1,2,3\n").columns, ["column 1", "b", "column 3"])
  }

  func testWhatStandsAboveTheHeader() throws {
    for text in ["\n \r\na,b\n1,2\n", "# x\n#y, z, w\na,b\n1,2\n", "\u{feff}\n# x\n\na,b\n1,2\n", "#\na,b\n1,2\n"] {
      let table = try read(text)
      XCTAssertEqual(table.columns, ["a", "b"], text)
      XCTAssertEqual(table.rows, [["1", "2"]], text)
    }
    XCTAssertEqual(try read("#a,b\n1,2\n").columns, ["#a", "b"])
    XCTAssertEqual(try read("# a;b\n1;2\n").columns, ["# a", "b"], "as numpy.savetxt writes it")
    XCTAssertEqual(try read("# made by me\n#a,b\n1,2\n").columns, ["#a", "b"])
    XCTAssertEqual(try read("# by me, 2024\n#\na,b\n1,2\n").columns, ["a", "b"], "not right above the row")
    XCTAssertEqual(try read("# by me, 2024\n#a,b\n1,2\n").columns, ["#a", "b"])
    XCTAssertEqual(try read("#a,b\n#1,2\n#3,4\n").rows, [["#1", "2"], ["#3", "4"]])
    XCTAssertEqual(try read("#a\n#1\n").rows, [["#1"]])
    XCTAssertEqual(try read("#a,b\n#1,2\nx,y\n").rows, [["#1", "2"], ["x", "y"]])
    XCTAssertEqual(try read("a,b\n#1,2\n").rows, [["#1", "2"]], "below the header all lines are rows")
    assertRefused("# x\n\na,b\n1\n", says: "t.csv:4: expected 2 fields")
  }

  /// Rows that lie across the pieces that are read, and some that are longer than one.
  func testLongRows() throws {
    let long = String(repeating: "x\n\"", count: 700_000)
    let quoted = "\"\(long.replacing("\"", with: "\"\""))\""
    let read = try read("a,b\n1,\(quoted)\n" + String(repeating: "2,\"y\"\"\"\n", count: 200_000))
    XCTAssertEqual(read.rows.count, 200_001)
    XCTAssertEqual(read.rows[0], ["1", long])
    XCTAssertTrue(read.rows.dropFirst().allSatisfy { $0 == ["2", "y\""] })
    assertRefused("a,b\n1,2\n3,\"" + String(repeating: "z,", count: 9 << 20), says: "t.csv:3: ", "not be closed")
  }

  func testPackedTables() throws {
    let text = Array("a,b\n1,2\n".utf8)
    XCTAssertEqual(try read(try inputs.gzip(text)).rows, [["1", "2"]])
    XCTAssertEqual(try read(inputs.zstd(text)).rows, [["1", "2"]])
  }

  func testRefusals() throws {
    assertRefused("", says: "t.csv: expected a row that names the columns, found an empty file")
    assertRefused("\n\n", says: "an empty line")
    assertRefused("a,b,a\n", says: "t.csv:1: two columns are called \"a\" (1 and 3)")
    assertRefused("a,b\n1,2\n1,2,3\n", says: "t.csv:3: expected 2 fields, as in the header, found 3 in row 2")
    assertRefused("a,b\n\"1\n\",2\n1\n", says: "t.csv:4: expected 2 fields, as in the header, found 1 in row 2")
    assertRefused("a,b\n1,2\n3,\"x\n5,6\n", says: "t.csv:3: a quote that opens in this line (row 2) is not closed")
    assertRefused("a,b\n1,\"x\n5,\"6\n", says: "t.csv:2: expected a separator behind the quote", "\"6\" in line 3")
    assertRefused("a,b\n1,x\ry\n", says: "t.csv:2: ", "carriage return")
    assertRefused("a,b\n1,\0\n", says: "zero byte")
    assertRefused("a,b\n" + String(repeating: "1,2\n", count: 1 << 18) + "1,\0\n", says: "offset \((4 << 18) + 6)")
    assertRefused("PAR1....", says: "a Parquet file")
    do {
      _ = try read([0x61, 0x2c, 0xff, 0x0a, 0x31, 0x2c, 0x32, 0x0a])
      XCTFail("nothing was thrown")
    } catch { XCTAssertTrue("\(error)".contains("expected names of columns in UTF-8"), "\(error)") }
  }
}
