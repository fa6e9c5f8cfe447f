import GasBase
import GasFormats
import GasGraph

/// Reads a METIS graph: line u lists the neighbours of node u, from 1. Each edge stands in two lines and is given once,
/// where its second node is the larger; sizes and weights of nodes are skipped.
struct MetisParser: EdgeLineParser {
  let file: String
  let isWeighted: Bool
  var line = 0
  private(set) var remarks = TextRemarks()
  private var header: MetisHeader?
  private var node = 0
  private var neighbourCount = 0
  private var symmetry = SymmetryCheck()
  /// Whether all lines so far have two columns, as the lines of an edge list do.
  private var looksLikeEdgeList = true
  var nodeCount: Int? { header?.nodeCount }

  init(file: String, isWeighted: Bool) {
    self.file = file
    self.isWeighted = isWeighted
  }

  mutating func readLine(
    _ cursor: inout TextCursor, _ start: TextCursor, into edges: inout EdgeChunk<Int64>
  ) throws {
    if cursor.byte == UInt8(ascii: "%") {
      remarks.commentCount += 1
    } else if let header, node < header.nodeCount {
      node += 1
      try readNode(&cursor, start, header, into: &edges)
    } else if !cursor.isAtLineEnd {
      try readHeader(start)
    }
  }

  private mutating func readHeader(_ start: TextCursor) throws {
    if let header {
      throw fail(start, expected: "the end after the lines of \(header.nodeCount) nodes", advice: advice)
    }
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
    noteColumns(start)
  }

  private mutating func noteColumns(_ start: TextCursor) {
    guard looksLikeEdgeList else { return }
    looksLikeEdgeList = start.content().split(whereSeparator: { $0 <= UInt8(ascii: " ") }).count == 2
  }

  /// An edge list may have the ending .graph too, and its first line reads like a header.
  private var advice: String? { looksLikeEdgeList ? "pass --format text if it is an edge list" : nil }

  private mutating func readNode(
    _ cursor: inout TextCursor, _ start: TextCursor, _ header: MetisHeader, into edges: inout EdgeChunk<Int64>
  ) throws {
    noteColumns(start)
    for _ in 0..<header.skippedNumbers {
      guard cursor.integer() != nil else {
        throw fail(start, expected: "\(header.skippedNumbers) numbers in front of the neighbours of node \(node)")
      }
      cursor.skipBlanks()
    }
    while !cursor.isAtLineEnd {
      guard let neighbour = cursor.integer(), neighbour >= 1, neighbour <= header.nodeCount else {
        throw fail(start, expected: "neighbours of node \(node) from 1 to \(header.nodeCount)", advice: advice)
      }
      guard neighbour != node else {
        throw fail(
          start, expected: "no self-loops in a METIS graph, but node \(node) is its own neighbour", advice: advice)
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
    symmetry.add(UInt64(node), UInt64(neighbour), weight: weight)
  }

  func finish() throws {
    guard let header else {
      throw GasError(expected: "the header of a METIS graph", found: "the end of the file", file: file)
    }
    guard node == header.nodeCount else {
      throw GasError(
        expected: "a line for each of \(header.nodeCount) nodes", found: "\(node)", file: file, at: .line(line),
        advice: "the file is truncated" + (advice.map { ", or " + $0 } ?? ""))
    }
    guard neighbourCount == 2 * header.edgeCount else {
      throw GasError(
        expected: "\(2 * header.edgeCount) neighbours, two for each edge of the header", found: "\(neighbourCount)",
        file: file, advice: advice)
    }
    guard symmetry.isSymmetric else {
      throw GasError(
        "the graph is not symmetric: an edge has to stand in the lines of both its nodes, with one weight", file: file,
        advice: advice ?? "save edges with a direction as an edge list")
    }
  }
}
