import GasBase

/// Reads the entries of a Matrix Market file as edges: entry (i, j) is the edge i → j, ids are the file's less one.
///
/// Format: Boisvert, Pozo, Remington, "The Matrix Market Exchange Formats", NISTIR 5935 (1996); coordinate form only. A symmetric
/// matrix lists one triangle, which is what an undirected graph needs.
struct MatrixMarketParser: EdgeTextParser {
  let file: String
  let isWeighted: Bool
  let isDirected: Bool
  private(set) var line = 0
  private var hasValues = false
  private var size: (nodes: Int64, entries: Int64)?
  private var entryCount: Int64 = 0
  private static let banner = "%%matrixmarket"

  init(file: String, isWeighted: Bool, isDirected: Bool) {
    self.file = file
    self.isWeighted = isWeighted
    self.isDirected = isDirected
  }

  /// Whether a text starts as such files do.
  static func starts(_ source: ByteSource) throws -> Bool {
    String(decoding: try source.peek(banner.utf8.count), as: UTF8.self).lowercased() == banner
  }

  mutating func parse(_ text: UnsafeRawBufferPointer) throws -> EdgeBatch {
    var edges = EdgeChunk<Int64>()
    var lines: [Int] = []
    var cursor = TextCursor(text)
    while !cursor.isAtEnd {
      line += 1
      let start = cursor
      cursor.skipBlanks()
      if line == 1 {
        try readBanner(start)
      } else if !cursor.isAtLineEnd && cursor.byte != UInt8(ascii: "%") {
        if let size {
          try readEntry(&cursor, start, size, into: &edges)
          lines.append(line)
        } else {
          size = try readSize(&cursor, start)
        }
      }
      cursor.skipLine()
    }
    return EdgeBatch(file: file, edges: edges, places: .lines(lines), nodeCount: size.map { Int($0.nodes) })
  }

  private mutating func readBanner(_ start: TextCursor) throws {
    var rest = start
    let words = String(decoding: rest.line(), as: UTF8.self).lowercased().split(separator: " ").map(String.init)
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
    } else if hasValues, cursor.token().isEmpty {
      throw fail(start, expected: "a row, a column and a value")
    }
    cursor.skipBlanks()
    guard cursor.isAtLineEnd else { throw fail(start, expected: hasValues ? "three columns" : "two columns") }
    edges.sources.append(row - 1)
    edges.targets.append(column - 1)
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
