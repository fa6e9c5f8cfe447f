import GasBase
import GasStore

/// Ids listed in a file: a `.npy` array of integers or strings, or text with one id a line.
enum IdList {
  case integers([Int64])
  case names(StringTable)

  /// Reads a list of distinct ids, for `--ids`.
  ///
  /// Text is taken for integers if each line is one, unless `hasStringIds` says otherwise.
  static func nodes(reading path: String, hasStringIds: Bool, _ inputs: InputLog) throws -> NodeIds {
    if NumPy.isArray(path) {
      let array = try NpyReader(opening: path)
      inputs.record(path: path, array.fileChecksum())
      guard array.shape.count == 1, array.type.isText || array.type.isInteger else {
        throw GasError(
          expected: "a vector of integers or strings", found: "\(array.type.descr) of shape \(array.header.shapeText)",
          file: path)
      }
      return array.type.isText ? .names(try names(array)) : try integers(array.integers(0..<array.elementCount), path)
    }
    return try text(path, hasStringIds: hasStringIds, inputs)
  }

  private static func integers(_ ids: [Int64], lines: [Int]? = nil, _ path: String) throws -> NodeIds {
    guard ids.count <= NodeIds.largestCount else { throw NodeIds.tooMany(file: path) }
    do {
      return NodeIds(try IntegerIds(ids))
    } catch {
      throw repetition("\(error.id)", error.places, lines: lines, path)
    }
  }

  private static func repetition(_ id: String, _ places: (Int, Int), lines: [Int]?, _ path: String) -> GasError {
    if let lines {
      let (first, second) = (lines[places.0], lines[places.1])
      return GasError("id \(id) stands twice (first in line \(first))", file: path, at: .line(second))
    }
    return GasError("id \(id) stands twice (elements \(places.0) and \(places.1))", file: path)
  }

  private static func names(_ array: NpyReader) throws -> StringTable {
    let table = StringTable()
    for element in 0..<array.elementCount {
      var name = try array.string(at: element)
      let (first, isNew) = name.withUTF8 { table.add(UnsafeRawBufferPointer($0)) }
      guard isNew else { throw repetition("\"\(name)\"", (Int(first), element), lines: nil, array.path) }
    }
    return table
  }

  private static func text(_ path: String, hasStringIds: Bool, _ inputs: InputLog) throws -> NodeIds {
    let table = StringTable()
    var lines: [Int] = []
    var integers: [Int64]? = hasStringIds ? nil : []
    try forEachLine(path, inputs) { id, line in
      guard String(validating: id, as: UTF8.self) != nil else {
        throw GasError(expected: "a node id in UTF-8", found: id.shown, file: path, at: .line(line))
      }
      let (first, isNew) = table.add(id)
      guard isNew else { throw repetition(id.shown, (Int(first), lines.count), lines: lines + [line], path) }
      guard table.count <= NodeIds.largestCount else { throw NodeIds.tooMany(file: path) }
      lines.append(line)
      if let number = Int64(String(decoding: id, as: UTF8.self)) {
        integers?.append(number)
      } else {
        integers = nil
      }
    }
    guard let integers else { return .names(table) }
    return try Self.integers(integers, lines: lines, path)
  }

  /// Calls `body` with each line that is neither empty nor a comment, blanks at both ends removed.
  static func forEachLine(
    _ path: String, _ inputs: InputLog, _ body: (UnsafeRawBufferPointer, _ line: Int) throws -> Void
  ) throws {
    let reader = try LineReader(opening: path)
    var line = 0
    while let text = try reader.next() {
      var cursor = TextCursor(text)
      while !cursor.isAtEnd {
        line += 1
        cursor.skipBlanks()
        if !cursor.isAtLineEnd && !cursor.startsComment { try body(cursor.line(), line) }
        cursor.skipLine()
      }
    }
    inputs.record(reader.source.file)
  }
}
