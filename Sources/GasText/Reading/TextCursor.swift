import GasBase
import Glibc

/// Walks over lines of text byte by byte: the one place where parsers touch raw text.
///
/// The text ends with a line feed, so no step looks past its end.
@usableFromInline
package struct TextCursor {
  @usableFromInline var position: UnsafePointer<UInt8>
  @usableFromInline let end: UnsafePointer<UInt8>

  /// Starts at the beginning of a text.
  ///
  /// - Parameter text: whole lines, not empty.
  @inlinable
  package init(_ text: UnsafeRawBufferPointer) {
    assert(text.last == UInt8(ascii: "\n"))
    position = text.baseAddress!.assumingMemoryBound(to: UInt8.self)
    end = position + text.count
  }

  /// Whether all lines are behind the cursor.
  @inlinable
  package var isAtEnd: Bool { position == end }
  /// The byte at the cursor.
  @inlinable
  package var byte: UInt8 { position.pointee }
  /// Whether the cursor is at a line feed.
  @inlinable
  package var isAtLineEnd: Bool { byte == UInt8(ascii: "\n") }
  /// Whether the byte at the cursor is one of the usual comment marks.
  @inlinable
  package var startsComment: Bool { CommentMarks.standard.mark(byte) }

  /// Whether the byte is between columns: a blank, or a comma, which may have blanks around it.
  @inlinable
  var isSeparator: Bool { byte <= UInt8(ascii: " ") || byte == UInt8(ascii: ",") }

  /// Skips spaces, tabs and carriage returns.
  @inlinable
  package mutating func skipBlanks() {
    while byte == UInt8(ascii: " ") || byte == UInt8(ascii: "\t") || byte == UInt8(ascii: "\r") { position += 1 }
  }

  /// Skips spaces and carriage returns.
  @inlinable
  package mutating func skipSpaces() {
    while byte == UInt8(ascii: " ") || byte == UInt8(ascii: "\r") { position += 1 }
  }

  /// Skips what may be between two integers without a doubt: spaces and one tab, and the same again behind a comma. A
  /// second tab would enclose an empty column.
  ///
  /// - Parameter hasComma: whether there has to be a comma.
  /// - Returns: false if the comma is missing.
  @inlinable
  package mutating func skipBetweenIntegers(_ hasComma: Bool) -> Bool {
    skipSpacesAndTab()
    guard hasComma else { return true }
    guard byte == UInt8(ascii: ",") else { return false }
    position += 1
    skipSpacesAndTab()
    return true
  }

  /// Does not skip a carriage return: it is no blank if the line goes on behind it.
  @inlinable
  mutating func skipSpacesAndTab() {
    while byte == UInt8(ascii: " ") { position += 1 }
    guard byte == UInt8(ascii: "\t") else { return }
    position += 1
    while byte == UInt8(ascii: " ") { position += 1 }
  }

  /// Skips blanks, or a comma with or without blanks around it.
  @inlinable
  package mutating func skipSeparator() {
    skipBlanks()
    if byte == UInt8(ascii: ",") {
      position += 1
      skipBlanks()
    }
  }

  /// Goes behind the next line feed.
  @inlinable
  package mutating func skipLine() {
    while !isAtLineEnd { position += 1 }
    position += 1
  }

  /// Reads an integer that fills a column; `nil` for anything else, and for integers of more than 64 bits.
  @inlinable
  package mutating func integer() -> Int64? {
    let isNegative = byte == UInt8(ascii: "-")
    if isNegative { position += 1 }
    let first = position
    var value: UInt64 = 0
    var digit = byte &- UInt8(ascii: "0")
    while digit < 10 {
      value = value &* 10 &+ UInt64(digit)
      position += 1
      digit = byte &- UInt8(ascii: "0")
    }
    let digits = position - first
    guard digits > 0 && isSeparator else { return nil }
    guard digits > 18 else { return isNegative ? -Int64(value) : Int64(value) }
    // More digits may overflow, which the standard library checks.
    let text = UnsafeBufferPointer(start: first, count: digits)
    return Int64((isNegative ? "-" : "") + String(decoding: text, as: UTF8.self))
  }

  /// Reads a finite decimal number that fills a column; `nil` for anything else, and for a number that float32 would
  /// turn into 0.
  package mutating func number() -> Float? {
    guard !isSeparator else { return nil }
    var stop: UnsafeMutablePointer<CChar>?
    let text = UnsafeRawPointer(position).assumingMemoryBound(to: CChar.self)
    let value = strtof(text, &stop)
    guard let stop, stop > text else { return nil }
    position = UnsafePointer(UnsafeRawPointer(stop).assumingMemoryBound(to: UInt8.self))
    let isKept = UnsafeRawBufferPointer(start: text, count: UnsafePointer(stop) - text).isKept(as: value)
    return isSeparator && value.isFinite && isKept ? value : nil
  }

  /// Reads the bytes of a column; none if it is empty.
  @inlinable
  package mutating func token() -> UnsafeRawBufferPointer {
    let first = position
    while !isSeparator { position += 1 }
    return UnsafeRawBufferPointer(start: first, count: position - first)
  }

  /// Reads the rest of the line without blanks at its end. Stays before the line feed.
  package mutating func line() -> UnsafeRawBufferPointer {
    let first = position
    while !isAtLineEnd { position += 1 }
    var last = position
    while last > first && (last - 1).pointee <= UInt8(ascii: " ") { last -= 1 }
    return UnsafeRawBufferPointer(start: first, count: last - first)
  }
}

extension TextCursor {
  /// Whether there is a carriage return in the middle of the rest of the line.
  package var hasReturn: Bool {
    let room = end - position
    guard let feed = memchr(position, 0x0a, room) else { return false }
    var count = UnsafeRawPointer(feed) - UnsafeRawPointer(position)
    while count > 0 && position[count - 1] <= UInt8(ascii: " ") { count -= 1 }
    return UnsafeRawBufferPointer(start: position, count: count).hasReturn
  }

  /// Returns the line without its end and without spaces around it; tabs stay, since there may be empty columns between
  /// them.
  package func content() -> UnsafeRawBufferPointer {
    var (first, last) = (position, position)
    while last.pointee != UInt8(ascii: "\n") { last += 1 }
    func isSpace(_ byte: UInt8) -> Bool { byte == UInt8(ascii: " ") || byte == UInt8(ascii: "\r") }
    while first < last && isSpace(first.pointee) { first += 1 }
    while last > first && isSpace((last - 1).pointee) { last -= 1 }
    return UnsafeRawBufferPointer(start: first, count: last - first)
  }
}

extension UnsafeRawBufferPointer {
  /// The first byte that is not a blank.
  package var firstInk: UInt8? { first { $0 > UInt8(ascii: " ") } }

  /// Whether a number's text is decimal and `value` still has its size: the C library takes "0x10" too, and turns 1e-50
  /// into 0.
  package func isKept(as value: Float) -> Bool {
    func isLetter(_ byte: UInt8, _ letter: Unicode.Scalar) -> Bool { byte | 0x20 == UInt8(ascii: letter) }
    guard !contains(where: { isLetter($0, "x") }) else { return false }
    return value != 0 || !prefix { !isLetter($0, "e") }.contains { 49...57 ~= $0 }
  }

  /// Whether there is a carriage return among the bytes. In the middle of a line it ended a line for the program that
  /// wrote the file.
  package var hasReturn: Bool { !isEmpty && memchr(baseAddress!, 0x0d, count) != nil }

  /// The error for a carriage return in the middle of a line, whose bytes these are.
  package func returnInside(file: String, line: Int) -> GasError {
    GasError(
      expected: "no carriage return in the middle of a line", found: shown, file: file, at: .line(line),
      advice: "if it ends lines, pass the text through: tr '\\r' '\\n'")
  }

  /// The user's bytes as messages show them.
  package var shown: String {
    let longest = 60
    let text = String(decoding: prefix(longest), as: UTF8.self)
    return count > longest ? "\"\(text)…\"" : "\"\(text)\""
  }
}
