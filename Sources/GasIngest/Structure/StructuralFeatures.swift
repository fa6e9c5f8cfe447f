import GasBase
import GasFiles
import GasFormats
import GasGraph
import Glibc

/// Features for the nodes of a graph that has none, made of its lists alone: a node's degrees, its core number, the
/// degrees of its neighbours, and random projections of the adjacency (`NeighbourMeans`).
///
/// Lists are read front to back; what is as long as the graph lies in scratch files. The same graph and seed give the
/// same features, whatever the memory and the threads.
struct StructuralFeatures {
  private let graph: Graph
  private let space: Workspace
  private let seed: UInt64

  /// How many features a node has.
  static func width(isDirected: Bool) -> Int {
    (isDirected ? 4 : 3) + NeighbourMeans.stepCount * NeighbourMeans.columnCount
  }

  /// Bytes of scratch files while they are made, and of the features as they are stored.
  static func byteCount(_ nodeCount: Int, _ isDirected: Bool) -> Int {
    2 * nodeCount * width(isDirected: isDirected) * MemoryLayout<Float>.size
  }

  init(_ graph: Graph, seed: UInt64, in space: Workspace) {
    (self.graph, self.seed, self.space) = (graph, seed, space)
  }

  /// Makes the features.
  ///
  /// - Returns: the path of a `.npy` file in the scratch folder, float32 [nodes, features], and a sentence for the
  ///   report.
  /// - Throws: `GasError` if the disk is full.
  func write() throws -> (path: String, note: String) {
    let core = try CoreNumbers(graph, in: space)
    var parts: [(values: FlatArray<Float>, width: Int)] = []
    try parts.append((degrees(), 1))
    if graph.isDirected { try parts.append((sentDegrees(), 1)) }
    try parts.append((column { logOf(Int(core.values[$0])) }, 1))
    try parts.append((neighbourDegrees(), 1))
    var steps = [[(values: FlatArray<Float>, width: Int)]](repeating: [], count: NeighbourMeans.stepCount)
    try NeighbourMeans(graph, seed: seed, in: space).forEachColumns { steps[$0].append(($1, $2)) }
    parts += steps.joined()
    let path = space.scratch.newPath() + ".npy"
    try joined(parts, path)
    return (
      path,
      "features made of the graph: log degree\(graph.isDirected ? " of both directions" : ""), log core number"
        + (core.areExact ? "" : " (a bound where 64 passes did not settle it)")
        + ", mean log degree of neighbours, \(NeighbourMeans.stepCount * NeighbourMeans.columnCount) random projections, standardised"
    )
  }

  private func logOf(_ count: Int) -> Float { Float(log(Double(count) + 1)) }

  private func column(_ value: (_ node: Int) -> Float) throws -> FlatArray<Float> {
    let values: FlatArray<Float> = try space.zeros(count: graph.nodeCount)
    for node in 0..<graph.nodeCount { values[node] = value(node) }
    return values
  }

  private func degrees() throws -> FlatArray<Float> { try column { logOf(graph.degree($0)) } }

  /// How many lists a node of a directed graph stands in.
  private func sentDegrees() throws -> FlatArray<Float> {
    let counts: FlatArray<UInt32> = try space.randomAccessZeros(count: graph.nodeCount)
    graph.forEachBlock { nodes in
      for node in nodes { for entry in graph.entries(of: node) { counts[Int(graph.neighbours[entry])] += 1 } }
    }
    return try column { logOf(Int(counts[$0])) }
  }

  private func neighbourDegrees() throws -> FlatArray<Float> {
    let values: FlatArray<Float> = try space.zeros(count: graph.nodeCount)
    graph.forEachBlock { nodes in
      for node in nodes {
        let sum = graph.entries(of: node).reduce(0.0) { $0 + Double(logOf(graph.degree(Int(graph.neighbours[$1])))) }
        values[node] = Float(sum / Double(max(1, graph.degree(node))))
      }
    }
    return values
  }

  /// Writes the parts side by side. How many columns a part has depends on the memory; their order does not.
  private func joined(_ parts: [(values: FlatArray<Float>, width: Int)], _ path: String) throws {
    let output = try NpyOutput<Float>(
      creating: path, rowCount: graph.nodeCount, width: parts.reduce(0) { $0 + $1.width })
    for nodes in (0..<graph.nodeCount).chunks(ofCount: 1 << 14) {
      for node in nodes {
        var target = output.row(node).baseAddress!
        for (values, width) in parts {
          target.update(from: values[node * width..<(node + 1) * width].baseAddress!, count: width)
          target += width
        }
      }
      for (values, width) in parts { values.release(nodes.lowerBound * width..<nodes.upperBound * width) }
      output.release()
    }
    try output.finish(replaces: false)
  }
}
