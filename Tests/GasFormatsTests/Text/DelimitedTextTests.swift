import Foundation
import GasBase
import TestSupport
import XCTest

@testable import GasFormats

/// Tables are read back by a plain reader of RFC 4180, packed or not.
final class DelimitedTextTests: XCTestCase {
  /// Rows of fields, as RFC 4180 has them, with line feeds between.
  private func rows(_ text: [UInt8], _ separator: UInt8) -> [[[UInt8]]] {
    var (rows, fields, field, isQuoted) = ([[[UInt8]]](), [[UInt8]](), [UInt8](), false)
    var index = 0
    while index < text.count {
      let byte = text[index]
      if isQuoted {
        if byte != UInt8(ascii: "\"") {
          field.append(byte)
        } else if index + 1 < text.count, text[index + 1] == byte {
          field.append(byte)
          index += 1
        } else {
          isQuoted = false
        }
      } else if byte == UInt8(ascii: "\"") {
        isQuoted = true
      } else if byte == separator || byte == UInt8(ascii: "\n") {
        fields.append(field)
        field = []
        if byte != separator {
          rows.append(fields)
          fields = []
        }
      } else {
        field.append(byte)
      }
      index += 1
    }
    return rows
  }

  func testAnyFieldsComeBack() throws {
    let alphabet = Array("ab,;\t\"\n\r ö".utf8)
    let found = Property.counterexample(among: 200, seed: 3) { random in
      (0..<1 + random.below(4)).map { _ in
        (0..<2).map { _ in (0..<random.below(6)).map { _ in alphabet[random.below(alphabet.count)] } }
      }
    } smaller: {
      Property.shorter($0)
    } holds: { table in
      for format in [DelimitedText.commas, .tabs] {
        var text: [UInt8] = []
        for row in table {
          for (index, field) in row.enumerated() {
            if index > 0 { format.appendSeparator(to: &text) }
            format.append(field, to: &text)
          }
          format.endRow(&text)
        }
        guard rows(text, format.separator) == table else { return String(decoding: text, as: UTF8.self) }
      }
      return nil
    }
    XCTAssertNil(found)
  }

  func testQuotesWhereNeededAlone() {
    var text: [UInt8] = []
    for field in ["plain", "a b", "", "a,b", "say \"hi\"", "a\tb", " a", "a\t", "l\nm"] {
      DelimitedText.commas.append(Array(field.utf8), to: &text)
      DelimitedText.commas.appendSeparator(to: &text)
    }
    XCTAssertEqual(
      String(decoding: text, as: UTF8.self),
      "plain,a b,\"\",\"a,b\",\"say \"\"hi\"\"\",a\tb,\" a\",\"a\t\",\"l\nm\",")
  }

  func testPackedTextIsOneMember() throws {
    let folder = try TemporaryFolder()
    let path = folder.file("t.csv.gz")
    var random = SeededRandom(seed: 5)
    let output = try TextOutput(drafting: path, isPacked: true)
    var expected: [UInt8] = []
    for size in [0, 1, 70_000, 3, 1 << 20] {
      let piece = (0..<size).map { _ in UInt8(48 + random.below(10)) }
      expected += piece
      try output.write(piece)
    }
    try XCTUnwrap(output.ready(replaces: false)).publish()
    let packed = [UInt8](try XCTUnwrap(FileManager.default.contents(atPath: path)))
    XCTAssertLessThan(packed.count, expected.count)
    var unpacked = [UInt8](repeating: 0, count: expected.count + 1)
    let step = packed.withUnsafeBytes { packed in
      unpacked.withUnsafeMutableBytes { Inflater(format: .gzip).inflate(packed, into: $0) }
    }
    XCTAssertEqual(step.state, .ended)
    XCTAssertEqual(step.consumed, packed.count)
    XCTAssertEqual(Array(unpacked[..<step.produced]), expected)
  }
}
