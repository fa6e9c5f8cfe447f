import GasBase
import XCTest

@testable import wordnet_inputs

/// Damaged files are refused with one line that names file and line.
final class WordNetRefusalTests: XCTestCase {
  func testMalformedLines() {
    let cases = [
      ("00000100 05 n 01 blorb 0 000", "expected a gloss"),
      ("x 05 n 01 blorb 0 000 | x", "expected a synset offset, found \"x\""),
      ("-1 05 n 01 blorb 0 000 | x", "expected a synset offset, found \"-1\""),
      ("00000100 45 n 01 blorb 0 000 | x", "expected a lexicographer file number from 0 to 44, found 45"),
      ("00000100 05 v 01 blorb 0 000 | x", "expected a synset type of data.noun, found v"),
      ("00000100 05 q 01 blorb 0 000 | x", "expected a synset type, found \"q\""),
      ("00000100 05 n 00 000 | x", "expected at least one word, found 0"),
      ("00000100 05 n 02 blorb 0 000 | x", "expected a lexical id, found the end of the fields"),
      ("00000100 05 n 7fffffffffffffff blorb 0 | x", "words, found 2 more fields"),
      ("00000100 05 n 01 blorb 0 002 @ 00000200 n 0000 | x", "expected a pointer symbol, found the end of the fields"),
      ("00000100 05 n 01 blorb 0 001 @ 00000200 | x", "expected a pointer's part of speech"),
      ("00000100 05 n 01 blorb 0 | x", "expected a count of pointers"),
      ("| x", "expected a synset offset"),
    ]
    for (line, problem) in cases {
      assertRefused("data.noun:7: ", problem) {
        _ = try SynsetParser.parse(line, part: .noun, file: "data.noun", line: 7)
      }
    }
  }

  func testTheLineNumberCountsTheLicence() {
    assertRefusedFolder(["data.noun": MadeUpWordNet.noun + "00000500 05 n\n"], "data.noun:5: ")
  }

  func testAPointerToNowhere() {
    assertRefusedFolder(
      ["data.adj": "00000300 00 a 01 blorbish 0 001 + 00000999 n 0101 | x\n"], "data.adj:1: ",
      "a pointer to synset 999 of data.noun")
  }

  func testASynsetThatIsThereTwice() {
    assertRefusedFolder(
      ["data.verb": MadeUpWordNet.verb + MadeUpWordNet.verb], "data.verb:2: ", "blorb.v.00000100 is there twice")
  }

  func testAMissingFileNamesThePackageThatHasIt() {
    assertRefusedFolder(["data.adv": nil], "data.adv: cannot be read", "wordnet-base")
  }

  func testAFileWithoutSynsets() {
    assertRefusedFolder(["data.verb": "  only a licence\n"], "data.verb: ", "found none")
  }

  private func assertRefusedFolder(
    _ changes: [String: String?], _ texts: String..., file: StaticString = #filePath, line: UInt = #line
  ) {
    assertRefused(texts, file: file, line: line) { _ = try MadeUpWordNet.read(changing: changes) }
  }

  private func assertRefused(
    _ texts: String..., file: StaticString = #filePath, line: UInt = #line, _ body: () throws -> Void
  ) {
    assertRefused(texts, file: file, line: line, body)
  }

  private func assertRefused(_ texts: [String], file: StaticString, line: UInt, _ body: () throws -> Void) {
    XCTAssertThrowsError(try body(), file: file, line: line) { error in
      XCTAssertTrue(error is GasError, "\(error)", file: file, line: line)
      for text in texts where !"\(error)".contains(text) {
        XCTFail("\"\(error)\" does not say \"\(text)\"", file: file, line: line)
      }
    }
  }
}
