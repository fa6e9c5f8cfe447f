import GasBase
import GasStore

/// A table of numbers as text, a row a line, that becomes a float32 array in a `.npy` file; nothing of it is held in memory.
struct NumberTable {
  let path: String
  let rowCount: Int
  /// `nan` stands where a number is not known.
  let mayLackNumbers: Bool

  /// - Throws: `GasError` naming the line that is not as wide as the first, or holds something else.
  func convert(to target: String, _ inputs: InputLog) throws {
    let reader = try LineReader(opening: path)
    var writer: NpyWriter?
    var values: [Float] = []
    var rows = 0
    while let text = try reader.next() {
      guard !text.isEmpty else { continue }
      values.removeAll(keepingCapacity: true)
      var cursor = TextCursor(text)
      while !cursor.isAtEnd {
        let start = values.count
        rows += 1
        try readRow(&cursor, into: &values, line: rows)
        let width = writer?.header.shape[1] ?? (values.count - start)
        writer = try writer ?? NpyWriter(creating: target, type: .float32, shape: [rowCount, width])
        guard values.count - start == width && rows <= rowCount else {
          throw GasError(
            expected: rows > rowCount ? "the end after \(rowCount) rows" : "\(width) numbers, as in the first line",
            found: "\(values.count - start)", file: path, at: .line(rows))
        }
      }
      try writer?.append(values)
    }
    guard let writer, rows == rowCount else {
      throw GasError(expected: "\(rowCount) rows", found: "\(rows)", file: path)
    }
    try writer.finish()
    inputs.record(reader.source.file)
  }

  private func readRow(_ cursor: inout TextCursor, into values: inout [Float], line: Int) throws {
    repeat {
      cursor.skipSeparator()
      let start = cursor
      if let value = cursor.number() {
        values.append(value)
      } else {
        cursor = start
        let field = cursor.token()
        guard mayLackNumbers && String(decoding: field, as: UTF8.self).lowercased() == "nan" else {
          throw GasError(expected: "a finite number", found: field.shown, file: path, at: .line(line))
        }
        values.append(.nan)
      }
      cursor.skipBlanks()
    } while !cursor.isAtLineEnd
    cursor.skipLine()
  }
}
