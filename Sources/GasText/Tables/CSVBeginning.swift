/// What stands above the first row of a table and is none: empty lines, and comments that begin with #.
///
/// A line that begins with # may name the columns as well (`#id,name`). It does if it has as many fields as the first
/// line behind it that does not begin so.
struct CSVBeginning {
  /// How many bytes are in front of the first row.
  private(set) var byteCount = 0
  /// How many lines are.
  private(set) var lineCount = 0
  /// How many of these are comments.
  private(set) var commentCount = 0

  private struct Line {
    let start: Int
    let number: Int
    let bytes: ArraySlice<UInt8>
  }

  private static let (mark, feed) = (UInt8(ascii: "#"), UInt8(ascii: "\n"))

  /// Looks at the beginning of a table.
  ///
  /// - Parameters:
  ///   - head: the first bytes, without a byte order mark.
  ///   - separator: what separates fields; `nil` if the header tells.
  init(of head: ArraySlice<UInt8>, separator: UInt8?) {
    var (comments, place, number) = ([Line](), head.startIndex, 0)
    while place < head.endIndex {
      let end = head[place...].firstIndex(of: Self.feed) ?? head.endIndex
      let line = Line(start: place - head.startIndex, number: number, bytes: head[place..<end])
      let first = line.bytes.first { !Self.isBlank($0) }
      if first == Self.mark { comments.append(line) }
      if let first, first != Self.mark {
        begin(at: Self.header(among: comments, above: line, separator) ?? line, comments)
        return
      }
      (place, number) = (end + 1, number + 1)
    }
    // Ids may begin with # as well, in each row.
    if let first = comments.first { begin(at: first, comments) }
  }

  private mutating func begin(at line: Line, _ comments: [Line]) {
    (byteCount, lineCount) = (line.start, line.number)
    commentCount = comments.count { $0.number < line.number }
  }

  /// The line that names the columns among some that begin with #: one without a blank behind the mark. One with a
  /// blank is a comment, unless it stands right above the row.
  private static func header(among comments: [Line], above row: Line, _ separator: UInt8?) -> Line? {
    let separator = separator ?? CSVHeader.separator(in: row.bytes)
    let width = width(row.bytes, separator)
    let named = comments.filter { Self.width($0.bytes, separator) == width }
    let tight = named.first { line in
      line.bytes.drop(while: isBlank).dropFirst().first.map { !isBlank($0) } ?? false
    }
    return tight ?? (width > 1 ? named.last { $0.number == row.number - 1 } : nil)
  }

  private static func isBlank(_ byte: UInt8) -> Bool { byte == 0x20 || byte == 0x09 || byte == 0x0d }

  /// How many fields a line has.
  private static func width(_ line: ArraySlice<UInt8>, _ separator: UInt8) -> Int {
    var (count, isQuoted) = (1, false)
    for byte in line {
      if byte == UInt8(ascii: "\"") { isQuoted.toggle() }
      if byte == separator && !isQuoted { count += 1 }
    }
    return count
  }
}
