import GasBase

/// Reads edges from lines of text: two ids, and a weight or further columns where the format says so.
///
/// Columns are separated by blanks or a comma. Empty lines and lines that start with `#` or `%` are skipped.
struct EdgeParser: EdgeTextParser {
  let format: EdgeFormat
  let file: String
  /// Numbers names, where ids are names.
  let names: NameResolver?
  private(set) var line = 0

  init(format: EdgeFormat, file: String, names: NameResolver?) {
    self.format = format
    self.file = file
    self.names = names
  }

  /// - Parameter text: whole lines, not empty.
  mutating func parse(_ text: UnsafeRawBufferPointer) throws -> EdgeBatch {
    var edges = EdgeChunk<Int64>()
    var lines: [Int] = []
    // Two short ids make a line of eight bytes.
    let guess = text.count / 8
    edges.sources.reserveCapacity(guess)
    edges.targets.reserveCapacity(guess)
    lines.reserveCapacity(guess)
    var cursor = TextCursor(text)
    while !cursor.isAtEnd {
      line += 1
      let start = cursor
      cursor.skipBlanks()
      if line > format.skippedLines && !cursor.isAtLineEnd && !cursor.startsComment {
        guard let source = try id(&cursor, start) else { throw malformed(start) }
        cursor.skipSeparator()
        guard let target = try id(&cursor, start) else { throw malformed(start) }
        if format.isWeighted { edges.weights.append(try weight(&cursor, start)) }
        try finishLine(&cursor, start)
        edges.sources.append(source)
        edges.targets.append(target)
        lines.append(line)
      }
      cursor.skipLine()
    }
    return EdgeBatch(file: file, edges: edges, places: .lines(lines))
  }

  @inline(__always)
  private func id(_ cursor: inout TextCursor, _ start: TextCursor) throws -> Int64? {
    guard let names else { return cursor.integer() }
    let name = cursor.token()
    guard !name.isEmpty else { return nil }
    return Int64(try names.number(of: name, file: file, at: .line(line)))
  }

  private func weight(_ cursor: inout TextCursor, _ start: TextCursor) throws -> Float {
    cursor.skipSeparator()
    guard let weight = cursor.number() else {
      throw fail(start, expected: "two node ids and a finite weight")
    }
    return weight
  }

  private func finishLine(_ cursor: inout TextCursor, _ start: TextCursor) throws {
    cursor.skipBlanks()
    guard !cursor.isAtLineEnd && !format.ignoresExtraColumns else { return }
    if format.isWeighted {
      throw fail(start, expected: "three columns", advice: "pass --ignore-extra-columns to skip the others")
    }
    throw fail(
      start, expected: "two columns",
      advice: "pass --weighted if the third is the edge's weight, or --ignore-extra-columns to skip it")
  }

  private func malformed(_ start: TextCursor) -> GasError {
    if names != nil { return fail(start, expected: "two node ids") }
    return fail(
      start, expected: "two integer node ids",
      advice: "pass --string-ids if nodes have names, or --skip-lines 1 if the columns have")
  }

  func finish() {}
}
