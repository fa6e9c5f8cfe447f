import GasBase
import GasFiles
import GasFormats

/// Ids listed in a file: a `.npy` array of integers or strings, or text with one id a line.
package struct IdList {
  let path: String
  let inputs: InputLog
  let space: Workspace
  var comments = CommentMarks.standard

  /// Names a file; reads nothing yet.
  package init(path: String, inputs: InputLog, space: Workspace, comments: CommentMarks = .standard) {
    self.path = path
    self.inputs = inputs
    self.space = space
    self.comments = comments
  }

  /// Reads a list of distinct ids, for `--ids`.
  ///
  /// Text is taken for integers if each line is one, unless `hasStringIds` says otherwise.
  ///
  /// - Parameter hasStringIds: whether ids are names in any case.
  /// - Returns: the nodes, in the order of the list.
  /// - Throws: `GasError` if an id occurs twice, or the file cannot be read.
  package func nodes(hasStringIds: Bool) throws -> NodeIds {
    guard NumPy.isArray(path) else { return try text(hasStringIds: hasStringIds) }
    let array = try NpyReader(opening: path)
    inputs.record(path: path, array.fileChecksum())
    try array.checkHoldsIds()
    return array.type.isText ? .names(try names(array)) : try integers(copy(array), lines: nil)
  }

  private func copy(_ array: NpyReader) throws -> FlatArray<Int64> {
    let ids: FlatArray<Int64> = try space.zeros(count: array.elementCount)
    let elementsPerChunk = 1 << 16
    for range in (0..<ids.count).chunks(ofCount: elementsPerChunk) {
      _ = ids[range].update(from: try array.integers(range))
      array.release(range)
    }
    return ids
  }

  private func integers(_ ids: FlatArray<Int64>, lines: GrowingArray<Int>?) throws -> NodeIds {
    guard ids.count <= NodeIds.largestCount else { throw NodeIds.tooMany(file: path) }
    do {
      return NodeIds(try IntegerIds(ids, in: space))
    } catch let error as IntegerIds.Repetition {
      throw repetition("\(error.id)", error.places, lines)
    }
  }

  private func repetition(_ id: String, _ places: (Int, Int), _ lines: GrowingArray<Int>?) -> GasError {
    if let lines {
      return GasError(
        "id \(id) stands twice (first in line \(lines[places.0]))", file: path, at: .line(lines[places.1]))
    }
    return GasError("id \(id) stands twice (elements \(places.0) and \(places.1))", file: path)
  }

  private func names(_ array: NpyReader) throws -> StringTable {
    let table = try StringTable(in: space)
    for element in 0..<array.elementCount {
      var name = try array.string(at: element)
      let (first, isNew) = try name.withUTF8 { try table.add(UnsafeRawBufferPointer($0)) }
      guard isNew else { throw repetition("\"\(name)\"", (Int(first), element), nil) }
    }
    return table
  }

  private func text(hasStringIds: Bool) throws -> NodeIds {
    let table = try StringTable(in: space)
    let lines = try GrowingArray<Int>(in: space)
    var integers = hasStringIds ? nil : try GrowingArray<Int64>(in: space)
    var skipped = SkippedComments()
    // The first line that is no integer, and how many are.
    var name: (line: Int, text: String)?
    var integerCount = 0
    try Self.forEachLine(path, inputs, comments: nil) { id, line in
      if let first = id.first, comments.mark(first) { return skipped.add(id, line, isInFront: table.count == 0) }
      try NameResolver.check(id, file: path, at: .line(line))
      let (first, isNew) = try table.add(id)
      try lines.append(line)
      guard isNew else { throw repetition(id.shown, (Int(first), lines.count - 1), lines) }
      guard table.count <= NodeIds.largestCount else { throw NodeIds.tooMany(file: path) }
      if let number = Int64(String(decoding: id, as: UTF8.self)) {
        try integers?.append(number)
        integerCount += 1
      } else {
        name = name ?? (line, id.shown)
        integers = nil
      }
    }
    // The name of a column, or a typing error: it would turn all other ids into names.
    if !hasStringIds, let name, integerCount > 1, integerCount == table.count - 1 {
      throw GasError(
        expected: "ids that are all integers or all names", found: "\(name.text) and \(integerCount) integers",
        file: path,
        at: .line(name.line), advice: "take the line away if it names the column, or pass --string-ids if it is a node")
    }
    if skipped.count > 0 {
      inputs.note("\(path): \(skipped.count == 1 ? "1 line" : "\(skipped.count) lines") skipped as comments")
    }
    guard let integers else {
      // A name that is taken for a comment would move all rows behind it.
      guard !comments.areChosen, let doubtful = skipped.doubtful else { return .names(table) }
      throw GasError(
        expected: "names or comments", found: "\(doubtful.text), which could be either", file: path,
        at: .line(doubtful.line),
        advice: "pass --comment none if names may begin so, or --comment '#%' if it is a comment")
    }
    return try self.integers(integers.values.prefix(integers.count), lines: lines)
  }

  /// Calls `body` with each line that is neither empty nor a comment, blanks at both ends removed.
  ///
  /// - Parameters:
  ///   - path: the file.
  ///   - inputs: notes the file.
  ///   - comments: what a comment begins with; `nil` leaves that to `body`.
  ///   - body: gets a line and its number.
  /// - Throws: `GasError` if the file cannot be read; what `body` throws.
  package static func forEachLine(
    _ path: String, _ inputs: InputLog, comments: CommentMarks? = .standard,
    _ body: (UnsafeRawBufferPointer, _ line: Int) throws -> Void
  ) throws {
    let reader = try LineReader(opening: path)
    try reader.forEachLine(comments: comments, body)
    inputs.record(reader.source.file)
  }
}

/// The comments in a list of names.
private struct SkippedComments {
  private(set) var count = 0
  /// The first comment that could be a name: behind a name, or with a letter right behind the mark.
  private(set) var doubtful: (line: Int, text: String)?

  mutating func add(_ text: UnsafeRawBufferPointer, _ line: Int, isInFront: Bool) {
    count += 1
    let next = text.dropFirst().first ?? UInt8(ascii: " ")
    let isPlain = isInFront && (next <= UInt8(ascii: " ") || CommentMarks.standard.mark(next))
    if !isPlain && doubtful == nil { doubtful = (line, text.shown) }
  }
}
