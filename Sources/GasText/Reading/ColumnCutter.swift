/// One column of a line: bytes of the current text.
package struct TextColumn {
  /// The bytes of the column, without quotes around them.
  package let bytes: UnsafeRawBufferPointer
  /// Whether two quotes inside mean one.
  package var hasDoubledQuotes = false

  /// The column's text without its quotes.
  package var text: String {
    let text = String(decoding: bytes, as: UTF8.self)
    return hasDoubledQuotes ? text.replacing("\"\"", with: "\"") : text
  }

  /// The column as an integer of 64 bits, written in digits alone; `nil` if it is something else.
  package var integer: Int64? {
    let isNegative = bytes.first == UInt8(ascii: "-")
    let digits = isNegative ? UnsafeRawBufferPointer(rebasing: bytes.dropFirst()) : bytes
    guard !digits.isEmpty && digits.allSatisfy({ 48...57 ~= $0 }) else { return nil }
    // More digits may overflow, which the standard library checks.
    guard digits.count <= 18 else { return Int64(text) }
    let value = digits.reduce(Int64(0)) { $0 * 10 + Int64($1 - 48) }
    return isNegative ? -value : value
  }

  /// The column as a finite number in decimal digits; `nil` if it is something else, or if float32 would turn it into
  /// 0.
  package var number: Float? {
    guard let first = bytes.first, first > 32, !hasDoubledQuotes else { return nil }
    return Float(text).flatMap { $0.isFinite && bytes.isKept(as: $0) ? $0 : nil }
  }
}

/// Cuts lines into columns. Where commas, semicolons or a chosen text separate them, columns may be quoted, as in RFC
/// 4180.
package struct ColumnCutter {
  /// What separates columns.
  package let separator: ColumnSeparator
  /// Whether quotes enclose a column; otherwise they are ordinary letters.
  package let takesQuotes: Bool
  private let bytes: [UInt8]

  /// Cuts at a separator. If `takesQuotes` is nil, quotes enclose columns except between blanks and tabs.
  package init(_ separator: ColumnSeparator, takesQuotes: Bool? = nil) {
    self.separator = separator
    self.takesQuotes = takesQuotes ?? (separator != .blanks && separator != .tab)
    if case .text(let text) = separator { bytes = Array(text.utf8) } else { bytes = [] }
  }

  /// Cuts a line.
  ///
  /// - Parameter line: the line without its end.
  /// - Returns: its columns; `nil` if a quote is not closed in the line, or if something follows it in the column.
  package func cut(_ line: UnsafeRawBufferPointer) -> [TextColumn]? {
    separator == .blanks ? blankColumns(line) : columns(line)
  }

  private func blankColumns(_ line: UnsafeRawBufferPointer) -> [TextColumn] {
    line.split(whereSeparator: { $0 == 0x20 || $0 == 0x09 || $0 == 0x0d }).map {
      unquotedIfWhole(TextColumn(bytes: UnsafeRawBufferPointer(rebasing: $0)))
    }
  }

  private func columns(_ line: UnsafeRawBufferPointer) -> [TextColumn]? {
    var columns: [TextColumn] = []
    var start = 0
    while true {
      let next = firstInk(line, start)
      if takesQuotes && next < line.count && line[next] == UInt8(ascii: "\"") {
        guard let (column, end) = quoted(line, next) else { return nil }
        columns.append(column)
        start = end
      } else {
        let end = separatorPlace(line, start)
        columns.append(TextColumn(bytes: trimmed(line, start..<end)))
        start = end
      }
      guard start < line.count else { return columns }
      start += bytes.count
    }
  }

  /// Skips spaces, and tabs unless they separate.
  private func firstInk(_ line: UnsafeRawBufferPointer, _ start: Int) -> Int {
    var place = start
    while place < line.count && isSpace(line[place]) { place += 1 }
    return place
  }

  private func isSpace(_ byte: UInt8) -> Bool {
    byte == 0x20 || byte == 0x0d || (byte == 0x09 && separator != .tab)
  }

  private func separatorPlace(_ line: UnsafeRawBufferPointer, _ start: Int) -> Int {
    var place = start
    while place < line.count && !isSeparator(line, place) { place += 1 }
    return place
  }

  private func isSeparator(_ line: UnsafeRawBufferPointer, _ place: Int) -> Bool {
    line[place] == bytes[0] && (bytes.count == 1 || line[place...].starts(with: bytes))
  }

  private func trimmed(_ line: UnsafeRawBufferPointer, _ range: Range<Int>) -> UnsafeRawBufferPointer {
    let first = min(firstInk(line, range.lowerBound), range.upperBound)
    var last = range.upperBound
    while last > first && isSpace(line[last - 1]) { last -= 1 }
    return UnsafeRawBufferPointer(rebasing: line[first..<last])
  }

  /// Reads a quoted column.
  ///
  /// - Parameters:
  ///   - line: the line.
  ///   - open: where the opening quote is.
  /// - Returns: the column, and where the separator behind it or the end of the line is.
  private func quoted(_ line: UnsafeRawBufferPointer, _ open: Int) -> (TextColumn, end: Int)? {
    var place = open + 1
    var hasDoubledQuotes = false
    while place < line.count {
      guard line[place] == UInt8(ascii: "\"") else {
        place += 1
        continue
      }
      if place + 1 < line.count && line[place + 1] == UInt8(ascii: "\"") {
        hasDoubledQuotes = true
        place += 2
        continue
      }
      let end = firstInk(line, place + 1)
      guard end == line.count || isSeparator(line, end) else { return nil }
      let bytes = UnsafeRawBufferPointer(rebasing: line[(open + 1)..<place])
      return (TextColumn(bytes: bytes, hasDoubledQuotes: hasDoubledQuotes), end)
    }
    return nil
  }

  private func unquotedIfWhole(_ column: TextColumn) -> TextColumn {
    let bytes = column.bytes
    guard takesQuotes, bytes.count >= 2, bytes[0] == UInt8(ascii: "\""), bytes[bytes.count - 1] == bytes[0] else {
      return column
    }
    return TextColumn(bytes: UnsafeRawBufferPointer(rebasing: bytes[1..<bytes.count - 1]))
  }
}
