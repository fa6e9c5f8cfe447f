import GasBase
import GasFormats
import GasGraph

/// Reads the entries of a Matrix Market file as edges: entry (i, j) is the edge i → j, and ids are the file's numbers
/// minus 1.
///
/// Format: Boisvert, Pozo, Remington, "The Matrix Market Exchange Formats", NISTIR 5935 (1996); coordinate form only. A
/// symmetric matrix lists one triangle, which is what an undirected graph needs.
struct MatrixMarketParser: EdgeLineParser {
  let file: String
  let isWeighted: Bool
  let isDirected: Bool
  var line = 0
  private(set) var remarks = TextRemarks()
  private var hasBanner = false
  private var hasValues = false
  private var size: (nodes: Int64, entries: Int64)?
  private var entryCount: Int64 = 0
  var nodeCount: Int? { size.map { Int($0.nodes) } }
  private static let banner = "matrixmarket"

  init(file: String, isWeighted: Bool, isDirected: Bool) {
    self.file = file
    self.isWeighted = isWeighted
    self.isDirected = isDirected
  }

  /// Whether one of the lines in front of the data is the banner. It is written in several ways: with one `%` or more,
  /// with blanks behind them, after empty lines or other comments.
  static func starts(_ head: TextHead) -> Bool {
    head.comments.contains { isBanner($0.text) } || head.lines.first.map(isBanner) == true
  }

  static func isBanner(_ line: String) -> Bool {
    let words = words(line)
    // A comment of another kind may be about the banner.
    return words.first == banner && (line.hasPrefix("%") || words.dropFirst().first == "matrix")
  }

  private static func words(_ line: String) -> [String] {
    let words = line.drop { $0 == "%" || $0 == "#" || $0.isWhitespace }.lowercased()
      .split { $0.isWhitespace || $0 == "," }.map(String.init)
    return words.starts(with: ["matrix", "market"]) ? [banner] + words.dropFirst(2) : words
  }

  mutating func readLine(
    _ cursor: inout TextCursor, _ start: TextCursor, into edges: inout EdgeChunk<Int64>
  ) throws {
    if !hasBanner {
      if !cursor.isAtLineEnd { try readFront(start) }
    } else if cursor.byte == UInt8(ascii: "%") {
      remarks.commentCount += 1
    } else if !cursor.isAtLineEnd {
      if let size { return try readEntry(&cursor, start, size, into: &edges) }
      size = try readSize(&cursor, start)
    }
  }

  /// Reads a line in front of the size: the banner, or a comment before it.
  private mutating func readFront(_ start: TextCursor) throws {
    var rest = start
    let line = String(decoding: rest.line(), as: UTF8.self).trimmed
    if Self.isBanner(line) { return try readBanner(line, start) }
    guard line.first(where: { !$0.isWhitespace }).map({ "%#".contains($0) }) == true else {
      throw fail(
        start, expected: "%%MatrixMarket matrix coordinate FIELD SYMMETRY",
        advice: "put that line in front, or pass --format text if it is an edge list without a line of sizes")
    }
    remarks.commentCount += 1
  }

  private mutating func readBanner(_ line: String, _ start: TextCursor) throws {
    hasBanner = true
    let words = Self.words(line)
    guard words.count == 5, words[0] == Self.banner, words[1] == "matrix" else {
      throw fail(start, expected: "%%MatrixMarket matrix coordinate FIELD SYMMETRY")
    }
    guard words[2] == "coordinate" else {
      throw fail(start, expected: "a sparse matrix (coordinate)", advice: "save the edges as a sparse matrix")
    }
    guard ["pattern", "real", "double", "integer", "unsigned-integer"].contains(words[3]) else {
      throw fail(start, expected: "pattern, real or integer values")
    }
    guard words[4] == "general" || words[4] == "symmetric" else {
      throw fail(start, expected: "a general or a symmetric matrix")
    }
    hasValues = words[3] != "pattern"
    guard hasValues || !isWeighted else {
      throw fail(start, expected: "values for weights", advice: "leave out --weighted, or pass --edge-weights")
    }
    guard words[4] == "general" || !isDirected else {
      throw fail(start, expected: "a general matrix for a directed graph", advice: "leave out --directed")
    }
  }

  private func readSize(_ cursor: inout TextCursor, _ start: TextCursor) throws -> (nodes: Int64, entries: Int64) {
    var numbers: [Int64] = []
    while !cursor.isAtLineEnd, let number = cursor.integer() {
      numbers.append(number)
      cursor.skipBlanks()
    }
    guard numbers.count == 3, cursor.isAtLineEnd, numbers.allSatisfy({ $0 >= 0 }) else {
      throw fail(start, expected: "the size: rows, columns and entries")
    }
    guard numbers[0] == numbers[1] else {
      throw fail(start, expected: "a square matrix, with a row and a column for each node")
    }
    return (numbers[0], numbers[2])
  }

  private mutating func readEntry(
    _ cursor: inout TextCursor, _ start: TextCursor, _ size: (nodes: Int64, entries: Int64),
    into edges: inout EdgeChunk<Int64>
  ) throws {
    entryCount += 1
    guard entryCount <= size.entries else { throw fail(start, expected: "the end after \(size.entries) entries") }
    let row = cursor.integer()
    cursor.skipBlanks()
    let column = cursor.integer()
    guard let row, let column, 1...max(1, size.nodes) ~= row, 1...max(1, size.nodes) ~= column else {
      throw fail(start, expected: "a row and a column from 1 to \(size.nodes)")
    }
    cursor.skipBlanks()
    if isWeighted {
      guard let weight = cursor.number() else {
        throw fail(start, expected: "a row, a column and a finite value")
      }
      edges.weights.append(weight)
    } else if hasValues, !Self.looksLikeNumber(cursor.token()) {
      throw fail(start, expected: "a row, a column and a value")
    }
    cursor.skipBlanks()
    guard cursor.isAtLineEnd else { throw fail(start, expected: hasValues ? "three columns" : "two columns") }
    edges.sources.append(row - 1)
    edges.targets.append(column - 1)
  }

  /// Whether a value that is not read could be a number: it has only letters of numbers, of NaN and of infinity.
  private static func looksLikeNumber(_ token: UnsafeRawBufferPointer) -> Bool {
    !token.isEmpty
      && token.allSatisfy { byte in
        0x30...0x39 ~= byte || "+-.".utf8.contains(byte) || "aedfintxy".utf8.contains(byte | 0x20)
      }
  }

  func finish() throws {
    guard let size else {
      throw GasError(expected: "the size: rows, columns and entries", found: "the end of the file", file: file)
    }
    guard entryCount == size.entries else {
      throw GasError(
        expected: "\(size.entries) entries, as the size says", found: "\(entryCount)", file: file, at: .line(line),
        advice: "the file is truncated")
    }
  }
}
