import GasBase
import GasFiles

/// Finds the edges that join different clusters, on all threads, for a block of nodes at a time.
final class ClusterEdges {
  private let graph: Graph
  private let clusters: FlatArray<UInt32>
  private let parallel: Parallel
  private let memory = Buffer<UInt64>()

  private static let nodesPerPiece = 256
  private static let entriesPerPiece = 1 << 16

  /// Prepares to look at a graph.
  ///
  /// - Parameters:
  ///   - graph: without directions.
  ///   - clusters: the cluster of each node, `UInt32.max` for none.
  ///   - parallel: the threads to use.
  init(_ graph: Graph, _ clusters: FlatArray<UInt32>, _ parallel: Parallel) {
    self.graph = graph
    self.clusters = clusters
    self.parallel = parallel
  }

  /// Calls `body` with the pairs of clusters that are joined by edges from the nodes to smaller nodes
  /// (`PairTable.key`), in the order of the lists, piece by piece.
  func forEachPiece(of nodes: Range<Int>, _ body: (UnsafeBufferPointer<UInt64>) -> Void) {
    if nodes.count == 1 { return forEachPiece(ofList: nodes.lowerBound, body) }
    let first = graph.starts[nodes.lowerBound]
    let keys = memory.resized(to: graph.starts[nodes.upperBound] - first)
    let pieceCount = dividedUp(nodes.count, by: Self.nodesPerPiece)
    let counts = FlatArray<Int>(repeating: 0, count: pieceCount)
    func piece(_ number: Int) -> Range<Int> {
      let start = nodes.lowerBound + number * Self.nodesPerPiece
      return start..<min(nodes.upperBound, start + Self.nodesPerPiece)
    }
    parallel.forEach(count: pieceCount) { number in
      var count = 0
      for node in piece(number) where clusters[node] != .max {
        let start = graph.starts[piece(number).lowerBound] - first + count
        count += find(node, graph.entries(of: node), UnsafeMutableBufferPointer(rebasing: keys[start...]))
      }
      counts[number] = count
    }
    for number in 0..<pieceCount {
      let start = graph.starts[piece(number).lowerBound] - first
      body(UnsafeBufferPointer(rebasing: keys[start..<start + counts[number]]))
    }
  }

  /// Does the same for a single list, which may be of any length.
  private func forEachPiece(ofList node: Int, _ body: (UnsafeBufferPointer<UInt64>) -> Void) {
    guard clusters[node] != .max else { return }
    let entries = graph.entries(of: node)
    for first in stride(from: entries.lowerBound, to: entries.upperBound, by: Self.entriesPerPiece) {
      let keys = memory.resized(to: Self.entriesPerPiece)
      let count = find(node, first..<min(entries.upperBound, first + Self.entriesPerPiece), keys)
      body(UnsafeBufferPointer(rebasing: keys[..<count]))
    }
  }

  /// Finds the entries of a node that lead to smaller nodes in other clusters.
  ///
  /// - Parameters:
  ///   - node: the node.
  ///   - entries: a part of its list.
  ///   - keys: gets a key for each entry that is found.
  /// - Returns: how many there are.
  @inline(__always)
  private func find(_ node: Int, _ entries: Range<Int>, _ keys: UnsafeMutableBufferPointer<UInt64>) -> Int {
    let own = clusters[node]
    var count = 0
    for entry in entries {
      graph.lookAhead(from: entry) { clusters.prefetch($0) }
      let neighbour = Int(graph.neighbours[entry])
      // Lists ascend: the rest is counted from the other end.
      if neighbour >= node { break }
      let other = clusters[neighbour]
      guard other != own else { continue }
      keys[count] = PairTable.key(own, other)
      count += 1
    }
    return count
  }
}
