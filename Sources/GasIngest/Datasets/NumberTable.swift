import GasBase
import GasEdges
import GasFormats

/// Turns a table of numbers as text, a row a line, into a float32 array in a `.npy` file; nothing of it is held in
/// memory.
struct NumberTable {
  let path: String
  let rowCount: Int
  /// Whether `nan` may stand for an unknown number.
  let mayLackNumbers: Bool
  /// Whether numbers may be any, where those of a table with unknown ones are classes otherwise.
  var holdsRealValues = false
  private var holdsClasses: Bool { mayLackNumbers && !holdsRealValues }
  /// Larger whole numbers cannot all be told apart in float32.
  private static let wholeLimit: Float = 16_777_216

  /// Counts the rows of a table by reading it.
  ///
  /// - Parameter path: the file.
  /// - Returns: the number of rows.
  /// - Throws: `GasError` if the input can be read only once, or cannot be read.
  static func countRows(_ path: String) throws -> Int {
    let reader = try LineReader(opening: path)
    guard reader.source.file.totalBytes != nil else {
      throw GasError("numbers as text are read twice, and this is no file", file: path, advice: "pass a file")
    }
    var rows = 0
    while let text = try reader.next() {
      guard !text.isEmpty else { continue }
      var cursor = TextCursor(text)
      while !cursor.isAtEnd {
        if !cursor.startsComment { rows += 1 }
        cursor.skipLine()
      }
    }
    guard rows > 0 else { throw GasError(expected: "rows of numbers", found: "none", file: path) }
    return rows
  }

  /// Writes the array.
  ///
  /// - Parameters:
  ///   - target: the `.npy` file.
  ///   - inputs: notes the table.
  /// - Throws: `GasError` naming a line that is not as wide as the first, or holds something else than numbers.
  func convert(to target: String, _ inputs: InputLog) throws {
    let reader = try LineReader(opening: path)
    var writer: NpyWriter?
    var values: [Float] = []
    var (rows, line) = (0, 0)
    while let text = try reader.next() {
      guard !text.isEmpty else { continue }
      values.removeAll(keepingCapacity: true)
      var cursor = TextCursor(text)
      while !cursor.isAtEnd {
        let start = values.count
        line += 1
        guard !cursor.startsComment else {
          cursor.skipLine()
          continue
        }
        rows += 1
        try readRow(&cursor, into: &values, line: line)
        let width = writer?.header.shape[1] ?? (values.count - start)
        writer = try writer ?? NpyWriter(creating: target, type: .float32, shape: [rowCount, width])
        guard values.count - start == width && rows <= rowCount else {
          throw GasError(
            expected: rows > rowCount ? "the end after \(rowCount) rows" : "\(width) numbers, as in the first line",
            found: rows > rowCount ? "another" : "\(values.count - start)", file: path, at: .line(line))
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
        guard !holdsClasses || abs(value) < Self.wholeLimit else {
          throw GasError(expected: "a label below 2^24", found: "\(value)", file: path, at: .line(line))
        }
        values.append(value)
      } else {
        cursor = start
        let field = cursor.token()
        guard mayLackNumbers && String(decoding: field, as: UTF8.self).lowercased() == "nan" else {
          throw GasError(
            expected: "a finite number", found: field.shown, file: path, at: .line(line),
            advice: holdsClasses
              ? "classes are numbered 0, 1, 2 and so on; if the line names the column, take it away" : nil)
        }
        values.append(.nan)
      }
      cursor.skipBlanks()
    } while !cursor.isAtLineEnd
    cursor.skipLine()
  }
}
