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

  /// Whether a path is that of a folder of shards, and not of a store.
  package static func isOne(_ path: String) -> Bool { !Manifest.isThere(inStore: path) && !shards(in: path).isEmpty }

  /// The ranks whose shards are in a folder, ascending. On a machine of a cluster these may be some of all.
  package static func ranks(in path: String) -> [Int] {
    shards(in: path).compactMap { Int($0.dropFirst(prefix.count)) }.sorted()
  }

  /// The names in a folder that are those of shards, and have no manifest.
  package static func damaged(in path: String) -> [String] {
    FileTree.names(in: path).filter { isShard($0) && !Manifest.isThere(inStore: "\(path)/\($0)") }.sorted()
  }

  /// The ranks, of so many, whose shards are not among those that were found.
  package static func missing(of ranks: Int, besides found: [Int]) -> [Int] {
    let found = Set(found)
    return (0..<ranks).filter { !found.contains($0) }
  }

  /// Says which shards were not found, behind a semicolon.
  package static func absence(of ranks: [Int]) -> String {
    "; not here: \(ranks.map(name(of:)).joined(separator: ", "))"
  }

  /// Refuses a shard that does not belong to the others in its folder.
  ///
  /// - Parameters:
  ///   - store: the store that lies in the place of a rank's shard.
  ///   - rank: the rank.
  ///   - first: the first shard of the folder.
  /// - Throws: `GasError` if it is none, is that of another rank, or was cut of another store or for other ranks.
  package static func check(_ store: Store, of rank: Int, beside first: Store) throws {
    guard let shard = store.manifest.shard else {
      throw GasError(
        "is a whole store, in the place of the shard of rank \(rank)", file: store.path,
        advice: "cut the store with gas-ingest shard, or give it a name of its own")
    }
    guard shard.rank == rank else {
      throw GasError(
        "is the shard of rank \(shard.rank)", file: store.path, advice: "call it \(name(of: shard.rank))")
    }
    guard let other = first.manifest.shard, (other.source, other.ranks) == (shard.source, shard.ranks) else {
      throw GasError(
        "is \(shard.text) of another store than \(first.path), or of the same cut otherwise", file: store.path,
        advice: "copy the shards of one gas-ingest shard anew")
    }
  }

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
