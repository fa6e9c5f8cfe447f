import GasBase
import GasFiles
import GasRanks
import GasStore
import GasTool

/// The ranks of a `gas-stat` that `mpirun` has started, which look at a store together: each at its own shard, or at
/// its share of a whole store. Rank 0 tells what they have found.
struct StatRanks {
  /// The ranks; `nil` where this process works alone.
  static var group: RankGroup? { RankGroup.current.withLock { $0 } }

  /// The ranks.
  let group: RankGroup
  /// What this rank looks at.
  let store: Store

  /// Opens what each rank looks at. It is `nil` on others than rank 0, where that has nothing for them to do.
  ///
  /// - Parameters:
  ///   - group: the ranks. All of them call it; others than rank 0 wait until it does.
  ///   - open: opens the store.
  /// - Throws: `GasError`, on all ranks, if one of them has no such store, another one than rank 0, or another version.
  init?(_ group: RankGroup, opening open: () throws -> Store) throws {
    // Rank 0 alone knows whether there is something to do for all.
    guard try group.begin(with: group.isFirst ? true : nil) != nil else { return nil }
    var opened: Store?
    let all = try Self.gathered(group, isAlikeOnAll: true) {
      let store = try open()
      opened = store
      return Introduction(RankIdentity(group), store)
    }
    if let problem = all.lazy.compactMap({ $0.problem(beside: all[0]) }).first {
      group.end()
      throw problem
    }
    (self.group, store) = (group, opened!)
  }

  /// What all ranks have found. Nothing is left to do together then.
  ///
  /// - Parameter work: finds it on this rank.
  /// - Returns: what each rank has found, in their order.
  /// - Throws: `GasError`, on all ranks, if one of them has failed. Rank 0 tells of all that have.
  func gathered<Value: Codable>(_ work: () throws -> Value) throws -> [Value] {
    let values = try Self.gathered(group, isAlikeOnAll: false, work)
    group.end()
    return values
  }

  /// What all ranks have found. A problem that several have is told once, and of those that are likely to be alike on
  /// all ranks the first.
  private static func gathered<Value: Codable>(
    _ group: RankGroup, isAlikeOnAll: Bool, _ work: () throws -> Value
  ) throws -> [Value] {
    var found = Found<Value>(place: group.place)
    do { found.value = try work() } catch { found.problem = "\(error)" }
    let all = try group.gathered(found)
    var seen = Set<String>()
    let problems = all.compactMap { found -> GasError? in
      guard let problem = found.problem, seen.insert(problem).inserted else { return nil }
      return GasError("\(found.place): \(problem)")
    }.prefix(isAlikeOnAll ? 1 : all.count)
    guard let last = problems.last else { return all.compactMap(\.value) }
    group.end()
    if group.isFirst { problems.dropLast().forEach { Program.tell($0) } }
    throw last
  }
}

/// What a rank has found, or what has kept it from that.
private struct Found<Value: Codable>: Codable {
  let place: String
  var value: Value?
  var problem: String?
}

/// What a rank tells of itself before it begins.
private struct Introduction: Codable {
  let rank: RankIdentity
  let path: String
  let store: String
  let isShard: Bool
  /// The manifest's file.
  let inode: Int?

  init(_ rank: RankIdentity, _ store: Store) {
    (self.rank, path, isShard) = (rank, store.path, store.manifest.shard != nil)
    self.store = store.manifest.wholeChecksum
    inode = FileVersion(store.path + "/" + Manifest.fileName)?.inode
  }

  /// What keeps the rank from working with the first one.
  func problem(beside first: Introduction) -> GasError? {
    if let problem = rank.problem(beside: first.rank) { return problem }
    guard store == first.store, isShard == first.isShard else {
      return GasError(
        "\(rank.place) has another store than \(first.rank.place), or one of them has a shard and the other a whole store",
        file: path, advice: "copy the store or its shards anew, or use one on a shared file system")
    }
    guard isShard || inode == first.inode else {
      return GasError(
        "\(rank.place) has a copy of its own, of which it would check a share alone", file: path,
        advice: "run gas-stat verify without mpirun on each machine")
    }
    return nil
  }
}
