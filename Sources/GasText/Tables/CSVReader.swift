import GasBase
import Glibc

/// Reads a table as text, row by row: fields between separators, quoted where they hold separators, quotes or line
/// ends (RFC 4180). The first row names the columns. Not thread-safe.
///
/// Spaces around a field do not count unless they are quoted. Memory: the longest row, and a mebibyte.
package final class CSVReader {
  /// The input.
  package let source: ByteSource
  /// What separates fields.
  package let separator: UInt8
  /// The names of the columns, each of them once.
  package private(set) var columns: [String] = []
  /// The columns whose names the header leaves empty; they are called after their places.
  package private(set) var unnamed: Set<Int> = []
  /// The first row as it is written.
  package private(set) var header = ""
  /// How many lines above the first row were left out as comments.
  package let commentCount: Int
  /// What messages call the input.
  package let name: String
  /// How many rows have been read, the header not among them.
  package private(set) var row = 0
  /// The line in which the row begins that was read last.
  package private(set) var line = 0

  var fields: [Field] = []
  private(set) var bytes = UnsafeMutableRawBufferPointer.allocate(byteCount: (1 << 20) + 1, alignment: 16)
  /// Where the next row begins, and where what was read ends.
  private(set) var (start, end) = (0, 0)
  private(set) var isAtEnd = false
  private(set) var nextLine = 1
  private var byteCount = 0

  /// A longer row has a quote that is not closed, as a rule.
  private static let longestRow = 1 << 24
  /// So many rows tell whether it is the header that lacks a field.
  private static let comparedRows = 16
  static let quote = UInt8(ascii: "\"")
  static let (feed, carriageReturn) = (UInt8(ascii: "\n"), UInt8(ascii: "\r"))

  struct Field {
    var range: Range<Int>
    /// Whether two quotes inside mean one.
    var hasDoubledQuotes = false
  }

  /// Reads the names of the columns.
  ///
  /// - Parameters:
  ///   - source: the input.
  ///   - name: what messages call it; `nil` for its own name.
  ///   - separator: what separates fields; `nil` if the header tells.
  /// - Throws: `GasError` if the bytes are clearly not text, or if the first row does not name each column once.
  package init(_ source: ByteSource, called name: String? = nil, separator: UInt8? = nil) throws {
    self.source = source
    self.name = name ?? source.file.name
    try FileKinds.refuse(in: source, as: .table)
    let head = try source.peek(CSVHeader.longestBytes)
    let text = head.dropFirst(head.starts(with: LineReader.byteOrderMark) ? LineReader.byteOrderMark.count : 0)
    let beginning = CSVBeginning(of: text, separator: separator)
    self.separator = separator ?? CSVHeader.separator(in: text.dropFirst(beginning.byteCount))
    commentCount = beginning.commentCount
    try skip(beginning)
    guard try readFields(), fields.count > 1 || !self[0].isEmpty else {
      throw GasError(
        expected: "a row that names the columns", found: line == 0 ? "an empty file" : "an empty line", file: self.name)
    }
    unnamed = Set(fields.indices.filter { self[$0].isEmpty })
    header = String(decoding: bytes[fields[0].range.lowerBound..<fields.last!.range.upperBound], as: UTF8.self)
    columns = try CSVHeader.names(fields.indices.map { self[$0] }, file: self.name, line: line)
    row = 0
  }

  deinit { bytes.deallocate() }

  private func skip(_ beginning: CSVBeginning) throws {
    guard beginning.lineCount > 0 else { return }
    try fill()
    start += beginning.byteCount
    nextLine += beginning.lineCount
  }

  /// The bytes of a field of the current row, quotes and spaces around it removed; valid until the next row is read.
  ///
  /// Behind them is a byte that is no part of a number.
  package subscript(column: Int) -> UnsafeRawBufferPointer {
    UnsafeRawBufferPointer(rebasing: bytes[fields[column].range])
  }

  /// Reads the next row. Lines without anything are skipped, unless the table has one column.
  ///
  /// - Returns: whether there was one.
  /// - Throws: `GasError` for a row that has more or fewer fields than the header, a quote that is not closed or stands
  ///   in the wrong place, a zero byte, or a failure of the disk.
  package func next() throws -> Bool {
    repeat {
      guard try readFields() else { return false }
    } while columns.count > 1 && fields.count == 1 && self[0].isEmpty
    row += 1
    guard fields.count == columns.count else { throw wrongWidth() }
    return true
  }

  private func wrongWidth() -> GasError {
    let text = bytes[fields.first!.range.lowerBound..<fields.last!.range.upperBound]
    // The advice may take reading on.
    let (found, row, line) = (fields.count, row, line)
    let advice =
      found > columns.count
      ? shortHeaderAdvice() ?? "put a field into quotes that holds the separator or a line end"
      : CSVHeader.otherSeparator(in: text, than: separator) ?? "leave no field out: an empty one will do"
    return GasError(
      expected: "\(Units.plural(columns.count, "field")), as in the header", found: "\(found) in row \(row)",
      file: name, at: .line(line), advice: advice)
  }

  /// What to do where the first row has one field more than the header, and so have some rows behind it, which are
  /// read.
  ///
  /// - Returns: a sentence; `nil` if the header need not be the cause.
  private func shortHeaderAdvice() -> String? {
    guard row == 1, fields.count == columns.count + 1 else { return nil }
    var (count, endsEmpty) = (1, self[columns.count].isEmpty)
    while count < Self.comparedRows, (try? readFields()) == true {
      if fields.count == 1 && self[0].isEmpty { continue }
      guard fields.count == columns.count + 1 else { return nil }
      endsEmpty = endsEmpty && self[columns.count].isEmpty
      count += 1
    }
    guard count > 1 else { return nil }
    return endsEmpty
      ? "the rows end with a separator, and the header does not: take it away, or write one behind the header too"
      : "the rows have one field more than the header, which lacks a name: R's write.table leaves out that of row names "
        + "(pass row.names = FALSE, or put a name in front); in other tables, give each column a name"
  }

  /// Reads the fields of the next row, and more bytes where it goes on behind those that are there.
  private func readFields() throws -> Bool {
    while true {
      if start == end && isAtEnd { return false }
      if start < end, let next = try cut() {
        (line, nextLine) = (nextLine, next.line)
        start = next.start
        for column in fields.indices where fields[column].hasDoubledQuotes { undouble(column) }
        return true
      }
      try fill()
    }
  }

  /// Moves the row that has begun to the front, and reads on behind it.
  private func fill() throws {
    let kept = end - start
    if start > 0 {
      bytes.copyMemory(from: UnsafeRawBufferPointer(rebasing: bytes[start..<end]))
      (start, end) = (0, kept)
    } else if kept == bytes.count - 1 {
      try grow()
    }
    let room = UnsafeMutableRawBufferPointer(rebasing: bytes[end..<bytes.count - 1])
    let count = try source.read(into: room)
    if let zero = count == 0 ? nil : memchr(room.baseAddress!, 0, count) {
      throw GasError(
        expected: "text", found: "a zero byte", file: name,
        at: .offset(byteCount + (UnsafeRawPointer(zero) - UnsafeRawPointer(room.baseAddress!))),
        advice: "the file is damaged or no text: write or fetch it again")
    }
    if byteCount == 0, room[..<count].starts(with: LineReader.byteOrderMark) { start = LineReader.byteOrderMark.count }
    end += count
    byteCount += count
    isAtEnd = count < room.count
    bytes[end] = 0
  }

  private func grow() throws {
    guard bytes.count <= Self.longestRow else {
      throw GasError(
        expected: "rows of up to \(Units.bytes(Self.longestRow))", found: "a longer one", file: name,
        at: .line(nextLine), advice: "a quote that opens in this row may not be closed")
    }
    let larger = UnsafeMutableRawBufferPointer.allocate(byteCount: bytes.count * 2 - 1, alignment: 16)
    larger.copyMemory(from: UnsafeRawBufferPointer(rebasing: bytes[..<end]))
    bytes.deallocate()
    bytes = larger
  }

  private func undouble(_ column: Int) {
    var place = fields[column].range.lowerBound
    var isSecond = false
    for source in fields[column].range {
      let byte = bytes[source]
      isSecond = byte == Self.quote && !isSecond
      if isSecond { continue }
      bytes[place] = byte
      place += 1
    }
    fields[column].range = fields[column].range.lowerBound..<place
  }
}
