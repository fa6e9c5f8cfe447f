import Foundation
import XCTest

@testable import GasTables

/// What the bytes of a field say: dates against Foundation's calendar, numbers, truths and gaps.
final class FieldTests: XCTestCase {
  private func field<R>(_ text: String, _ body: (UnsafeRawBufferPointer) -> R) -> R {
    // As in a table, a byte that is no part of a number is behind the field.
    (Array(text.utf8) + [0]).withUnsafeBytes { body(UnsafeRawBufferPointer(rebasing: $0.dropLast())) }
  }

  func testDatesAreThoseOfTheCalendar() throws {
    var calendar = Calendar(identifier: .gregorian)
    calendar.timeZone = TimeZone(identifier: "UTC")!
    for year in [1, 400, 1582, 1899, 1900, 1969, 1970, 1972, 1999, 2000, 2023, 2024, 2100, 9999] {
      for month in 1...12 {
        for day in [1, 28, 29, 30, 31] {
          let text = String(format: "%04d-%02d-%02d", year, month, day)
          let parts = DateComponents(year: year, month: month, day: day)
          // Foundation's own calendar changes to the Julian one before 1582.
          guard year >= 1583, let date = calendar.date(from: parts) else { continue }
          let isValid = calendar.component(.day, from: date) == day
          XCTAssertEqual(field(text, DateText.seconds), isValid ? date.timeIntervalSince1970 : nil, text)
        }
      }
    }
    XCTAssertEqual(field("0001-01-01", DateText.seconds), -62_135_596_800)
    XCTAssertEqual(field("1582-10-15", DateText.seconds), -12_219_292_800)
  }

  func testTimesAndZones() {
    for (text, seconds) in [
      ("1970-01-02T00:00", 86_400), ("1970-01-01 01:02:03", 3723), ("1970-01-01T00:00:00Z", 0),
      ("1970-01-01T00:00:00.25", 0.25), ("1970-01-01 02:00+01:00", 3600), ("1970-01-01 02:00:00 +0130", 1800),
      ("1970-01-01T00:00:00-05", 18_000), ("1970-01-01 00:00:60", 60),
    ] as [(String, Double)] { XCTAssertEqual(field(text, DateText.seconds), seconds, text) }
    for text in [
      "", "1970", "1970-1-01", "1970-01-01T", "1970-01-01T24:00", "1970-01-01T00:60", "1970-13-01", "1970-00-10",
      "1970-01-00", "2023-02-29", "1970-01-01x", "1970-01-01T00:00:00.", "1970-01-01T00:00+1", "19700101", "1970/01/01",
      "1970-01-01T00:00ZZ",
    ] { XCTAssertNil(field(text, DateText.seconds), text) }
  }

  func testNumbers() {
    for (text, number) in [
      ("0", 0), ("-1.5", -1.5), ("+2", 2), (".5", 0.5), ("1e3", 1000), ("1E-2", 0.01), ("1.", 1),
      ("9007199254740993", 9007199254740992),
    ] as [(String, Double)] { XCTAssertEqual(field(text, FieldValues.number), number, text) }
    for text in ["", "-", "e", "1e", "1e400", "inf", "nan", "0x10", "1,5", "1 2", "12a", "--1", "1.2.3"] {
      XCTAssertNil(field(text, FieldValues.number), text)
    }
  }

  func testDecimalCommas() {
    let format = FieldFormat(gaps: [], hasDecimalCommas: true)
    for (text, number) in [("1,5", 1.5), ("-0,25", -0.25), ("7", 7), ("1e3", 1000), (",5", 0.5)] as [(String, Double)] {
      XCTAssertEqual(field(text, format.number), number, text)
    }
    for text in ["1.5", "1.234,5", "1,2,3", "", ",", "a,b"] { XCTAssertNil(field(text, format.number), text) }
  }

  /// Dates that are not read are told from other words, with a time or without.
  func testDatesOfOtherForms() {
    for text in [
      "31.12.2024", "1/2/24", "2024/12/31", "31. 12. 2024", "03-01-2024", "2024-1-3", "24-01-03", "31.12.2024 12:30",
      "01/10/2024 10:00", "1/10/2024 10:00:05 PM", "2024/01/03 12:30:05.25", "Jan 3 2024", "Jan 3, 2024", "3-Jan-2024",
      "3-JAN-24", "Jan-24", "3 Jan", "January 2024", "3rd of May 2024", "3. März 2024", "2024-Jan-03",
      "Wed, 03 Jan 2024 10:00:00 +0000", "Wed Jan  3 12:30:00 2024", "2024-01-03 12:30:00 UTC", "2024-01-03T12",
      "2024-01-03 25:00", "2024-13-01", "2024-02-30", "2024-01-03Z", "2024-01", "01/2024", "20240103T123000Z",
      "20240103 12:30", "12:30 31.12.2024",
    ] { XCTAssertTrue(field(text, OtherDate.matches), text) }
    for text in [
      "2024-12-31", "2024-12-31 12:30", "1.2", "1.2.3", "1.10.2", "1.2.3.4", "10.0.0.1", "a.b.cdef", "12345/1/1", "",
      "12:30", "acc-17", "May", "555-123-4567", "2024", "20240103", "1999/2000", "12-34", "user 1234", "12 kg",
      "mar-123", "2024-01-03 late", "31.12-2024", "99/99/99",
    ] { XCTAssertFalse(field(text, OtherDate.matches), text) }
  }

  func testNumbersThatFloatsHold() {
    let format = FieldFormat(gaps: [])
    for (text, number) in [
      ("0", 0), ("0e5", 0), ("-0.0", 0), ("1e-45", .leastNonzeroMagnitude), ("3.4e38", 3.4e38), ("-2", -2),
    ]
      as [(String, Float)]
    { XCTAssertEqual(field(text, format.float), number, text) }
    for text in ["1e-50", "-1e-50", "1e-400", "3.5e38", "-1e39", "1e400", "x"] {
      XCTAssertNil(field(text, format.float), text)
    }
  }

  func testWhatFieldsMayMean() {
    let (points, commas) = (FieldFormat(gaps: []), FieldFormat(gaps: [], hasDecimalCommas: true))
    func advice(_ text: String, _ format: FieldFormat) -> String? { field(text) { NumberHint($0, format)?.advice } }
    for (text, format, words) in [
      ("1,5", points, "pass --decimal-comma if"), ("50%", points, "percent"), ("12.5 %", points, "percent"),
      ("1 000", points, "divides the thousands"), ("1\u{202f}000.5", points, "divides the thousands"),
      ("1'000", points, "divides the thousands"), ("1,234,567", points, "divides the thousands"),
      ("1,234.5", points, "divides the thousands"), ("1.234,5", points, "--decimal-comma, and take away"),
      ("1.234,5", commas, "divides the thousands"), ("1.5", commas, "numbers have commas"),
      ("$5", points, "unit"), ("5 €", points, "unit"), ("-3 kg", points, "unit"),
      ("1e39", points, "from 1.4e-45"), ("1e-50", points, "from 1.4e-45"), ("1e400", points, "from 1.4e-45"),
      ("50,5%", commas, "percent"), ("€ 30", points, "unit"), ("EUR 30.5", points, "unit"), ("5 m²", points, "unit"),
      ("1,500.25", points, "take away what divides"), ("12,34,567", points, "take away what divides"),
      ("1.234.567", points, "take away what divides"), ("1,234,567", commas, "take away what divides"),
      ("1,234.5", commas, "write one for the point"), ("1 234,5", points, "--decimal-comma, and take away"),
      ("1.234,50 €", points, "unit"), ("−5", points, "hyphen"),
    ] { XCTAssertTrue(advice(text, format)?.contains(words) == true, "\(text): \(advice(text, format) ?? "nil")") }
    for text in [
      "", "5", "-1", "word", "a, b", "2024-01-01", "12 Main Street", "%", "kg", String(repeating: "1", count: 500),
      "1,2,3", "1,23,4", "A320", "Zone 1", "5½", "31.12.2024", "10.0.0.1",
    ] { XCTAssertNil(advice(text, points), text) }
    // What to do about infinity depends on whether the column may have gaps.
    for text in ["inf", "-Infinity", "∞", "NaN"] {
      XCTAssertEqual(field(text) { NumberHint($0, points)?.expected }, "a finite number", text)
      XCTAssertNil(advice(text, points), text)
    }
  }

  /// What may be a number by its bytes is looked at in full, and nothing else is one.
  func testBytesThatMayBeNumbers() {
    let format = FieldFormat(gaps: [])
    for text in ["50%", "1 000", "-1 000,5", "€ 30", "12 kg", "inf", "-NaN", "∞", "1.234,50", "EUR 30", "−5"] {
      XCTAssertTrue(field(text, NumberSpelling.mayBe), text)
      XCTAssertNotNil(field(text) { NumberHint($0, format) }, text)
    }
    for text in ["5", "yes", "word", "10:30", "a1b2c3d4e5f6", "#12", String(repeating: "1", count: 41)] {
      XCTAssertFalse(field(text, NumberSpelling.mayBe), text)
    }
    for (text, shape) in [("12.345 kg", "00.000 kg"), ("-98765,4", "-0000,0"), ("€1", "€0")] {
      XCTAssertEqual(String(decoding: field(text, NumberSpelling.shape), as: UTF8.self), shape)
    }
    for (text, mayBeWord) in [
      ("50%", true), ("12 kg", true), ("1 000", true), ("1 000,5", false), ("1,5", false), ("1,234,567", false),
      ("inf", false),
    ] { XCTAssertEqual(NumberSpelling(text, commas: false)?.mayBeWord, mayBeWord, text) }
  }

  func testTruthsAndGaps() {
    for text in ["true", "TRUE", "Yes", "t", "Y"] { XCTAssertEqual(field(text, FieldValues.truth), 1, text) }
    for text in ["false", "No", "F", "n"] { XCTAssertEqual(field(text, FieldValues.truth), 0, text) }
    for text in ["", "1", "0", "maybe", "tru", "yes please"] { XCTAssertNil(field(text, FieldValues.truth), text) }
    let format = FieldFormat(gaps: TableOptions.standardGaps)
    for text in ["", "NA", "na", "N/A", "NaN", "NULL", "None"] { XCTAssertTrue(field(text, format.isGap), text) }
    for text in ["n", "nothing", "0", "-"] { XCTAssertFalse(field(text, format.isGap), text) }
    XCTAssertTrue(field("?", FieldFormat(gaps: ["?"]).isGap))
    XCTAssertFalse(field("NA", FieldFormat(gaps: ["?"]).isGap))
  }

  func testMomentsOfDates() {
    var moments = Moments()
    let values = (0..<1000).map { 1.7e9 + Double($0 % 7) }
    values.forEach { moments.add($0) }
    let mean = values.reduce(0) { $0 + ($1 - 1.7e9) } / 1000
    let variance = values.reduce(0) { $0 + ($1 - 1.7e9 - mean) * ($1 - 1.7e9 - mean) } / 999
    XCTAssertEqual(moments.mean - 1.7e9, mean, accuracy: 1e-6)
    XCTAssertEqual(moments.deviation, variance.squareRoot(), accuracy: 1e-9)
  }
}
