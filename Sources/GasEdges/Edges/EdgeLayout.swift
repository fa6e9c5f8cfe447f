import GasBase
import GasFormats

/// How the lines of a text hold edges. The first line of data settles it for all that follow.
struct EdgeLayout {
  let cutter: ColumnCutter
  /// Columns of a line.
  let columnCount: Int
  let source: Int
  let target: Int
  let weight: Int?
  /// Names of the columns, if the first line has been taken for them.
  let header: [String]?
  /// Whether a line holds two integers (and a weight) at its beginning and nothing else of interest.
  let isPlain: Bool

  var separator: ColumnSeparator { cutter.separator }
  /// The last column that is read.
  var lastColumn: Int { max(source, target, weight ?? 0) }

  /// Whether the first line has more columns than are read.
  var hasExtraColumns: Bool { columnCount > lastColumn + 1 }

  /// Why a line was refused, and what to do.
  struct Problem: Error {
    var expected: String
    var advice: String?
  }

  /// Settles the layout by the first line of data.
  ///
  /// - Parameters:
  ///   - first: the first line of data.
  ///   - next: the line behind it, if it has been read.
  ///   - format: what the user says.
  ///   - line: the number of the first line.
  /// - Throws: `Problem` about the first line.
  init(
    _ first: UnsafeRawBufferPointer, next: UnsafeRawBufferPointer?, _ format: EdgeFormat, line: Int
  ) throws {
    cutter = try Self.cutter(first, next, format)
    guard let columns = cutter.cut(first) else { throw Self.openQuote }
    let following = next.flatMap(cutter.cut)
    let text = EdgeLayoutText(columns, following, cutter.separator, format, line: line)
    let places = try Self.places(columns, format, text)
    (source, target) = (places[0], places[1])
    weight = format.isWeighted ? places[2] : nil
    // A tab at the end encloses nothing.
    let last = places.max()!
    let emptyCount = cutter.separator == .tab ? columns.reversed().prefix { $0.bytes.isEmpty }.count : 0
    columnCount = max(columns.count - emptyCount, last + 1)
    guard columns.count > last else { throw Self.outsideOfQuotes(first).isOpen ? Self.openQuote : text.tooFew }
    let isHeader = Self.isHeader(columns, following, places, format)
    header = isHeader ? columns.map(\.text) : nil
    if format.columns == nil { try Self.check(text, columnCount, isHeader: isHeader, format) }
    let isUsual = [.blanks, .tab, .comma].contains(cutter.separator) && (format.separator ?? .blanks) == .blanks
    isPlain =
      !format.hasStringIds && format.columns == nil && isUsual && !(format.isWeighted && format.ignoresExtraColumns)
  }

  /// Checks that the first columns are the right ones, unless the user has named some.
  private static func check(_ text: EdgeLayoutText, _ columnCount: Int, isHeader: Bool, _ format: EdgeFormat) throws {
    let hasNames = isHeader || (format.hasStringIds && format.skippedLines == nil && text.hasKnownNames)
    if hasNames && text.hasOtherOrder { throw text.misplaced }
    guard columnCount > (format.isWeighted ? 3 : 2) else { return }
    // A column between two names may be their relation, and a name with blanks may have been cut.
    let isDoubtful = format.hasStringIds && !hasNames && text.hasNameBehind
    guard !format.ignoresExtraColumns || isDoubtful else { return }
    throw hasNames ? text.tooManyNamed : text.tooMany
  }

  static let openQuote = Problem(
    expected: "columns in quotes to end in their line, and at a separator",
    advice: "names cannot have line breaks, and a quote inside is doubled")

  private static func places(
    _ columns: [TextColumn], _ format: EdgeFormat, _ text: EdgeLayoutText
  ) throws -> [Int] {
    guard let chosen = format.columns else { return format.isWeighted ? [0, 1, 2] : [0, 1] }
    guard chosen.weight != nil || !format.isWeighted else {
      throw Problem(expected: "columns of two ids and a weight to be named", advice: "name the weight's column third")
    }
    return try chosen.all.map { name in
      switch name {
      case .number(let number): return number - 1
      case .header(let name):
        let places = columns.indices.filter { columns[$0].text == name }
        guard places.count == 1 else { throw text.noColumn(name, isRepeated: !places.isEmpty) }
        return places[0]
      }
    }
  }

  /// Whether the first line names the columns.
  private static func isHeader(
    _ columns: [TextColumn], _ next: [TextColumn]?, _ places: [Int], _ format: EdgeFormat
  ) -> Bool {
    if format.columns?.haveNames == true { return true }
    guard format.skippedLines == nil else { return false }
    let ends = places[...1].map { columns[$0] }
    if format.hasStringIds && EdgeHeader.areNames(ends[0].text, ends[1].text) { return true }
    guard let next, next.count > places.max()!, places[...1].allSatisfy({ next[$0].integer != nil }) else {
      return false
    }
    // pandas does not name the column of its row numbers.
    return places.allSatisfy { columns[$0].number == nil } && places.contains { !columns[$0].bytes.isEmpty }
  }
}

extension EdgeLayout {
  private static func cutter(
    _ first: UnsafeRawBufferPointer, _ next: UnsafeRawBufferPointer?, _ format: EdgeFormat
  ) throws -> ColumnCutter {
    // Integers may be quoted, whatever separates them.
    func cutter(_ separator: ColumnSeparator) -> ColumnCutter {
      ColumnCutter(separator, takesQuotes: format.hasStringIds ? nil : true)
    }
    if let separator = format.separator { return cutter(separator) }
    let candidates = candidates(first)
    if !format.hasStringIds {
      // Integers tell the separator: it is the one that comes between them.
      let ends = format.columns.map { [$0.source, $0.target].compactMap(\.number) } ?? [1, 2]
      let sample = [first, next].compactMap { $0 }
      let fitting = candidates.first { separator in
        sample.contains { line in
          guard separator != .blanks || !line.hasEmptyColumn, let columns = cutter(separator).cut(line) else {
            return false
          }
          return ends.count == 2 && ends.allSatisfy { columns[safe: $0 - 1]?.integer != nil }
        }
      }
      return cutter(fitting ?? candidates[0])
    }
    if candidates[0] == .tab, !outsideOfQuotes(first).bytes.contains(0x09),
      let other = candidates.first(where: { $0 == .comma || $0 == .semicolon })
    {
      throw Problem(
        expected: "one kind of separator, not a tab in quotes",
        advice: "pass --separator \(other.argument), or --separator tab if quotes are letters of names")
    }
    if candidates[0] == .semicolon && candidates.contains(.blanks) || candidates.prefix(2) == [.comma, .semicolon] {
      let (one, other) = candidates[0] == .comma ? (";", ",") : (";", "blanks")
      throw Problem(
        expected: "one kind of separator",
        advice: "pass --separator '\(one)' or --separator \(other == "blanks" ? other : "'\(other)'")")
    }
    return cutter(candidates[0])
  }

  /// Separators that occur in a line, the most telling first; blanks if there is nothing else.
  private static func candidates(_ line: UnsafeRawBufferPointer) -> [ColumnSeparator] {
    var found: [ColumnSeparator] = []
    if line.contains(UInt8(ascii: "\t")) { found.append(.tab) }
    let bytes = outsideOfQuotes(line).bytes
    if bytes.contains(UInt8(ascii: ",")) { found.append(.comma) }
    if bytes.contains(UInt8(ascii: ";")) { found.append(.semicolon) }
    // Between two tabs there is an empty column, which blanks would skip.
    if found.isEmpty || !bytes.isDisjoint(with: [0x20, 0x09]) && !line.hasEmptyColumn { found.append(.blanks) }
    return found
  }

  /// The bytes outside of quotes, which open where a column begins; and whether the last quote is not closed.
  private static func outsideOfQuotes(_ line: UnsafeRawBufferPointer) -> (bytes: Set<UInt8>, isOpen: Bool) {
    var (isQuoted, isAtStart) = (false, true)
    var bytes: Set<UInt8> = []
    for byte in line {
      if byte == UInt8(ascii: "\"") && (isQuoted || isAtStart) {
        isQuoted.toggle()
      } else if !isQuoted {
        bytes.insert(byte)
      }
      isAtStart = " \t,;".utf8.contains(byte)
    }
    return (bytes, isQuoted)
  }
}

extension UnsafeRawBufferPointer {
  /// Whether a tab is at the beginning, or two are side by side.
  var hasEmptyColumn: Bool {
    if first == UInt8(ascii: "\t") { return true }
    guard let first = firstIndex(of: UInt8(ascii: "\t")) else { return false }
    return indices[first...].dropLast().contains {
      self[$0] == UInt8(ascii: "\t") && self[$0 + 1] == UInt8(ascii: "\t")
    }
  }
}
