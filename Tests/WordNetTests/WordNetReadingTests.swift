import XCTest

@testable import wordnet_inputs

final class WordNetReadingTests: XCTestCase {
  func testSynsetsAreReadInTheOrderOfTheFiles() throws {
    let wordNet = try MadeUpWordNet.read()
    XCTAssertEqual(
      wordNet.synsets.map(\.name),
      ["blorb.n.00000100", "blorblet.n.00000200", "blorb.v.00000100", "blorbish.a.00000300", "blorbly.r.00000400"])
    XCTAssertEqual(wordNet.labels, [5, 5, 38, 0, 2])
  }

  func testPointersBecomeEdgesAcrossFiles() throws {
    let wordNet = try MadeUpWordNet.read()
    XCTAssertEqual(wordNet.edges.map { [$0.from, $0.to] }, [[0, 1], [0, 2], [1, 0], [2, 0], [3, 0], [4, 3]])
  }

  func testExamplesAreNoPartOfTheDefinition() throws {
    let wordNet = try MadeUpWordNet.read()
    XCTAssertEqual(
      wordNet.synsets.map(\.definition),
      [
        "a small round animal", "a young blorb; a small one", "roll as a small animal rolls", "like a blorb",
        "in a blorbish way",
      ])
  }

  func testALineGivesAllItsFields() throws {
    let line = "00000100 05 n 0b a 0 b 0 c 0 d 0 e 0 f 0 g 0 h 0 i 0 j 0 k 0 001 @i 00000200 n 0000 |  x  "
    XCTAssertEqual(
      try SynsetParser.parse(line, part: .noun, file: "f", line: 1),
      Synset(
        key: .init(part: .noun, offset: 100), lexicographerFile: 5, firstWord: "a",
        pointers: [.init(part: .noun, offset: 200)], definition: "x"))
  }
}
