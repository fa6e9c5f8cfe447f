import GasBase

/// Words with commas between them, as `--gaps` takes them: a word with a comma is quoted, as tables have it.
public enum GapWords {
  /// Reads the words.
  ///
  /// - Parameter text: the argument.
  /// - Returns: the words; `nil` if a quote is not closed, or if something stands behind the one that closes a word.
  public static func words(_ text: String) -> [String]? {
    var words: [String] = []
    var rest = text[...]
    while true {
      rest = rest.drop { $0 == " " }
      guard let (word, end) = rest.first == "\"" ? quoted(rest.dropFirst()) : plain(rest) else { return nil }
      // An empty field is a gap anyway.
      if !word.isEmpty { words.append(word) }
      guard end < text.endIndex else { return words }
      rest = text[text.index(after: end)...]
    }
  }

  /// Writes the words so that `words` reads them again.
  static func text(_ words: [String]) -> String {
    words.map { word in
      let isPlain = !word.contains(",") && !word.hasPrefix("\"") && !word.hasPrefix(" ") && !word.hasSuffix(" ")
      return isPlain ? word : "\"\(word.replacing("\"", with: "\"\""))\""
    }.joined(separator: ",")
  }

  private static func plain(_ text: Substring) -> (word: String, end: String.Index)? {
    let end = text.firstIndex(of: ",") ?? text.endIndex
    var word = text[..<end]
    while word.last == " " { word.removeLast() }
    return (String(word), end)
  }

  /// Reads a word behind its first quote. Two quotes mean one.
  private static func quoted(_ text: Substring) -> (word: String, end: String.Index)? {
    var (word, rest) = ("", text)
    while let close = rest.firstIndex(of: "\"") {
      word += rest[..<close]
      rest = rest[rest.index(after: close)...]
      guard rest.first == "\"" else {
        rest = rest.drop { $0 == " " }
        return rest.isEmpty || rest.first == "," ? (word, rest.startIndex) : nil
      }
      word.append("\"")
      rest = rest.dropFirst()
    }
    return nil
  }
}
