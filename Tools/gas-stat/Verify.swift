import ArgumentParser
import GasBase
import GasRanks
import GasRuns
import GasStore
import GasTool

struct Verify: RankedCommand {
  static let configuration = CommandConfiguration(
    abstract: "Checks every checksum and invariant of a store, or of its shards, and of its runs.",
    discussion: """
      Exits with 1 and names file and offset of the first thing that is wrong with the store. If its runs are, they are all named, a line \
      each with the first thing that is wrong with it.

      Of a folder of shards all that are there are checked, and a line each tells of those with which something is wrong. Started by \
      mpirun, each rank checks its own shard, or its share of a whole store; rank 0 checks the runs and prints the result.
      """)

  @Argument(help: "The store, or the folder of its shards.", completion: .directory)
  var store: String
  @OptionGroup var runs: RunsOption
  @OptionGroup var output: OutputOptions

  func run() throws {
    try output.reportingErrors {
      guard let report = try verified() else { return }
      try output.print(json: report, as: .statVerify) { report.text(of: store) }
    }
  }

  /// What was checked; `nil` on ranks that have told rank 0.
  private func verified() throws -> VerifyReport? {
    if let group = StatRanks.group { return try verify(among: group) }
    return ShardFolder.isOne(store) ? try verifyShards() : try verifyStore()
  }

  private func verifyStore() throws -> VerifyReport {
    let opened = try runs.store(store, for: .itself, isChecked: false)
    let progress = progress(over: columnBytes(opened))
    let report = try StoreVerifier(opened, progress: progress).verifyAll()
    progress?.finish()
    return try withRuns(of: opened, VerifyReport(store: report))
  }

  /// Checks all shards of the folder, also behind one with which something is wrong.
  private func verifyShards() throws -> VerifyReport {
    let folder = try ShardStores(store, runs, isChecked: false)
    var problems = Problems()
    var first: (rank: Int, store: Store)?
    var (sound, bytes) = ([Int](), 0)
    // Each is closed again at once: there may be more than files may be open.
    for rank in folder.ranks {
      guard let shard = problems.catching({ try folder.open(rank, beside: first?.store) }) else { continue }
      first = first ?? (rank, shard)
      sound.append(rank)
      bytes += columnBytes(shard)
    }
    let progress = progress(over: bytes)
    let shards = sound.compactMap { rank in
      problems.catching {
        let shard = try rank == first?.rank ? first!.store : folder.open(rank, beside: first?.store)
        return VerifiedShard(shard, try StoreVerifier(shard, progress: progress).verifyAll())
      }
    }
    progress?.finish()
    for name in ShardFolder.damaged(in: store) {
      problems.add(
        GasError(
          "has no manifest, and is no shard", file: "\(store)/\(name)", advice: "copy it anew, or remove it"))
    }
    let report = VerifyReport(shards: shards, of: first?.store.manifest.shard?.ranks ?? shards.count)
    // Runs of shards lie with the first that is there.
    guard let first else { return try problems.report(of: report) }
    return try withRuns(of: first.store, report, problems)
  }

  /// What all ranks have checked together; `nil` on others than rank 0.
  private func verify(among group: RankGroup) throws -> VerifyReport? {
    let joined = try StatRanks(group) {
      try group.isFirst ? runs.store(store, isChecked: false) : StoreOpener.open(store, isChecked: false)
    }
    guard let ranks = joined else { return nil }
    let (opened, isShard) = (ranks.store, ranks.store.manifest.shard != nil)
    let share = isShard ? VerifierShare.all : VerifierShare(group.rank, of: group.count)
    let progress = group.isFirst ? progress(over: columnBytes(opened) / share.count) : nil
    let parts = try ranks.gathered {
      let verifier = StoreVerifier(opened, share: share, progress: progress)
      let found = try verifier.verifyShare()
      let shard = isShard ? VerifiedShard(opened, try verifier.report(of: [found]), on: RankGroup.host) : nil
      return VerifiedPart(found: found, shard: shard)
    }
    progress?.finish()
    guard group.isFirst else { return nil }
    let report =
      isShard
      ? VerifyReport(shards: parts.compactMap(\.shard), of: group.count)
      : VerifyReport(store: try StoreVerifier(opened).report(of: parts.map(\.found)))
    return try withRuns(of: opened, report)
  }

  /// The report with the runs of a store, which are checked, too.
  private func withRuns(
    of opened: Store, _ report: VerifyReport, _ earlier: Problems = Problems()
  ) throws -> VerifyReport {
    var (report, problems) = (report, earlier)
    try StoreVerifier(opened).addRuns(to: &report.store) { problems.add($1, of: $0) }
    let progress = output.showsProgress ? ProgressLine("verifying histories", unit: "bytes") : nil
    report.runs = try opened.whileInPlace {
      try RunVerifier(opened, progress: progress).verify { problems.add($1, of: $0) }
    }
    progress?.finish()
    return try problems.report(of: report)
  }

  private func progress(over bytes: Int) -> ProgressLine? {
    output.showsProgress ? ProgressLine("verifying", total: bytes, unit: "bytes") : nil
  }

  private func columnBytes(_ store: Store) -> Int { store.manifest.columns.reduce(0) { $0 + $1.fileBytes } }
}

/// What a rank has checked: its share of a whole store, or its shard.
private struct VerifiedPart: Codable {
  let found: StoreVerifier.Share
  let shard: VerifiedShard?
}

extension StoreVerifier {
  /// Checks all of a store or of a shard but its runs.
  fileprivate func verifyAll() throws -> Report { try report(of: [verifyShare()]) }
}

/// What is wrong with shards and runs: a line each, whatever finds it.
private struct Problems {
  private var found: [(run: String?, error: any Error)] = []

  mutating func add(_ error: any Error) { found.append((nil, error)) }

  mutating func add(_ error: any Error, of run: String) {
    if !found.contains(where: { $0.run == run }) { found.append((run, error)) }
  }

  /// The result of some work; `nil` if it failed, which is kept.
  mutating func catching<Result>(_ work: () throws -> Result) -> Result? {
    do { return try work() } catch {
      found.append((nil, error))
      return nil
    }
  }

  /// The report, where nothing is wrong.
  func report(of report: VerifyReport) throws -> VerifyReport {
    guard let last = found.last else { return report }
    for other in found.dropLast() { Program.tell(other.error) }
    throw last.error
  }
}
