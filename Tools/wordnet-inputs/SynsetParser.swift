import GasBase

/// Parses a line of a WordNet data file (wndb(5WN)):
///
///     offset lex_filenum ss_type w_cnt word lex_id [word lex_id…] p_cnt [pointer…] [frames…] | gloss
///
/// where a pointer is `symbol offset pos source/target` and the gloss `definition; "example"; "example"`. w_cnt, lex_id
/// and source/target are hexadecimal, the other numbers decimal. The frames of verbs are of no use here.
struct SynsetParser {
  private var fields: ArraySlice<Substring>
  private let gloss: Substring
  private let file: String
  private let line: Int

  /// Parses a line.
  ///
  /// - Parameters:
  ///   - text: the line.
  ///   - part: the part of speech that the file is for.
  ///   - file: the file's path, for messages.
  ///   - line: the line's number, counted from 1, for messages.
  /// - Returns: the synset.
  /// - Throws: `GasError` if the line is malformed.
  static func parse(_ text: String, part: Synset.Part, file: String, line: Int) throws -> Synset {
    var parser = try SynsetParser(text, file: file, line: line)
    return try parser.synset(part)
  }

  private init(_ text: String, file: String, line: Int) throws {
    self.file = file
    self.line = line
    guard let bar = text.firstIndex(of: "|") else {
      throw GasError(
        expected: "a gloss after \"|\"", found: "none", file: file, at: .line(line), advice: Self.advice)
    }
    fields = text[..<bar].split(separator: " ")[...]
    gloss = text[bar...].dropFirst()
  }

  private static let advice = "is this a data file of WordNet 3.0? apt-get install wordnet-base has them"

  private mutating func synset(_ part: Synset.Part) throws -> Synset {
    let offset = try number("a synset offset")
    let lexicographerFile = try number("a lexicographer file number")
    guard lexicographerFile < Synset.lexicographerFileCount else {
      throw error("a lexicographer file number from 0 to 44", "\(lexicographerFile)")
    }
    let found = try self.part("a synset type")
    guard found == part else { throw error("a synset type of \(file)", String(found.rawValue)) }
    let words = try self.words()
    return Synset(
      key: .init(part: part, offset: offset), lexicographerFile: lexicographerFile, firstWord: words[0],
      pointers: try pointers(), definition: definition)
  }

  private var definition: String {
    let end = gloss.firstRange(of: "; \"")?.lowerBound ?? gloss.endIndex
    return gloss[..<end].split(separator: " ").joined(separator: " ")
  }

  private mutating func words() throws -> [String] {
    let count = try count("words", radix: 16)
    guard count > 0 else { throw error("at least one word", "0") }
    return try (0..<count).map { _ in
      let word = try field("a word")
      _ = try number("a lexical id", radix: 16)
      return String(word)
    }
  }

  private mutating func pointers() throws -> [Synset.Key] {
    let count = try count("pointers")
    return try (0..<count).map { _ in
      _ = try field("a pointer symbol")
      let offset = try number("a pointer's synset offset")
      let part = try part("a pointer's part of speech")
      _ = try number("a pointer's source and target", radix: 16)
      return Synset.Key(part: part, offset: offset)
    }
  }

  private mutating func part(_ expected: String) throws -> Synset.Part {
    let text = try field(expected)
    guard text.count == 1, let part = Synset.Part(code: text.first!) else { throw error(expected, "\"\(text)\"") }
    return part
  }

  private mutating func count(_ things: String, radix: Int = 10) throws -> Int {
    let count = try number("a count of \(things)", radix: radix)
    guard count <= fields.count else { throw error("\(count) \(things)", "\(fields.count) more fields") }
    return count
  }

  private mutating func number(_ expected: String, radix: Int = 10) throws -> Int {
    let text = try field(expected)
    guard let value = Int(text, radix: radix), value >= 0 else { throw error(expected, "\"\(text)\"") }
    return value
  }

  private mutating func field(_ expected: String) throws -> Substring {
    guard let field = fields.popFirst() else { throw error(expected, "the end of the fields") }
    return field
  }

  private func error(_ expected: String, _ found: String) -> GasError {
    GasError(expected: expected, found: found, file: file, at: .line(line), advice: Self.advice)
  }
}
