import GasBase
import GasFiles

/// A YAML file that a person has written. A file that is too large for that, or would become so, is refused early.
package struct SmallYAML {
  private let path: String
  /// What messages call the contents, in the plural.
  private let contents: String
  /// What the message says may be done if there is too much.
  private let advice: String?

  private static let largestBytes = 1 << 20

  /// Names a file; reads nothing yet.
  package init(_ path: String, of contents: String, advice: String? = nil) {
    self.path = path
    self.contents = contents
    self.advice = advice
  }

  /// Reads and parses the file.
  ///
  /// - Parameter takesPipes: whether a pipe is read to its end too.
  /// - Returns: what is in it; `nil` if there is nothing in the file.
  /// - Throws: `GasError` if it cannot be read, is not YAML, is too large, or has aliases.
  package func value(takesPipes: Bool = false) throws -> PlainValue? {
    let text = try [UInt8](SmallFile.read(path, limit: Self.largestBytes, takesPipes: takesPipes))
    return try text.withUnsafeBufferPointer { text in
      var parser = YAMLParser(self, text)
      return try parser.document()
    }
  }

  /// What a word without quotes means in such a file.
  package static func value(of word: String) -> PlainValue { YAMLScalar.value(of: word) }

  /// What is no YAML.
  func problem(_ words: String, line: Int? = nil) -> GasError {
    GasError("not YAML: \(words.excerpt)", file: path, at: line.map { .line($0) })
  }

  /// A few lines of aliases may stand for more than any memory holds.
  func hasAliases(line: Int) -> GasError {
    GasError(
      "\(contents) have no aliases (&name, *name)", file: path, at: .line(line),
      advice: "write the value where it is wanted")
  }

  /// More values than people write.
  var tooMuch: GasError { GasError("more than \(YAMLParser.mostValues) values", file: path, advice: advice) }

  /// A name that stands in a table twice.
  func repeats(_ name: String) -> GasError {
    GasError("\"\(name.excerpt)\" is set more than once", file: path)
  }
}
