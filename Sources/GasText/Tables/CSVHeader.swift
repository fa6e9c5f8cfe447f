import GasBase

/// The first row of a table, which names its columns.
enum CSVHeader {
  /// How much of a file is looked at to find what separates.
  static let longestBytes = 1 << 16
  /// What may separate if the user does not say; the first of those that stand there equally often.
  private static let candidates = Array(",;\t|".utf8)

  /// Finds what separates columns: that of a comma, a semicolon, a tab and a pipe which stands most often in the first
  /// line outside of quotes.
  static func separator(in head: some Collection<UInt8>) -> UInt8 {
    var counts = [Int](repeating: 0, count: candidates.count)
    var isQuoted = false
    for byte in head {
      if byte == UInt8(ascii: "\"") { isQuoted.toggle() }
      if isQuoted { continue }
      if byte == UInt8(ascii: "\n") { break }
      if let place = candidates.firstIndex(of: byte) { counts[place] += 1 }
    }
    let most = counts.max()!
    return candidates[counts.firstIndex(of: most)!]
  }

  /// What a row may have instead of the separator, where it has too few fields.
  ///
  /// - Parameters:
  ///   - row: the bytes of the row.
  ///   - separator: what separates in the header.
  /// - Returns: a sentence; `nil` if no other separator is in the row.
  static func otherSeparator(in row: some Collection<UInt8>, than separator: UInt8) -> String? {
    let names = ["comma", "semicolon", "tab", "pipe"]
    guard let own = candidates.firstIndex(of: separator),
      let other = row.lazy.compactMap({ candidates.firstIndex(of: $0) }).first
    else { return nil }
    return "\(names[own])s separate in the header, and this row has a \(names[other]): write all rows alike"
  }

  /// Checks the names of the columns. A column without a name is called after its place.
  ///
  /// - Parameters:
  ///   - fields: the first row.
  ///   - file: what messages call the file.
  ///   - line: its line.
  /// - Returns: a name for each column.
  /// - Throws: `GasError` for a name that is not UTF-8 or stands twice.
  static func names(_ fields: [UnsafeRawBufferPointer], file: String, line: Int) throws -> [String] {
    var names: [String] = []
    for (place, field) in fields.enumerated() {
      guard let text = String(validating: field, as: UTF8.self) else {
        throw GasError(
          expected: "names of columns in UTF-8", found: field.shown, file: file, at: .line(line),
          advice: TextEncoding.advice(file))
      }
      guard place > 0 || !(text.lowercased().hasPrefix("sep=") && text.utf8.count <= 5) else {
        throw GasError(
          "the line says what separates fields, as Excel does, and not what columns are called", file: file,
          at: .line(line), advice: "take the line away")
      }
      let name = text.isEmpty ? "column \(place + 1)" : text
      if let first = names.firstIndex(of: name) {
        throw GasError(
          "two columns are called \"\(name.excerpt)\" (\(first + 1) and \(place + 1))", file: file, at: .line(line),
          advice: "give each column a name of its own")
      }
      names.append(name)
    }
    return names
  }
}
