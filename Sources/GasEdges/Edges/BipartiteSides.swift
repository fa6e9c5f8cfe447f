import GasBase
import GasFiles
import GasGraph

/// Turns edges between two kinds of nodes, each numbered for itself, into edges between nodes of one numbering: ids of
/// the right side follow those of the left.
struct BipartiteSides {
  private let edges: EdgeLog<Int64>

  init(_ edges: EdgeLog<Int64>) {
    self.edges = edges
  }

  /// Numbers the right side anew.
  ///
  /// - Parameter space: where the edges are kept.
  /// - Returns: the same edges with other targets, and a remark about it.
  /// - Throws: `GasError` if the disk fails, or if ids become too large.
  func joined(in space: Workspace) throws -> (EdgeLog<Int64>, note: String) {
    let offset = try self.offset()
    let joined = try EdgeLog<Int64>(in: space, isWeighted: edges.isWeighted)
    try edges.forEachChunk { chunk in
      var chunk = chunk
      chunk.targets = chunk.targets.map { $0 + offset }
      try joined.append(chunk)
    }
    return (joined, "ids of the right side follow those of the left: right node r is \(offset) + r")
  }

  /// The largest id on the left, so that id 1 on the right comes next; more if ids on the right start lower.
  private func offset() throws -> Int64 {
    var (largest, smallest) = (Int64.min, Int64(1))
    try edges.forEachChunk { chunk in
      largest = max(largest, chunk.sources.max() ?? largest)
      smallest = min(smallest, chunk.targets.min() ?? smallest)
    }
    let limit: Int64 = 1 << 61
    guard largest == .min || -limit...limit ~= largest, smallest >= -limit else {
      throw GasError("ids of a bipartite network are too large to be joined")
    }
    return max(0, largest) - smallest + 1
  }
}
