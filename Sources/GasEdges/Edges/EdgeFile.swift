import GasBase
import GasFormats
import GasGraph

/// One file of edges, read front to back in batches.
package protocol EdgeFile {
  var name: String { get }
  /// How much there is to read, in `unit`s; `nil` where only reading to the end can tell.
  var size: Int? { get }
  var unit: String { get }

  /// What was learnt besides the edges; complete once all of them have been read.
  var remarks: TextRemarks { get }

  /// Reads all edges.
  ///
  /// - Parameter body: gets each batch, and how much of `size` it took.
  /// - Throws: `GasError` if the file is damaged or cannot be read; what `body` throws.
  func forEachBatch(_ body: (EdgeBatch, _ advance: Int) throws -> Void) throws
  /// Notes the file for the store's provenance, once it has been read.
  func record(in inputs: InputLog)
}

extension EdgeFile {
  var remarks: TextRemarks { TextRemarks() }
}

/// Reads edges from chunks of whole lines. One instance reads one file.
protocol EdgeTextParser {
  var file: String { get }
  /// Lines read so far.
  var line: Int { get }
  /// What was learnt so far.
  var remarks: TextRemarks { get }

  /// Reads the edges of a chunk.
  ///
  /// - Parameter text: whole lines, not empty.
  /// - Returns: the edges.
  /// - Throws: `GasError` naming a line that is no edge.
  mutating func parse(_ text: UnsafeRawBufferPointer) throws -> EdgeBatch
  /// Checks at the end of the file that it was whole.
  mutating func finish() throws
}

extension EdgeTextParser {
  func fail(_ start: TextCursor, expected: String, advice: String? = nil) -> GasError {
    var rest = start
    return GasError(expected: expected, found: rest.line().shown, file: file, at: .line(line), advice: advice)
  }
}

/// Reads edges line by line.
protocol EdgeLineParser: EdgeTextParser {
  var line: Int { get set }
  /// As far as the lines so far say.
  var nodeCount: Int? { get }

  /// Reads a line from behind its blanks on; `start` is where it begins.
  ///
  /// - Throws: `GasError` if the line is not of the format.
  mutating func readLine(_ cursor: inout TextCursor, _ start: TextCursor, into edges: inout EdgeChunk<Int64>) throws
}

extension EdgeLineParser {
  mutating func parse(_ text: UnsafeRawBufferPointer) throws -> EdgeBatch {
    var edges = EdgeChunk<Int64>()
    var lines: [Int] = []
    var cursor = TextCursor(text)
    while !cursor.isAtEnd {
      line += 1
      let start = cursor
      cursor.skipBlanks()
      try readLine(&cursor, start, into: &edges)
      while lines.count < edges.count { lines.append(line) }
      cursor.skipLine()
    }
    return EdgeBatch(file: file, edges: edges, places: .lines(lines), nodeCount: nodeCount)
  }
}

/// A file of text in any of the formats that are.
///
/// Not thread-safe.
final class EdgeText: EdgeFile {
  private let reader: LineReader
  private var parser: any EdgeTextParser
  let unit = "bytes"

  init(_ reader: LineReader, _ parser: any EdgeTextParser) {
    self.reader = reader
    self.parser = parser
  }

  var name: String { reader.name }
  var size: Int? { reader.source.file.totalBytes }
  var remarks: TextRemarks { parser.remarks }

  func forEachBatch(_ body: (EdgeBatch, Int) throws -> Void) throws {
    var reported = 0
    while let text = try reader.next() {
      guard !text.isEmpty else { continue }
      let batch = try parser.parse(text)
      try body(batch, reader.source.file.byteCount - reported)
      reported = reader.source.file.byteCount
    }
    try parser.finish()
  }

  func record(in inputs: InputLog) { inputs.record(reader.source.file) }
}

/// Edges of an input file, with their places in it for messages.
package struct EdgeBatch: Sendable {
  /// The places of edges in their file.
  enum Places: Sendable {
    /// The line of each edge.
    case lines([Int])
    /// The number of the first edge; the others follow.
    case edges(from: Int)
  }

  var file: String
  /// The edges, between the file's ids.
  package var edges = EdgeChunk<Int64>()
  var places: Places
  /// How many nodes the file says there are: then its ids are below that number. It is the same in all batches of a
  /// file.
  package var nodeCount: Int?
  /// Whether sources and targets are numbered separately, so that the same id is one node as a source and another as a
  /// target.
  var areSidesApart = false
}

/// What a file of edges says besides its edges, and what was assumed in reading it.
package struct TextRemarks: Sendable {
  /// Lines that were skipped as comments.
  package var commentCount = 0
  /// Whether the file itself says that its edges have a direction, or have none; `nil` if it does not say.
  package var isDirected: Bool?
  /// How many nodes the file says there are; its edges need not name all of them.
  var promisedNodeCount: Int?
  /// What the comments in front of edge lists say, one for each of these files.
  var headers: [EdgeListHeader] = []
  /// Sentences for the report.
  package var notes: [String] = []

  /// Nothing was said.
  package init() {}

  mutating func add(_ other: TextRemarks) {
    commentCount += other.commentCount
    notes += other.notes
    headers += other.headers
    if let count = other.promisedNodeCount { promisedNodeCount = max(promisedNodeCount ?? 0, count) }
  }
}
