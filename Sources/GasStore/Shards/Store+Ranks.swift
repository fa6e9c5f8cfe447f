import GasBase

extension Store {
  /// Refuses a shard that is not the one that a rank needs.
  ///
  /// - Parameters:
  ///   - rank: the number of the rank.
  ///   - count: how many ranks there are; 1 where a process works alone.
  /// - Throws: `GasError` if the store is a shard for another number of ranks or for another rank, or was cut by
  ///   another rule than that by which ranks divide the work.
  package func check(isFor rank: Int, of count: Int) throws {
    guard let shard = manifest.shard else { return }
    guard shard.ranks == count else {
      throw count == 1
        ? GasError(
          "is \(shard.text) of a store: one process alone lacks the others", file: path,
          advice: "start mpirun -n \(shard.ranks) on the folder of the shards, or name the whole store")
        : GasError(
          "is \(shard.text) of a store, and there are \(count) ranks", file: path,
          advice: "start mpirun -n \(shard.ranks), or cut the store with gas-ingest shard --ranks \(count)")
    }
    guard shard.rank == rank else {
      throw GasError(
        "is the shard of rank \(shard.rank), and was opened by rank \(rank)", file: path,
        advice: "name the folder in which the shards are called \(ShardFolder.name(of: 0)), "
          + "\(ShardFolder.name(of: 1)) and so on, each by its rank")
    }
    let share = RankShares.divided(partitions, among: count)[rank]
    guard shard.partitions == share else {
      throw GasError(
        "has partitions \(shard.partitionStart) to \(shard.partitionEnd - 1), and rank \(rank) of \(count) computes"
          + " \(share.lowerBound) to \(share.upperBound - 1)", file: path,
        advice: "another version of gas has cut it: cut the store anew with gas-ingest shard")
    }
  }
}
