import GasBase
import GasFiles

/// Cuts a store into a shard for each of several ranks (docs/many-machines.md): what the rank reads of it, as a store
/// of its own.
///
/// The folder gets its name when all shards in it are whole. The store is only read, and may be in use. Memory: some
/// tens of MiB, and the lists of the largest partition.
public struct ShardCut {
  /// What was made.
  public struct Report: Codable, Sendable {
    /// The store that was cut, as it was given.
    public var store: String
    /// The folder of the shards, as it was given.
    public var output: String
    /// The disk space of the store's columns, in bytes.
    public var storeBytes: Int
    /// The shards, by rank.
    public var shards: [ShardSummary]
    /// How long it took.
    public var seconds: Double
  }

  private let store: Store
  private let output: String
  private let path: String
  private let shares: [Range<Int>]
  private let place: DraftPlace

  /// Checks what is asked for; nothing is written yet.
  ///
  /// - Parameters:
  ///   - store: the whole store.
  ///   - ranks: for how many ranks it is cut.
  ///   - output: the folder of the shards that is made, with one of them for each rank: `rank-0`, `rank-1` and so on.
  ///   - replaceExisting: whether a folder of shards of that name is replaced.
  ///   - discardedRuns: how many trained runs the user agreed to lose; nil for none.
  /// - Throws: `GasError` if the store cannot be cut so, or something has the name that may not be replaced.
  public init(
    _ store: Store, ranks: Int, output: String, replaceExisting: Bool = false, discardedRuns: Int? = nil
  ) throws {
    (self.store, self.output) = (store, output)
    if let shard = store.manifest.shard {
      throw GasError("is \(shard.text) of a store already", file: store.path, advice: "cut the whole store")
    }
    guard ranks >= 1 else { throw GasError(expected: "at least one rank", found: "--ranks \(ranks)") }
    try RankShares.checkAllHaveSome(of: store, ranks: ranks)
    shares = RankShares.divided(store.partitions, among: ranks)
    path = try OutputPath.resolved(output)
    try EnclosingStore.refuse(folder: path)
    place = try DraftPlace(
      ReplacedShards(path: path, discardedRuns: discardedRuns), replacesExisting: replaceExisting,
      inputs: [store.path])
  }

  /// Cuts the store.
  ///
  /// - Parameter display: what is shown on standard error meanwhile.
  /// - Returns: what was made.
  /// - Throws: `GasError` if the store is damaged, the disk has too little space or fails, or the folder has been taken
  ///   meanwhile.
  @discardableResult
  public func run(showing display: ProgressDisplay = .none) throws -> Report {
    let clock = ContinuousClock.now
    let plans = try shares.map { try ShardPlan(store, $0) }
    try ShardPlan.check(plans, at: path)
    let draft = try DraftFolder(for: path)
    let progress = display.line("cutting", total: plans.reduce(0) { $0 + $1.readBytes }, unit: "bytes")
    defer { progress?.finish() }
    var shards: [ShardSummary] = []
    for (rank, plan) in plans.enumerated() {
      let started = ContinuousClock.now
      let shard = try write(plan, rank, in: draft.path) { progress?.advance(by: $0) }
      shards.append(shard)
      guard case .phases = display else { continue }
      let seconds = Units.seconds(started.duration(to: .now).seconds)
      ProgressLine.replace(with: "\(ShardFolder.name(of: rank)): \(seconds)", stays: true)
    }
    try place.publish(draft)
    return Report(
      store: store.path, output: output, storeBytes: FileTree.diskBytes(store.path + "/columns"), shards: shards,
      seconds: clock.duration(to: .now).seconds)
  }

  private func write(
    _ plan: ShardPlan, _ rank: Int, in folder: String, advance: @escaping (Int) -> Void
  ) throws -> ShardSummary {
    let writer = try StoreWriter(creating: "\(folder)/\(ShardFolder.name(of: rank))")
    let first: Store? = try rank == 0 ? nil : Store(opening: "\(folder)/\(ShardFolder.name(of: 0))")
    try ShardWriter(store, plan.partitions, to: writer, advance: advance).write(selfLoopsOf: first)
    var manifest = store.manifest
    manifest.formatVersion = Manifest.Shard.formatVersion
    manifest.shard = Manifest.Shard(
      rank: rank, ranks: shares.count, source: store.manifest.checksum, partitionStart: plan.partitions.lowerBound,
      partitionEnd: plan.partitions.upperBound, ghostCount: plan.ghostCount)
    try writer.commit(manifest)
    return ShardSummary(try Store(opening: writer.path))!
  }
}
