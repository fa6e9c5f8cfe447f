import GasBase
import GasFiles
import GasGraph

/// Random projections of the graph's adjacency, averaged over neighbours: what FastRP (Chen et al., CIKM 2019) makes of
/// one and of two steps, without its weights.
///
/// Each node has random signs from its number and the seed. One step is their mean over a node's neighbours, two steps
/// the mean of that: nodes with many common neighbours get similar numbers. A few columns are made at a time, as many
/// as a quarter of the memory holds, since a pass reads its neighbours' numbers at random places.
struct NeighbourMeans {
  private let graph: Graph
  private let space: Workspace
  private let seed: UInt64

  /// How many columns each step has; the bits of a number are their signs.
  static let columnCount = 32
  /// How many steps there are.
  static let stepCount = 2

  init(_ graph: Graph, seed: UInt64, in space: Workspace) {
    (self.graph, self.seed, self.space) = (graph, seed, space)
  }

  /// Makes the columns.
  ///
  /// - Parameter take: gets the number of a step, from 0, and the next columns of it: node after node, `width` numbers
  ///   each.
  /// - Throws: `GasError` if the disk is full.
  func forEachColumns(
    _ take: (_ step: Int, _ values: FlatArray<Float>, _ width: Int) throws -> Void
  ) throws {
    let bytes = max(1, graph.nodeCount * MemoryLayout<Float>.size)
    let width = max(1, min(Self.columnCount, space.memoryBytes / 4 / bytes))
    for columns in (0..<Self.columnCount).chunks(ofCount: width) {
      let one: FlatArray<Float> = try space.randomAccessZeros(count: graph.nodeCount * columns.count)
      average(into: one, columns.count) { neighbour, sums in
        let signs = Self.signs(of: neighbour, seed) >> UInt32(columns.lowerBound)
        for column in 0..<sums.count { sums[column] += signs >> UInt32(column) & 1 == 1 ? 1 : -1 }
      }
      let two: FlatArray<Float> = try space.zeros(count: one.count)
      average(into: two, columns.count) { neighbour, sums in
        let first = neighbour * sums.count
        for column in 0..<sums.count { sums[column] += one[first + column] }
      }
      // What is used at random places is memory that the next columns need.
      let kept: FlatArray<Float> = try space.zeros(count: one.count)
      _ = kept.all.update(fromContentsOf: one.all)
      try take(0, kept, columns.count)
      try take(1, two, columns.count)
    }
  }

  /// Writes the mean over the neighbours of each node of what `add` adds for one; zeros for nodes without any.
  private func average(
    into target: FlatArray<Float>, _ width: Int,
    _ add: (_ neighbour: Int, _ sums: UnsafeMutableBufferPointer<Float>) -> Void
  ) {
    graph.forEachBlock { nodes in
      for node in nodes {
        let sums = target[node * width..<(node + 1) * width]
        for entry in graph.entries(of: node) { add(Int(graph.neighbours[entry]), sums) }
        let count = Float(max(1, graph.degree(node)))
        for column in sums.indices { sums[column] /= count }
      }
    }
  }

  private static func signs(of node: Int, _ seed: UInt64) -> UInt32 {
    var random = SeededRandom(seed: seed, stream: UInt64(node))
    return UInt32(truncatingIfNeeded: random.next() >> 32)
  }
}
