import GasBase

/// Which rows, adjacency entries and halo rows each partition owns. Size: a few numbers a partition, never a node.
public struct PartitionTable: Codable, Equatable, Sendable {
  /// K+1 row numbers; partition p owns rows `nodeStarts[p] ..< nodeStarts[p+1]`.
  public let nodeStarts: [Int]
  public let edgeStarts: [Int]
  public let haloStarts: [Int]
  /// Entries of each partition whose both ends are in it.
  public let innerEdgeCounts: [Int]

  public init(nodeStarts: [Int], edgeStarts: [Int], haloStarts: [Int], innerEdgeCounts: [Int]) {
    self.nodeStarts = nodeStarts
    self.edgeStarts = edgeStarts
    self.haloStarts = haloStarts
    self.innerEdgeCounts = innerEdgeCounts
  }

  public var count: Int { innerEdgeCounts.count }
  public var indices: Range<Int> { 0..<count }

  public func nodes(_ partition: Int) -> Range<Int> { nodeStarts[partition]..<nodeStarts[partition + 1] }
  public func edges(_ partition: Int) -> Range<Int> { edgeStarts[partition]..<edgeStarts[partition + 1] }
  public func halo(_ partition: Int) -> Range<Int> { haloStarts[partition]..<haloStarts[partition + 1] }

  /// The partition that owns a row, by bisection.
  public func owner(of row: Int) -> Int {
    (1..<max(1, count)).partitioningIndex { nodeStarts[$0] > row } - 1
  }

  /// What is wrong with the table, if anything; readers index by it without further checks.
  func problem(nodeCount: Int, edgeCount: Int) -> String? {
    guard count > 0 else { return "no partitions" }
    for (name, starts) in [("nodeStarts", nodeStarts), ("edgeStarts", edgeStarts), ("haloStarts", haloStarts)] {
      guard starts.count == count + 1, starts[0] == 0 else { return "\(name) should hold \(count + 1) numbers from 0" }
      guard zip(starts, starts.dropFirst()).allSatisfy({ $0 <= $1 }) else { return "\(name) decreases" }
    }
    guard indices.allSatisfy({ !nodes($0).isEmpty }) else { return "a partition without nodes" }
    guard nodeStarts[count] == nodeCount else { return "partitions of \(nodeStarts[count]) nodes in all" }
    guard edgeStarts[count] == edgeCount else { return "partitions of \(edgeStarts[count]) edges in all" }
    guard indices.allSatisfy({ 0...edges($0).count ~= innerEdgeCounts[$0] }) else { return "too many inner edges" }
    return nil
  }
}
