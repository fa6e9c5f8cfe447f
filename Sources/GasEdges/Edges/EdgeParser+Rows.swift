import GasBase
import GasFormats
import GasGraph

/// Lines that `readPlain` does not take: they are cut into columns and compared with the first line, and their ids are
/// read, or their fault is reported.
extension EdgeParser {
  mutating func readRow(
    _ content: UnsafeRawBufferPointer, _ start: TextCursor, _ layout: EdgeLayout, into edges: inout EdgeChunk<Int64>
  ) throws {
    guard let columns = layout.cutter.cut(content) else {
      throw fail(start, expected: EdgeLayout.openQuote.expected, advice: EdgeLayout.openQuote.advice)
    }
    try check(columns, content, start, layout)
    if names != nil && isHeaderAgain(columns, layout) { throw headerAgain(start) }
    guard let source = try id(columns[layout.source], layout), let target = try id(columns[layout.target], layout)
    else {
      throw malformed(columns, start, layout)
    }
    if let place = layout.weight {
      guard let weight = columns[place].number else {
        throw fail(
          start, expected: "two node ids and a finite weight",
          advice: columns[place].text.contains(",")
            ? "write weights with a decimal point" : "weights are float32: decimal, from 1.4e-45 to 3.4e38, or 0")
      }
      edges.weights.append(weight)
    }
    watch.start(source, target, third: columns[safe: 2]?.integer)
    edges.sources.append(source)
    edges.targets.append(target)
  }

  /// Checks that the line has as many columns as the first.
  private mutating func check(
    _ columns: [TextColumn], _ content: UnsafeRawBufferPointer, _ start: TextCursor, _ layout: EdgeLayout
  ) throws {
    var count = columns.count
    while count > layout.columnCount && columns[count - 1].bytes.isEmpty && layout.separator == .tab { count -= 1 }
    guard count > layout.lastColumn else {
      throw isSeparatedOtherwise(content, layout) ? otherSeparator(start, layout) : malformed(columns, start, layout)
    }
    if count > layout.lastColumn + 1 { longLineCount += 1 }
    let mayDiffer = mayGrow || format.ignoresExtraColumns && layout.hasExtraColumns && names == nil
    guard count == layout.columnCount || mayDiffer else { throw ragged(columns, start, layout) }
    guard format.separator == nil else { return }
    if layout.separator == .blanks && content.hasEmptyColumn {
      throw fail(
        start, expected: "columns separated by blanks, as in line \(watch.firstLine), and none of them empty",
        advice: "pass --separator blanks if two tabs are as good as one")
    }
    guard names != nil else { return }
    let other: UInt8? = layout.separator == .blanks ? 0x2c : layout.separator == .tab ? nil : 0x09
    if let other, content.contains(other) {
      throw fail(
        start, expected: "columns separated by \(layout.separator), as in line \(watch.firstLine)",
        advice: "pass --separator \(layout.separator.argument) if names may hold \(other == 0x2c ? "commas" : "tabs")")
    }
  }

  /// Whether a line with too few columns contains another separator.
  private func isSeparatedOtherwise(_ content: UnsafeRawBufferPointer, _ layout: EdgeLayout) -> Bool {
    let all: [(ColumnSeparator, String)] = [(.blanks, " \t"), (.tab, "\t"), (.comma, ","), (.semicolon, ";")]
    let own = all.first { $0.0 == layout.separator }?.1 ?? ""
    return format.separator == nil && line > watch.firstLine
      && content.contains { " \t,;".utf8.contains($0) && !own.utf8.contains($0) }
  }

  private func otherSeparator(_ start: TextCursor, _ layout: EdgeLayout) -> GasError {
    fail(start, expected: "columns separated by \(layout.separator), as in line \(watch.firstLine)")
  }

  @inline(__always)
  private mutating func id(_ column: TextColumn, _ layout: EdgeLayout) throws -> Int64? {
    guard let names else { return column.integer }
    guard !column.bytes.isEmpty else { return nil }
    if !layout.cutter.takesQuotes && column.bytes[0] == UInt8(ascii: "\"") { quotedNameCount += 1 }
    guard column.hasDoubledQuotes else {
      return Int64(try names.number(of: column.bytes, file: file, at: .line(line)))
    }
    var text = column.text
    return Int64(try text.withUTF8 { try names.number(of: UnsafeRawBufferPointer($0), file: file, at: .line(line)) })
  }

  private func ragged(_ columns: [TextColumn], _ start: TextCursor, _ layout: EdgeLayout) -> GasError {
    let comments = names == nil ? EdgeLayoutText.adviceAboutComments(columns.dropFirst(layout.columnCount)) : nil
    return fail(
      start, expected: "\(layout.columnCount) columns, as in line \(watch.firstLine)",
      advice: comments
        ?? (watch.mayBeMetisHeader && layout.isPlain && !hasCommas && layout.columnCount == 2
          ? "pass --format metis if line \(watch.firstLine) counts nodes and edges and lines list neighbours" : nil))
  }

  @inline(__always)
  private func isHeaderAgain(_ columns: [TextColumn], _ layout: EdgeLayout) -> Bool {
    guard let header = layout.header else { return false }
    func isEqual(_ place: Int) -> Bool {
      columns[place].bytes.count == header[place].utf8.count && columns[place].text == header[place]
    }
    return columns.count > layout.lastColumn && isEqual(layout.source) && isEqual(layout.target)
  }

  private func headerAgain(_ start: TextCursor) -> GasError {
    fail(
      start, expected: "the names of the columns in line \(watch.firstLine) alone",
      advice: "if files were joined, give them one by one, or take the line away"
        + (watch.header == nil ? "" : "; pass --skip-lines \(watch.firstLine - 1) if the names are nodes"))
  }

  private func malformed(_ columns: [TextColumn], _ start: TextCursor, _ layout: EdgeLayout) -> GasError {
    if format.isWeighted && columns.count <= layout.lastColumn {
      return fail(start, expected: "two node ids and a finite weight")
    }
    if names != nil { return fail(start, expected: "two node ids") }
    if isHeaderAgain(columns, layout) { return headerAgain(start) }
    return fail(start, expected: "two integer node ids", advice: advice(columns, layout))
  }

  private func advice(_ columns: [TextColumn], _ layout: EdgeLayout) -> String? {
    let ends = [layout.source, layout.target].compactMap { columns[safe: $0] }
    // The standard library reads hexadecimal numbers too.
    if ends.count == 2 && ends.allSatisfy({ Float($0.text) != nil }) {
      return ends.contains { $0.text.contains { ".eE".contains($0) } }
        ? "write ids as integers: numpy.savetxt(f, a, fmt=\"%d\")" : "ids are integers of 64 bits, in digits"
    }
    guard ends.contains(where: { $0.text.contains(where: \.isLetter) }) else { return nil }
    return "pass --string-ids if nodes have names"
      + (line == watch.firstLine ? ", or --skip-lines \(line) if the line is no edge" : "")
  }
}
