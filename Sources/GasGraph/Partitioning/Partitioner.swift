import GasBase
import GasFiles

/// Which partition each node belongs to.
package struct Partitioning {
  package let count: Int
  /// One number below `count` for each node, in original order.
  let partitions: FlatArray<UInt32>

  package init(count: Int, partitions: FlatArray<UInt32>) {
    self.count = count
    self.partitions = partitions
  }

  package var sizes: [Int] {
    var sizes = [Int](repeating: 0, count: count)
    for node in 0..<partitions.count { sizes[Int(partitions[node])] += 1 }
    return sizes
  }

  /// The same without empty partitions, the others in their order.
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

/// A way of dividing nodes into partitions. Deterministic: the same graph, count and seed give the same partitions.
package protocol Partitioner {
  /// - Parameters:
  ///   - graph: without directions (`Graph.skeleton`).
  ///   - count: how many partitions are wanted, at most as many as there are nodes. Fewer may come out; some may be empty.
  func divide(_ graph: Graph, into count: Int) throws -> Partitioning
}

/// Which partitioner to use, as `--partitioner` names it.
public enum PartitionerChoice: Sendable, Equatable, CustomStringConvertible {
  /// METIS where its memory fits the budget, `stream` elsewhere.
  case auto
  /// Few edges between partitions, by METIS.
  case metis
  /// Few halo rows, in passes over lists that lie on disk.
  case stream
  /// Nodes dealt out by chance: partitions of equal size, nothing else.
  case random
  /// Equal ranges of the original order.
  case contiguous
  /// As a file says: one partition number for each node, in original order; `.npy` or text.
  case file(String)

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
  /// A partition should hold at most this many nodes …
  public static let largestNodeCount = 1 << 14
  /// … and about this many adjacency entries, …
  public static let largestEntryCount = 1 << 20
  /// … while small graphs get a few partitions of at least this many nodes, so that there is something to shuffle.
  public static let smallestNodeCount = 512
  static let fewest = 8

  /// max(⌈N / 16 384⌉, ⌈entries / 1 048 576⌉, min(8, ⌊N / 512⌋), 1)
  public static func standard(nodeCount: Int, entryCount: Int) -> Int {
    let wanted = max(
      dividedUp(nodeCount, by: largestNodeCount), dividedUp(entryCount, by: largestEntryCount),
      min(fewest, nodeCount / smallestNodeCount), 1)
    return min(wanted, max(1, nodeCount))
  }
}
