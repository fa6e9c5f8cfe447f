import GasBase

/// What separates the columns of a header, where what it was cut by does not give the columns that are asked for.
struct SeparatorHint {
  private let header: String
  private let columnCount: Int
  private let separator: UInt8

  /// What separates as a rule, with the words of `--separator`.
  private static let usual: [(mark: Character, word: String)] = [
    (",", "comma"), (";", "semicolon"), ("\t", "tab"), ("|", "pipe"), (":", "colon"),
  ]
  /// What separates seldom, and may be in names: it is looked at only if nothing else has cut the header.
  private static let unusual = "^~!/\\&*=@$%#"

  /// Looks at nothing yet.
  ///
  /// - Parameters:
  ///   - header: the first row as it is written.
  ///   - columnCount: how many columns it was cut into.
  ///   - separator: what it was cut by.
  init(_ header: String, cutTo columnCount: Int, by separator: UInt8) {
    (self.header, self.columnCount, self.separator) = (header, columnCount, separator)
  }

  /// What to do about a column that was not found.
  ///
  /// - Parameter name: the column.
  /// - Returns: `nil` if no other separator would give it.
  func advice(for name: String) -> String? {
    let unusual = columnCount > 1 ? [] : Self.unusual.map { (mark: $0, word: String($0).shellWord) }
    if let found = (Self.usual + unusual).first(where: { gives(name, $0.mark) }) {
      return "pass --separator \(found.word)"
    }
    guard columnCount == 1, gives(name, " ") else { return nil }
    return "blanks do not separate the columns of a table: write commas for them"
  }

  /// Whether a mark cuts the header into columns, of which one has the name. A colon may be in a name, so that it has
  /// to give more columns than there are.
  private func gives(_ name: String, _ mark: Character) -> Bool {
    guard mark.asciiValue != separator else { return false }
    let fields = header.split(separator: mark, omittingEmptySubsequences: mark != " ").map { field in
      field.trimmed { $0.isWhitespace || $0 == "\"" }
    }
    return fields.count > (mark == ":" ? columnCount : 1) && fields.contains(name)
  }
}
