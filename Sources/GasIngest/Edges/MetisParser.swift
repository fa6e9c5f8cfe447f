import GasBase

/// Reads a METIS graph: line u lists the neighbours of node u, from 1. Each edge stands in two lines and is given once, where
/// its second node is the larger; sizes and weights of nodes are skipped.
///
/// A stream cannot look an edge's other line up, but the sums of a number drawn for each edge have to agree between both
/// triangles; that they do by chance happens once in 2⁶⁴.
struct MetisParser: EdgeTextParser {
  let file: String
  let isWeighted: Bool
  private(set) var line = 0
  private var header: MetisHeader?
  private var node = 0
  private var neighbourCount = 0
  private var difference: UInt64 = 0

  init(file: String, isWeighted: Bool) {
    self.file = file
    self.isWeighted = isWeighted
  }

  mutating func parse(_ text: UnsafeRawBufferPointer) throws -> EdgeBatch {
    var edges = EdgeChunk<Int64>()
    var lines: [Int] = []
    var cursor = TextCursor(text)
    while !cursor.isAtEnd {
      line += 1
      let start = cursor
      cursor.skipBlanks()
      if cursor.byte != UInt8(ascii: "%") {
        if let header, node < header.nodeCount {
          node += 1
          try readNode(&cursor, start, header, into: &edges)
          lines += repeatElement(line, count: edges.count - lines.count)
        } else if !cursor.isAtLineEnd {
          try readHeader(start)
        }
      }
      cursor.skipLine()
    }
    return EdgeBatch(file: file, edges: edges, places: .lines(lines), nodeCount: header?.nodeCount)
  }

  private mutating func readHeader(_ start: TextCursor) throws {
    if let header { throw fail(start, expected: "the end after the lines of \(header.nodeCount) nodes") }
    var rest = start
    guard let header = MetisHeader(String(decoding: rest.line(), as: UTF8.self)) else {
      throw fail(
        start, expected: "the header of a METIS graph: nodes, edges and a format",
        advice: "pass --format text if it is an edge list")
    }
    guard header.hasEdgeWeights || !isWeighted else {
      throw fail(start, expected: "a format with edge weights (001)", advice: "leave out --weighted")
    }
    self.header = header
  }

  private mutating func readNode(
    _ cursor: inout TextCursor, _ start: TextCursor, _ header: MetisHeader, into edges: inout EdgeChunk<Int64>
  ) throws {
    for _ in 0..<header.skippedNumbers {
      guard cursor.integer() != nil else {
        throw fail(start, expected: "\(header.skippedNumbers) numbers in front of the neighbours of node \(node)")
      }
      cursor.skipBlanks()
    }
    while !cursor.isAtLineEnd {
      guard let neighbour = cursor.integer(), neighbour >= 1, neighbour <= header.nodeCount else {
        throw fail(start, expected: "neighbours of node \(node) from 1 to \(header.nodeCount)")
      }
      guard neighbour != node else {
        throw fail(start, expected: "no self-loops in a METIS graph, but node \(node) is its own neighbour")
      }
      cursor.skipBlanks()
      let weight = header.hasEdgeWeights ? try readWeight(&cursor, start) : 1
      count(neighbour, weight)
      guard neighbour > node else { continue }
      edges.sources.append(Int64(node - 1))
      edges.targets.append(neighbour - 1)
      if isWeighted { edges.weights.append(weight) }
    }
  }

  private func readWeight(_ cursor: inout TextCursor, _ start: TextCursor) throws -> Float {
    guard let weight = cursor.number() else {
      throw fail(start, expected: "a weight behind each neighbour of node \(node)")
    }
    cursor.skipBlanks()
    return weight
  }

  private mutating func count(_ neighbour: Int64, _ weight: Float) {
    neighbourCount += 1
    let (low, high) = (UInt64(min(Int64(node), neighbour)), UInt64(max(Int64(node), neighbour)))
    var random = SeededRandom(seed: low << 32 | high, stream: UInt64(weight.bitPattern))
    let drawn = random.next()
    difference = neighbour > node ? difference &+ drawn : difference &- drawn
  }

  func finish() throws {
    guard let header else {
      throw GasError(expected: "the header of a METIS graph", found: "the end of the file", file: file)
    }
    guard node == header.nodeCount else {
      throw GasError(
        expected: "a line for each of \(header.nodeCount) nodes", found: "\(node)", file: file, at: .line(line),
        advice: "the file is truncated")
    }
    guard neighbourCount == 2 * header.edgeCount else {
      throw GasError(
        expected: "\(2 * header.edgeCount) neighbours, two for each edge of the header", found: "\(neighbourCount)",
        file: file)
    }
    guard difference == 0 else {
      throw GasError(
        "the graph is not symmetric: an edge has to stand in the lines of both its nodes, with one weight", file: file,
        advice: "save edges with a direction as an edge list")
    }
  }
}
