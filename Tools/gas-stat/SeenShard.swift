import GasBase
import GasRanks
import GasRuns
import GasStore
import GasTool

/// A shard that is there, as `gas-stat` shows it.
struct SeenShard: Codable {
  let shard: ShardSummary
  /// How its halo rows lie on disk.
  let halo: HaloLayout
  /// The machine that has it, where each rank looks at its own; absent in one process.
  let host: String?

  init(_ store: Store, on host: String? = nil) throws {
    guard let summary = ShardSummary(store) else { throw GasError("is a whole store and no shard", file: store.path) }
    (shard, halo, self.host) = (summary, try HaloLayout(store), host)
  }

  /// The shards that lie in a folder.
  ///
  /// - Parameters:
  ///   - path: the folder.
  ///   - runs: where their runs lie.
  /// - Returns: the shards by rank, and the first of them, opened with the runs.
  /// - Throws: `GasError` if one is damaged, or does not belong to the others.
  static func all(of path: String, _ runs: RunsOption) throws -> (shards: [SeenShard], first: Store) {
    let folder = try ShardStores(path, runs)
    let first = try folder.open(folder.ranks[0], beside: nil)
    // The others are closed again at once: there may be more than files may be open.
    let others = try folder.ranks.dropFirst().map { try SeenShard(folder.open($0, beside: first)) }
    return (try [SeenShard(first)] + others, first)
  }

  /// The shards of all ranks. Rank 0 calls it, and the others `show`.
  static func all(
    of path: String, _ runs: RunsOption, among group: RankGroup
  ) throws -> (shards: [SeenShard], first: Store) {
    guard let ranks = try StatRanks(group, opening: { try runs.store(path) }) else {
      preconditionFailure("rank 0 has called nothing off")
    }
    return (try ranks.gathered { try SeenShard(ranks.store, on: RankGroup.host) }, ranks.store)
  }

  /// Tells rank 0 of this rank's shard, if it asks for it.
  static func show(of path: String, to group: RankGroup) throws {
    guard let ranks = try StatRanks(group, opening: { try StoreOpener.open(path) }) else { return }
    _ = try ranks.gathered { try SeenShard(ranks.store, on: RankGroup.host) }
  }
}

/// The shards that lie in a folder, as stores.
struct ShardStores {
  /// The ranks whose shards are there, one at least.
  let ranks: [Int]
  private let path: String
  private let runs: RunsOption
  private let isChecked: Bool

  /// Looks for the shards.
  init(_ path: String, _ runs: RunsOption, isChecked: Bool = true) throws {
    self.path = path.count > 1 && path.hasSuffix("/") ? String(path.dropLast()) : path
    (self.runs, self.isChecked) = (runs, isChecked)
    ranks = ShardFolder.ranks(in: path)
    guard !ranks.isEmpty else { throw GasError("holds no shards", file: path) }
  }

  /// Opens the shard of a rank. Runs of shards lie with the first, or apart from all.
  ///
  /// - Parameters:
  ///   - rank: the rank.
  ///   - other: a shard that was opened before, to which it has to belong.
  /// - Returns: the shard.
  /// - Throws: `GasError` if it is damaged, or does not belong there.
  func open(_ rank: Int, beside other: Store?) throws -> Store {
    let place = "\(path)/\(ShardFolder.name(of: rank))"
    let store =
      try rank == ranks.first
      ? runs.store(place, for: .itself, isChecked: isChecked)
      : StoreOpener.open(place, for: .itself, isChecked: isChecked)
    try ShardFolder.check(store, of: rank, beside: other ?? store)
    return store
  }
}
