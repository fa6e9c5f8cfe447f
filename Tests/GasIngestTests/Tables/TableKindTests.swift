import GasStore
import TestSupport
import XCTest

@testable import GasFormats
@testable import GasIngest
@testable import GasTables

/// What columns are taken for, and what becomes of them.
final class TableKindTests: XCTestCase {
  private func report(
    _ fields: [String], _ change: (inout TableOptions) -> Void = { _ in }
  ) throws -> TableReport.Column {
    let report = try whole(fields, change)
    return try XCTUnwrap(report.tables?.columns.first)
  }

  private func whole(
    _ fields: [String], _ change: (inout TableOptions) -> Void = { _ in }
  ) throws -> IngestReport {
    let inputs = try Inputs()
    try inputs.text("id,x\n" + fields.enumerated().map { "\($0),\($1)\n" }.joined(), "n.csv")
    let report = try inputs.ingestTables {
      ($0.nodes, $0.id) = ("n.csv", "id")
      change(&$0)
    }
    _ = try inputs.contents()
    return report
  }

  func testKinds() throws {
    XCTAssertEqual(try report(["1", "2.5", "-1e3"]).kind, "number")
    XCTAssertEqual(try report(["2024-01-01", "", "2024-01-02 10:00"]).kind, "date")
    XCTAssertEqual(try report(["yes", "no", "yes"]).kind, "boolean")
    XCTAssertEqual(try report(["a", "b", "1"]).kind, "category")
    XCTAssertEqual(try report(["1", "0"]) { $0.kinds = ["x": .category] }.features, 2)
    XCTAssertEqual(try report(["1", "0"]) { $0.kinds = ["x": .boolean] }.kind, "boolean")
    XCTAssertEqual(try report(["1", "2"]) { $0.kinds = ["x": .drop] }.kind, "none")
    XCTAssertEqual(try report(["", "NA", "null"]).reason, "empty")
    XCTAssertEqual(try report(["5", "5"]).reason, "the same everywhere")
    XCTAssertEqual(try report(["5", ""]).features, 2, "a gap says something")
  }

  /// Postcodes and the like are words: as numbers they would lose their zeros.
  func testNumbersWithZerosInFront() throws {
    let codes = ["01067", "99999", "20095", "01067"]
    let report = try whole(codes)
    let column = try XCTUnwrap(report.tables?.columns.first)
    XCTAssertEqual(column.kind, "category")
    XCTAssertEqual(column.features, 3)
    XCTAssertEqual(column.reason, "numbers with zeros in front, such as \"01067\"")
    XCTAssertTrue(
      report.notes.contains {
        $0.hasSuffix(
          "column \"x\" was taken for words since \"01067\" in row 1 has zeros in front, as codes have; if they are "
            + "amounts, pass --kind x=number")
      }, "\(report.notes)")
    XCTAssertEqual(try self.report(codes) { $0.kinds = ["x": .number] }.kind, "number")
    XCTAssertEqual(try self.report(["7", "00", "8"]).kind, "category")
    for fields in [["0", "0.5", "10"], ["-0", "100", "0e1"], ["0", "1", "0"], ["0.05", "00.5", "1"]] {
      XCTAssertEqual(try self.report(fields).kind, "number", "\(fields)")
    }
    // Many of them are hashed, or text.
    XCTAssertEqual(try self.report((0..<200).map { "0\(100 + $0 % 50)" }).kind, "hash")
    let many = try whole((0..<100).map { "0\(1000 + $0)" })
    XCTAssertEqual(many.tables?.columns.first?.kind, "none")
    XCTAssertTrue(many.tables?.columns.first?.reason?.hasPrefix("numbers with zeros in front, such as") ?? false)
  }

  /// Words that a person would take for numbers are told as what they are, with what to do.
  func testWordsThatLookLikeNumbers() throws {
    for (fields, advice) in [
      (["50%", "60%", "50%", "60%"], "take the percent sign away"), (["1 000", "2 000", "5", "5"], "take away what"),
      (["12 kg", "5 kg", "12 kg", "5 kg"], "take the unit away"), (["€ 30", "€ 40", "€ 30", "€ 40"], "take the unit"),
      (["\"1,5 kg\"", "5 kg", "5 kg", "5 kg"], "take the unit away"),
    ] {
      let report = try whole(fields)
      let column = try XCTUnwrap(report.tables?.columns.first)
      XCTAssertEqual(column.kind, "category")
      XCTAssertTrue(column.reason?.hasPrefix("numbers such as \"") == true, "\(column)")
      XCTAssertTrue(
        report.notes.contains {
          $0.contains("\"x\" was taken for words; if they are numbers (") && $0.contains(advice)
        }, "\(report.notes)")
    }
    let plain = try whole(["a", "b", "a", "12 kg"])
    XCTAssertNil(plain.tables?.columns.first?.reason)
    XCTAssertEqual(plain.notes, [])
  }

  /// A column that others make words of is told too, with all words for gaps: `--gaps` takes the place of them.
  func testNumbersAmongWords() throws {
    let fields = ["1", "2", "?", "3", "?", "4", "NA"]
    let report = try whole(fields)
    let text = "n.csv: column \"x\" was taken for words: 4 of 6 fields are numbers, and \"?\" in row 3 is none; "
    let note = try XCTUnwrap(report.notes.first { $0.hasSuffix("if nothing is known there") })
    XCTAssertTrue(note.contains(text + "pass --gaps 'na,n/a,nan,null,none,?' if nothing is known there"), note)
    XCTAssertEqual(report.tables?.columns.first?.reason, "numbers in 4 of 6 rows")
    XCTAssertEqual(
      try self.report(fields) { $0.gaps = "na,n/a,nan,null,none,?".split(separator: ",").map(String.init) }.gaps, 3)
    XCTAssertTrue(try whole(["2024-01-01", "2024-01-02", "soon"]).notes[0].contains("2 of 3 fields are dates"))
  }

  /// Dates that are not read become words, and a note says so, whatever their form.
  func testDatesOfOtherForms() throws {
    for fields in [
      ["31.12.2024", "1.1.2025"], ["31.12.2024 12:30", "1.1.2025 10:00"], ["01/10/2024 10:00", "01/11/2024 10:00"],
      ["Jan 3 2024", "Feb 4 2024"], ["3-Jan-2024", "4-Feb-2024"], ["2024-01-03 12:30 UTC", "2024-01-04 12:30 UTC"],
      ["2024-01", "2024-02"], ["2024-01-03 25:00", "2024-01-04 24:30"], ["2024-01-03", "4 Jan 2024"],
    ] {
      for repetition in [1, 20] {
        let report = try whole(Array(repeating: fields, count: repetition).flatMap(\.self))
        XCTAssertTrue(
          report.tables?.columns.first?.reason?.hasPrefix("dates of another form than 2024-12-31") == true, "\(fields)")
        XCTAssertTrue(
          report.notes.contains {
            $0.contains("column \"x\" was taken for words; if they are dates, write all of them as 2024-12-31 or ")
          }, "\(report.notes)")
      }
    }
    XCTAssertEqual(try whole(["acc-17", "acc-18", "acc-17", "acc-18"]).notes, [])
  }

  /// What can be nothing but numbers does not become words unasked.
  func testNumbersInAnotherSpelling() throws {
    for (fields, first, advice) in [
      (["1.234,50", "7,5", "12"], "\"1.234,50\" in row 1", "pass --decimal-comma, and take away what divides"),
      (["1,500", "1,234,567", "2,250.5"], "\"1,234,567\" in row 2", "take away what divides the thousands"),
      (["1,500.25", "12", "2,250.5"], "\"1,500.25\" in row 1", "take away what divides the thousands"),
      (["1", "inf", "2", "inf"], "\"inf\" in row 2", "pass --gaps na,n/a,nan,null,none,inf"),
      (["−5", "−6", "3"], "\"−5\"", "hyphen"),
    ] {
      let fields = fields.map { "\"\($0)\"" }
      assertRefused("column \"x\" has numbers that cannot be read as such: \(first)", advice, "--kind x=category") {
        _ = try report(fields)
      }
      XCTAssertEqual(try report(fields) { $0.kinds = ["x": .category] }.kind, "category")
    }
    XCTAssertEqual(try report(["1", "inf", "2", "inf"]) { $0.gaps = ["inf"] }.kind, "number")
    assertRefused("column \"x\" has numbers that cannot be read as such: \"1.5\" in row 1", "write one for the point") {
      _ = try report(["1.5", "2.5"]) { $0.hasDecimalCommas = true }
    }
  }

  func testManyWords() throws {
    let words = (0..<40).map { "w\($0 % 20)" }
    XCTAssertEqual(try report(words).features, 20)
    let hashed = try report(words) { $0.categoryCount = 8 }
    XCTAssertEqual(hashed.kind, "hash")
    XCTAssertEqual(hashed.features, 8)
    XCTAssertEqual(try report((0..<40).map { "w\($0)" }).kind, "none", "text")
    XCTAssertEqual(try report((0..<40).map { "w\($0)" }) { $0.kinds = ["x": .category] }.features, 32)
    let overfull = try report((0..<20_000).map { "w\($0 % 5000)" })
    XCTAssertTrue(overfull.reason?.contains("over 4096") == true, "\(overfull)")
  }

  /// A hash that other programs know (FNV-1a, 64 bits).
  func testBuckets() {
    func bucket(_ word: String, _ count: Int) -> Int {
      Array(word.utf8).withUnsafeBytes { RowEncoder.bucket(of: $0, among: count) }
    }
    XCTAssertEqual(bucket("", 1 << 20), 0x22325)
    XCTAssertEqual(bucket("a", 1 << 20), 0x1ec8c)
    XCTAssertEqual(bucket("foobar", 1 << 20), 0x967e8)
  }

  func testTextAmongNumbersIsFoundWhereverItStands() throws {
    var fields = (0..<40_000).map { "\($0)" }
    fields[31_414] = "unknown"
    assertRefused(
      "n.csv:31416: expected a number in column \"x\", as in 39999 of 40000 rows, found \"unknown\" in row 31415",
      "--kind x=category"
    ) { _ = try report(fields) }
    XCTAssertEqual(try report(fields) { $0.gaps = ["unknown"] }.gaps, 1)
    assertRefused("expected a number in column \"x\" (--kind), found \"a\" in row 2") {
      _ = try report(["1", "a", "b"]) { $0.kinds = ["x": .number] }
    }
    assertRefused("expected a date in column \"x\" (--kind)") {
      _ = try report(["2024-01-01", "3"]) { $0.kinds = ["x": .date] }
    }
  }

  func testNumbersWithCommas() throws {
    let fields = ["\"1,5\"", "2", "\"-3,5\""]
    assertRefused("n.csv:2: column \"x\" has numbers that cannot be read as such: \"1,5\" in row 1", "--decimal-comma")
    {
      _ = try report(fields)
    }
    XCTAssertEqual(try report(fields) { $0.hasDecimalCommas = true }.kind, "number")
    XCTAssertEqual(try report(fields) { $0.kinds = ["x": .category] }.kind, "category")
    let dates = try report(["1.2.2024", "2.2.2024", "1.2.2024"])
    XCTAssertEqual(dates.kind, "category")
    XCTAssertEqual(dates.reason, "dates of another form than 2024-12-31")
  }

  func testColumnsThatHaveAnotherUse() throws {
    let inputs = try Inputs()
    try inputs.text("id,l,x,day,y\na,0,1,2024-01-01,5\nb,1,2,2024-01-02,6\n", "n.csv")
    let report = try inputs.ingestTables {
      ($0.nodes, $0.id, $0.label, $0.droppedColumns) = ("n.csv", "id", "l", ["y"])
      $0.split = .ordered(.standard, column: "day")
    }
    XCTAssertEqual(report.tables?.columns.map(\.name), ["x", "l", "day", "y"])
    XCTAssertEqual(report.tables?.columns.map(\.reason), [nil, "the label", "it divides nodes", "--drop"])
  }

  /// Whatever the number of categories is, memory is that of 4096.
  func testWordsAreKeptUpToALimit() throws {
    let words = try WordSet(in: TestWorkspace().space)
    let inputs = try Inputs()
    try inputs.text("x\n" + (0..<10_000).map { "word \($0)\n" }.joined(), "w.csv")
    let reader = try CSVReader(ByteSource(opening: inputs.path("w.csv")))
    while try reader.next() { try words.add(reader[0], reader) }
    XCTAssertTrue(words.isOverfull)
    XCTAssertEqual(words.count, WordSet.standardLimit)
  }

  func testColumnsWithoutANameAreLeftOut() throws {
    let inputs = try Inputs()
    try inputs.text(",id,x\n0,a,1\n1,b,2\n", "n.csv")
    let report = try inputs.ingestTables { ($0.nodes, $0.id) = ("n.csv", "id") }
    XCTAssertEqual(report.tables?.columns.map(\.name), ["x", "column 1"])
    XCTAssertEqual(report.tables?.columns.last?.reason, "without a name")
  }
}
