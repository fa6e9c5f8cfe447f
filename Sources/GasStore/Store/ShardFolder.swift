import GasBase
import GasFiles

/// The folder that holds the shards of a store, one for each rank: `rank-0`, `rank-1` and so on.
public enum ShardFolder {
  private static let prefix = "rank-"

  /// The name of a rank's shard in the folder.
  public static func name(of rank: Int) -> String { "\(prefix)\(rank)" }

  /// Whether a name is that of a shard.
  package static func isShard(_ name: String) -> Bool {
    guard name.hasPrefix(prefix), let rank = Int(name.dropFirst(prefix.count)) else { return false }
    return name == Self.name(of: rank) && rank >= 0
  }

  /// What a rank opens that was given a path: its own shard where that is a folder of shards, and else the path itself.
  /// On a machine of its own, a rank needs no other shard than its own.
  ///
  /// - Parameters:
  ///   - path: a store, or a folder of shards.
  ///   - rank: the number of the rank; 0 for a process that works alone.
  /// - Returns: the path of a store.
  /// - Throws: `GasError` if there are shards and none for the rank.
  public static func store(in path: String, for rank: Int) throws -> String {
    guard !Manifest.isThere(inStore: path) else { return path }
    let shard = path + "/" + name(of: rank)
    if Manifest.isThere(inStore: shard) { return shard }
    guard let other = shards(in: path).first else { return path }
    throw GasError(
      "holds shards (\(other)), but none for rank \(rank) (\(name(of: rank)))", file: path,
      advice: "start as many ranks as the store was cut for, and copy to each machine the shards of its ranks")
  }

  /// Whether a folder holds shards.
  package static func isOne(_ path: String) -> Bool { !shards(in: path).isEmpty }

  /// Refuses a folder of shards where one store is wanted.
  static func refuse(_ path: String) throws {
    guard !Manifest.isThere(inStore: path), let shard = shards(in: path).first else { return }
    throw GasError(
      "holds the shards of a store and is none itself", file: path,
      advice: "name one of them, such as \(path)/\(shard)")
  }

  /// The names of the shards in a folder.
  package static func shards(in path: String) -> [String] {
    FileTree.names(in: path).filter { isShard($0) && Manifest.isThere(inStore: "\(path)/\($0)") }
  }
}
