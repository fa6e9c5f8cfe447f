import XCTest

@testable import wordnet_inputs

final class BagOfWordsTests: XCTestCase {
  func testWordsAreRunsOfLettersInSmallLetters() {
    XCTAssertEqual(
      BagOfWords.words("A (Small) dog's 3-legged X-ray, [once] in `47"),
      ["small", "dog", "legged", "ray", "once", "in"])
    XCTAssertEqual(BagOfWords.words(""), [])
  }

  func testRowsHaveTheirWordsOnceAndAscending() {
    let bag = BagOfWords(["red fish", "blue fish, fish", "", "blue"], vocabularySize: 10, leastCount: 2)
    XCTAssertEqual(bag.vocabulary, ["blue", "fish"])
    XCTAssertEqual(bag.starts, [0, 1, 3, 3, 4])
    XCTAssertEqual(bag.columns, [1, 0, 1, 0])
    XCTAssertEqual(bag.emptyRowCount, 1)
  }

  func testTheMostFrequentWordsMakeTheVocabulary() {
    var texts = Array(repeating: "filler", count: 100).enumerated().map { "\($1) w\($0)" }
    for (word, count) in [("five", 5), ("four", 4), ("three", 3), ("also", 3)] {
      for text in 0..<count { texts[text] += " " + word }
    }
    // "filler" is in all texts, more than one in twenty.
    XCTAssertEqual(BagOfWords(texts, vocabularySize: 9, leastCount: 2).vocabulary, ["five", "four", "also", "three"])
    XCTAssertEqual(BagOfWords(texts, vocabularySize: 3, leastCount: 2).vocabulary, ["five", "four", "also"])
    XCTAssertEqual(BagOfWords(texts, vocabularySize: 9, leastCount: 4).vocabulary, ["five", "four"])
  }
}
