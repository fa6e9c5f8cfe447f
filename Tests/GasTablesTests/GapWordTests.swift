import XCTest

@testable import GasTables

/// Words of `--gaps`, quoted as tables have them.
final class GapWordTests: XCTestCase {
  func testWordsAreRead() {
    for (text, words) in [
      ("NA,?,-", ["NA", "?", "-"]), ("\"n, a\",-", ["n, a", "-"]), ("-, \"x,y\" ,z", ["-", "x,y", "z"]),
      ("\"say \"\"no\"\"\"", ["say \"no\""]), ("5\" pipe", ["5\" pipe"]), ("", []), (",,a,", ["a"]), ("\"\"", []),
      ("\" \"", [" "]), ("not known,n/a", ["not known", "n/a"]),
    ] as [(String, [String])] { XCTAssertEqual(GapWords.words(text), words, text) }
    for text in ["\"a,b", "\"a\"b,c", "a,\""] { XCTAssertNil(GapWords.words(text), text) }
  }

  func testWhatIsWrittenIsReadAgain() {
    for words in [["na", "?"], ["n, a"], ["\"x\"", "a\"b", ",", " "], ["é,", "-1,5"]] {
      XCTAssertEqual(GapWords.words(GapWords.text(words)), words)
    }
  }
}
