import GasFiles

/// What a shard has of a store, in numbers.
public struct ShardSummary: Codable, Equatable, Sendable {
  /// The rank that reads it, from 0.
  public var rank: Int
  /// For how many ranks the store was cut.
  public var ranks: Int
  /// The checksum in the manifest of the whole store.
  public var source: String
  /// The first of its partitions.
  public var partitionStart: Int
  /// The partition behind the last of them.
  public var partitionEnd: Int
  /// Nodes of its partitions.
  public var nodeCount: Int
  /// Adjacency entries of its partitions.
  public var edgeCount: Int
  /// Rows of other partitions whose features it has.
  public var ghostCount: Int
  /// The disk space that its columns take, in bytes; less than their size where files have holes.
  public var diskBytes: Int

  /// Describes a shard.
  ///
  /// - Parameter store: a store; `nil` is returned for whole ones.
  public init?(_ store: Store) {
    guard let shard = store.manifest.shard else { return nil }
    (rank, ranks, source) = (shard.rank, shard.ranks, shard.source)
    (partitionStart, partitionEnd) = (shard.partitionStart, shard.partitionEnd)
    nodeCount = store.partitions.nodes(of: shard.partitions).count
    edgeCount = store.partitions.edges(of: shard.partitions).count
    ghostCount = shard.ghostCount
    diskBytes = FileTree.diskBytes(store.path + "/columns")
  }
}
