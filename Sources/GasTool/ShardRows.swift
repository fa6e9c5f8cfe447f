import GasBase
import GasStore

/// Shards as rows of a table.
public enum ShardRows {
  /// What the cells are, that of the name first.
  public static let head = ["", "partitions", "nodes", "entries", "others' nodes", "disk"]

  /// The cells of a shard.
  ///
  /// - Parameter shard: the shard.
  /// - Returns: its name, and what it has.
  public static func cells(of shard: ShardSummary) -> [String] {
    [
      ShardFolder.name(of: shard.rank), "\(shard.partitionStart) to \(shard.partitionEnd - 1)", "\(shard.nodeCount)",
      "\(shard.edgeCount)", "\(shard.ghostCount)", Units.bytes(shard.diskBytes),
    ]
  }
}
