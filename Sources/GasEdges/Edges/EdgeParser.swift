import GasBase
import GasFormats
import GasGraph

/// Reads edges from lines of text: two ids, and a weight or further columns where the format says so.
///
/// The first line of data settles how lines are cut (`EdgeLayout`). Lines of integers and nothing else are read by a
/// fast function (`readPlain`), all others column by column.
struct EdgeParser: EdgeTextParser {
  let format: EdgeFormat
  let file: String
  /// Numbers names, if ids are names.
  let names: NameResolver?
  private(set) var line = 0
  private(set) var remarks = TextRemarks()
  private var layout: EdgeLayout?
  private var isPlain = false
  /// For `readPlain`: whether a comma is between columns.
  private(set) var hasCommas = false
  /// For `readPlain`: the byte behind which more columns may follow.
  private var extraSeparator: UInt8?
  var watch = FirstEdgeWatch()
  /// Comments in front of all data that could be edges between names.
  private var doubtful = DoubtfulComments()
  /// Edges of the chunks that were read, and of them those in front of the last header.
  private var (edgeCount, headerStart) = (0, 0)
  /// Lines with more columns than are read, and names in quotes that were kept.
  var longLineCount = 0
  /// Whether lines may have more columns than the first. The report then says so elsewhere.
  var mayGrow = false
  var quotedNameCount = 0

  init(format: EdgeFormat, file: String, names: NameResolver?) {
    self.format = format
    self.file = file
    self.names = names
    remarks.headers = [EdgeListHeader(file: file)]
  }

  /// Reads the edges of a chunk.
  ///
  /// - Parameter text: whole lines, not empty.
  /// - Returns: the edges.
  /// - Throws: `GasError` naming a line that is no edge.
  mutating func parse(_ text: UnsafeRawBufferPointer) throws -> EdgeBatch {
    var edges = EdgeChunk<Int64>()
    var lines: [Int] = []
    // Two short ids make a line of eight bytes.
    let guess = text.count / 8
    edges.sources.reserveCapacity(guess)
    edges.targets.reserveCapacity(guess)
    lines.reserveCapacity(guess)
    let skipped = format.skippedLines ?? 0
    var cursor = TextCursor(text)
    while !cursor.isAtEnd {
      line += 1
      let start = cursor
      if isPlain && readPlain(&cursor, into: &edges) {
        lines.append(line)
      } else if line > skipped {
        cursor = start
        if try readLine(start, into: &edges) { lines.append(line) }
      }
      cursor.skipLine()
    }
    watch.look(at: edges)
    edgeCount += edges.count
    remarks.headers[remarks.headers.count - 1].edgesRead = edgeCount - headerStart
    return EdgeBatch(file: file, edges: edges, places: .lines(lines))
  }

  /// Reads a line of integers and nothing else. Returns whether the line was such a one; if not, the cursor is
  /// somewhere in it.
  @inline(__always)
  private mutating func readPlain(_ cursor: inout TextCursor, into edges: inout EdgeChunk<Int64>) -> Bool {
    cursor.skipSpaces()
    guard let source = cursor.integer() else { return false }
    guard cursor.skipBetweenIntegers(hasCommas), let target = cursor.integer() else { return false }
    var weight: Float?
    if format.isWeighted {
      guard cursor.skipBetweenIntegers(hasCommas) else { return false }
      weight = cursor.number()
      guard weight != nil else { return false }
    }
    let rest = cursor
    cursor.skipSpaces()
    if !cursor.isAtLineEnd {
      guard let extraSeparator,
        cursor.byte == extraSeparator || extraSeparator == UInt8(ascii: " ") && cursor.byte != UInt8(ascii: ","),
        !rest.hasReturn
      else { return false }
      longLineCount += 1
    }
    edges.sources.append(source)
    edges.targets.append(target)
    if let weight { edges.weights.append(weight) }
    return true
  }

  /// Reads any line. Returns whether it was an edge.
  private mutating func readLine(_ start: TextCursor, into edges: inout EdgeChunk<Int64>) throws -> Bool {
    let content = start.content()
    guard let first = content.firstInk else { return false }
    guard !content.hasReturn else { throw content.returnInside(file: file, line: line) }
    if format.comments.mark(first) {
      try noteComment(content, start, after: edgeCount + edges.count)
      return false
    }
    if layout == nil, try settle(content, start) { return false }
    try readRow(content, start, layout!, into: &edges)
    return true
  }

  /// Counts a comment, and looks whether it says something of the edges behind it, or could be one itself.
  ///
  /// - Parameters:
  ///   - content: the line.
  ///   - start: where it begins.
  ///   - edges: how many edges stand in front of it.
  /// - Throws: `GasError` for a line that is no comment in an edge list.
  private mutating func noteComment(_ content: UnsafeRawBufferPointer, _ start: TextCursor, after edges: Int) throws {
    remarks.commentCount += 1
    if layout == nil && MatrixMarketParser.isBanner(String(decoding: content, as: UTF8.self)) {
      throw fail(
        start, expected: "no banner of Matrix Market in an edge list",
        advice: "move the banner to the first line, or take the line away if the file is an edge list")
    }
    noteHeader(String(decoding: content.prefix(Self.longestHeader), as: UTF8.self), after: edges)
    guard names != nil && !format.comments.areChosen else { return }
    if layout != nil {
      throw fail(
        start, expected: "comments in front of all edges alone",
        advice: "pass --comment none if names may begin so, or --comment '#%' if it is a comment")
    }
    let rest = content.drop { $0 <= UInt8(ascii: " ") }.dropFirst()
    if let next = rest.first, next > UInt8(ascii: " "), !format.comments.mark(next) {
      doubtful.add(String(decoding: content, as: UTF8.self), line)
    }
  }

  /// Takes what a comment says of edges. Behind edges, a header begins that of another file which was joined to this.
  private mutating func noteHeader(_ comment: String, after edges: Int) {
    if edges > headerStart {
      guard EdgeListHeader.begins(comment), remarks.headers.count < Self.mostHeaders else { return }
      remarks.headers[remarks.headers.count - 1].edgesRead = edges - headerStart
      remarks.headers.append(EdgeListHeader(file: file))
      headerStart = edges
    }
    remarks.headers[remarks.headers.count - 1].look(at: comment, line: line)
  }

  private static let (longestHeader, mostHeaders) = (1000, 1000)

  /// Settles the layout by the first line. Returns whether that line names the columns.
  private mutating func settle(_ content: UnsafeRawBufferPointer, _ start: TextCursor) throws -> Bool {
    let settled: EdgeLayout
    do {
      settled = try EdgeLayout(content, next: nextContent(start), format, line: line)
    } catch let problem as EdgeLayout.Problem {
      throw fail(start, expected: problem.expected, advice: problem.advice)
    }
    layout = settled
    isPlain = settled.isPlain
    hasCommas = settled.separator == .comma
    if mayGrow || settled.hasExtraColumns && format.ignoresExtraColumns {
      extraSeparator = settled.separator == .blanks ? UInt8(ascii: " ") : settled.separator == .tab ? 0x09 : 0x2c
    }
    if let comment = doubtful.edge(of: settled) { throw self.doubt(comment) }
    watch.firstLine = line
    guard let header = settled.header else { return false }
    watch.header =
      names == nil || format.columns?.haveNames == true ? nil : [header[settled.source], header[settled.target]]
    remarks.notes.append("\(file):\(line): \(content.shown) was taken for the names of the columns")
    return true
  }

  /// The next line that is neither empty nor a comment, as far as the current chunk goes.
  private func nextContent(_ start: TextCursor) -> UnsafeRawBufferPointer? {
    var cursor = start
    cursor.skipLine()
    while !cursor.isAtEnd {
      let content = cursor.content()
      if let first = content.firstInk, !format.comments.mark(first) { return content }
      cursor.skipLine()
    }
    return nil
  }

  /// The error for a comment that could be an edge.
  private func doubt(_ comment: DoubtfulComments.Comment) -> GasError {
    GasError(
      expected: "edges or comments", found: "\"\(comment.text.prefix(60))\", which could be either", file: file,
      at: .line(comment.line),
      advice: "pass --comment none if names may begin so, or --comment '#%' if it is a comment")
  }

  mutating func finish() throws {
    // Without an edge, nothing tells that they are comments.
    if layout == nil, let comment = doubtful.first { throw doubt(comment) }
    if quotedNameCount > 0 {
      remarks.notes.append(
        "\(file): quotes at the beginning of names were kept (\(quotedNameCount) times): they count where commas or semicolons separate"
      )
    }
    if format.ignoresExtraColumns && longLineCount > 0 && !mayGrow {
      let lines = longLineCount == 1 ? "1 line has" : "\(longLineCount) lines have"
      remarks.notes.append("\(file): \(lines) more columns, which were skipped")
    }
    if let note = try watch.note(file: file, names, isCertain: format.skippedLines != nil) {
      remarks.notes.append(note)
    }
  }
}
