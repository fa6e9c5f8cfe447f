import GasBase
import Glibc

extension CSVReader {
  /// Cuts the row at `start` into fields.
  ///
  /// - Returns: where the next one begins; `nil` if more bytes have to be read first.
  /// - Throws: `GasError` for a quote that is not closed or stands in the wrong place.
  func cut() throws -> (start: Int, line: Int)? {
    fields.removeAll(keepingCapacity: true)
    var (place, line) = (start, nextLine)
    while true {
      let first = skipSpaces(from: place)
      if first < end && bytes[first] == Self.quote {
        guard let close = try quoted(first, &line) else { return nil }
        place = close
      } else {
        guard let stop = try plain(first, line) else { return nil }
        place = stop
      }
      if place == end { return (end, line) }
      if bytes[place] == Self.feed { return (place + 1, line + 1) }
      place += 1
    }
  }

  private func skipSpaces(from place: Int) -> Int {
    var place = place
    while place < end && isSpace(bytes[place]) { place += 1 }
    return place
  }

  @inline(__always)
  private func isSpace(_ byte: UInt8) -> Bool { (byte == 0x20 || byte == 0x09) && byte != separator }

  /// Reads a field without quotes.
  ///
  /// - Returns: where the separator or the end of the line is; `nil` if more bytes have to be read first.
  private func plain(_ first: Int, _ line: Int) throws -> Int? {
    // Copies, which the compiler need not look at again for each byte.
    let (bytes, separator, end) = (UnsafeRawBufferPointer(bytes), separator, end)
    var place = first
    while place < end {
      let byte = bytes[place]
      if byte == separator || byte == Self.feed { break }
      if byte == Self.carriageReturn && place + 1 < end && bytes[place + 1] != Self.feed {
        let text = UnsafeRawBufferPointer(rebasing: bytes[first..<place])
        throw text.returnInside(file: name, line: line)
      }
      place += 1
    }
    if place == end && !isAtEnd { return nil }
    var last = place
    if last > first && bytes[last - 1] == Self.carriageReturn { last -= 1 }
    while last > first && isSpace(bytes[last - 1]) { last -= 1 }
    fields.append(Field(range: first..<last))
    return place
  }

  /// Reads a field in quotes, and counts the lines that end inside.
  ///
  /// - Returns: where the separator or the end of the line is; `nil` if more bytes have to be read first.
  private func quoted(_ open: Int, _ line: inout Int) throws -> Int? {
    let openLine = line
    var field = Field(range: open + 1..<open + 1)
    var place = open + 1
    while true {
      let rest = UnsafeRawBufferPointer(rebasing: bytes[place..<end])
      guard let found = rest.isEmpty ? nil : memchr(rest.baseAddress!, Int32(Self.quote), rest.count) else {
        guard isAtEnd else { return nil }
        throw unclosed(openLine)
      }
      let close = UnsafeRawPointer(found) - UnsafeRawPointer(bytes.baseAddress!)
      line += bytes[place..<close].count { $0 == Self.feed }
      if close + 1 == end && !isAtEnd { return nil }
      guard close + 1 < end, bytes[close + 1] == Self.quote else {
        field.range = open + 1..<close
        place = close + 1
        break
      }
      field.hasDoubledQuotes = true
      place = close + 2
    }
    fields.append(field)
    return try endOfQuoted(place, openLine, line)
  }

  private func endOfQuoted(_ place: Int, _ openLine: Int, _ line: Int) throws -> Int? {
    var place = skipSpaces(from: place)
    if place < end && bytes[place] == Self.carriageReturn && (place + 1 == end || bytes[place + 1] == Self.feed) {
      place += 1
    }
    if place == end { return isAtEnd ? place : nil }
    guard bytes[place] == separator || bytes[place] == Self.feed else {
      let text = UnsafeRawBufferPointer(rebasing: bytes[place..<min(end, place + 20)].prefix { $0 != Self.feed })
      throw GasError(
        expected: "a separator behind the quote that closes a field",
        found: text.shown + (line > openLine ? " in line \(line)" : ""), file: name, at: .line(openLine),
        advice: "a quote opens in this line: close it there, or double quotes that belong to the text")
    }
    return place
  }

  private func unclosed(_ line: Int) -> GasError {
    GasError(
      "a quote that opens in this line (row \(row + (columns.isEmpty ? 0 : 1))) is not closed up to the end of the file",
      file: name, at: .line(line), advice: "close it, or double quotes that belong to the text")
  }
}
