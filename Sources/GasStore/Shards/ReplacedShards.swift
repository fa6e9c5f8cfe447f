import GasBase
import GasFiles
import Glibc

/// A folder of shards that is to be replaced, and the conditions for that: it holds shards and nothing else, and the
/// user knows how many runs go with them.
struct ReplacedShards: Replaceable {
  let path: String
  /// How many trained runs the user said may go; nil if nothing was said.
  let discardedRuns: Int?

  var noun: String { "folder of shards" }
  var mark: String { "\(path)/\(ShardFolder.name(of: 0))/\(Manifest.fileName)" }

  func check() throws -> [FolderLock] {
    try FileAccess.checkIsSeen(mark)
    guard FileTree.kind(of: path) == S_IFDIR, !ShardFolder.shards(in: path).isEmpty else {
      throw GasError("holds no shards, so it is not overwritten", file: path, advice: "name another --output")
    }
    try checkContents(at: path)
    return try shards(at: path).flatMap { shard in
      try shard.checkManifest()
      return try shard.locks()
    }
  }

  func checkContents(at place: String) throws {
    if let stranger = try FileTree.list(place).first(where: {
      !Leftovers.isLeftoverName($0) && !ShardFolder.isShard($0)
    }) {
      throw GasError(
        "holds \(stranger), which is no shard, so it is not overwritten", file: path,
        advice: "move that away, or name another --output")
    }
    let shards = try shards(at: place)
    for shard in shards { try shard.checkFiles(at: shard.path) }
    let runs = try shards.reduce(0) { try $0 + ReplacedStore.runs(at: $1.path).count }
    try ReplacedStore.check(discarding: discardedRuns, of: runs, in: path)
  }

  private func shards(at place: String) throws -> [ReplacedStore] {
    try FileTree.list(place).filter(ShardFolder.isShard).map {
      ReplacedStore(path: "\(place)/\($0)", discardedRuns: discardedRuns)
    }
  }
}
