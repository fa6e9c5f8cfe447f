import GasBase

/// Which rows, adjacency entries and halo rows each partition owns. It holds a few numbers a partition, and none a
/// node.
public struct PartitionTable: Codable, Equatable, Sendable {
  /// K+1 row numbers; partition p owns rows `nodeStarts[p] ..< nodeStarts[p+1]`.
  public let nodeStarts: [Int]
  /// K+1 places in `neighbours`: where the entries of each partition start, and where the last ones end.
  public let edgeStarts: [Int]
  /// K+1 places in `halo`: where the halo rows of each partition start, and where the last ones end.
  public let haloStarts: [Int]
  /// K numbers: entries of each partition whose both ends are in it.
  public let innerEdgeCounts: [Int]

  /// Makes a table of K partitions: K+1 starts each, and K counts.
  public init(nodeStarts: [Int], edgeStarts: [Int], haloStarts: [Int], innerEdgeCounts: [Int]) {
    self.nodeStarts = nodeStarts
    self.edgeStarts = edgeStarts
    self.haloStarts = haloStarts
    self.innerEdgeCounts = innerEdgeCounts
  }

  /// The number of partitions K.
  public var count: Int { innerEdgeCounts.count }
  /// The numbers of the partitions, 0 ..< K.
  public var indices: Range<Int> { 0..<count }

  /// The rows that a partition owns.
  public func nodes(_ partition: Int) -> Range<Int> { nodeStarts[partition]..<nodeStarts[partition + 1] }
  /// The places of a partition's entries in `neighbours`.
  public func edges(_ partition: Int) -> Range<Int> { edgeStarts[partition]..<edgeStarts[partition + 1] }
  /// The places of a partition's halo rows in `halo`.
  public func halo(_ partition: Int) -> Range<Int> { haloStarts[partition]..<haloStarts[partition + 1] }

  /// The rows of partitions that follow each other.
  package func nodes(of partitions: Range<Int>) -> Range<Int> {
    nodeStarts[partitions.lowerBound]..<nodeStarts[partitions.upperBound]
  }
  /// The places of their entries in `neighbours`.
  package func edges(of partitions: Range<Int>) -> Range<Int> {
    edgeStarts[partitions.lowerBound]..<edgeStarts[partitions.upperBound]
  }
  /// The places of their halo rows in `halo`.
  package func halo(of partitions: Range<Int>) -> Range<Int> {
    haloStarts[partitions.lowerBound]..<haloStarts[partitions.upperBound]
  }

  /// Finds the partition that owns a row, by bisection.
  public func owner(of row: Int) -> Int {
    (1..<max(1, count)).partitioningIndex { nodeStarts[$0] > row } - 1
  }

  /// Says what is wrong with the table, if anything; readers index by it without further checks.
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
