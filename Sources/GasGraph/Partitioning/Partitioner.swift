import GasBase
import GasFiles

/// Which partition each node belongs to.
package struct Partitioning {
  /// The number of partitions.
  package let count: Int
  /// One number below `count` for each node, in original order.
  let partitions: FlatArray<UInt32>

  /// Groups the partitions of all nodes.
  package init(count: Int, partitions: FlatArray<UInt32>) {
    self.count = count
    self.partitions = partitions
  }

  /// The number of nodes of each partition.
  package var sizes: [Int] {
    var sizes = [Int](repeating: 0, count: count)
    for node in 0..<partitions.count { sizes[Int(partitions[node])] += 1 }
    return sizes
  }

  /// The same partitioning without empty partitions; the others keep their order.
  package func compacted() -> Partitioning {
    var number: UInt32 = 0
    let renumbered = sizes.map { size in
      defer { number += size > 0 ? 1 : 0 }
      return number
    }
    guard Int(number) < count else { return self }
    return Partitioning(
      count: Int(number), partitions: FlatArray(count: partitions.count) { renumbered[Int(partitions[$0])] })
  }
}

/// Divides nodes into partitions. Deterministic: the same graph, count and seed give the same partitions.
package protocol Partitioner {
  /// Divides a graph.
  ///
  /// - Parameters:
  ///   - graph: without directions (`Graph.skeleton`).
  ///   - count: how many partitions are wanted, at most as many as there are nodes. Fewer may come out, and some may be
  ///     empty.
  /// - Returns: the partition of each node.
  /// - Throws: `GasError` if the disk or the partitioner fails.
  func divide(_ graph: Graph, into count: Int) throws -> Partitioning
}

/// Which partitioner to use, as `--partitioner` names it.
public enum PartitionerChoice: Sendable, Equatable, CustomStringConvertible {
  /// METIS if its memory fits the budget, `stream` otherwise.
  case auto
  /// Few edges between partitions, by METIS.
  case metis
  /// Few halo rows, in passes over lists on disk.
  case stream
  /// Nodes assigned at random: partitions of equal size, and nothing else.
  case random
  /// Equal ranges of the original order.
  case contiguous
  /// A file with one partition number for each node, in original order; `.npy` or text.
  case file(String)

  /// Reads a name such as `metis` or `file:PATH`; `nil` if there is no such partitioner.
  public init?(_ name: String) {
    switch name {
    case "auto": self = .auto
    case "metis": self = .metis
    case "stream": self = .stream
    case "random": self = .random
    case "contiguous": self = .contiguous
    default:
      guard name.hasPrefix("file:"), name.count > 5 else { return nil }
      self = .file(String(name.dropFirst(5)))
    }
  }

  /// The name that `--partitioner` takes.
  public var description: String {
    switch self {
    case .auto: "auto"
    case .metis: "metis"
    case .stream: "stream"
    case .random: "random"
    case .contiguous: "contiguous"
    case .file(let path): "file:\(path)"
    }
  }
}

/// How many partitions a graph gets if the user does not say.
public enum PartitionCount {
  /// A partition should hold at most this many nodes.
  public static let largestNodeCount = 1 << 14
  /// A partition should hold about this many adjacency entries.
  public static let largestEntryCount = 1 << 20
  /// Small graphs get up to 8 partitions of at least this many nodes, so that there is something to shuffle.
  public static let smallestNodeCount = 512
  static let fewest = 8

  /// The usual number of partitions: max(⌈N / 16 384⌉, ⌈entries / 1 048 576⌉, min(8, ⌊N / 512⌋), 1).
  public static func standard(nodeCount: Int, entryCount: Int) -> Int {
    let wanted = max(
      dividedUp(nodeCount, by: largestNodeCount), dividedUp(entryCount, by: largestEntryCount),
      min(fewest, nodeCount / smallestNodeCount), 1)
    return min(wanted, max(1, nodeCount))
  }
}
