import GasBase
import GasRuns
import GasStore

/// A shard that was checked.
struct VerifiedShard: Codable {
  let rank: Int
  /// The machine that has it, where each rank checks its own; absent in one process.
  let host: String?
  let columnCount: Int
  let byteCount: Int
  let partitionCount: Int

  init(_ store: Store, _ report: StoreVerifier.Report, on host: String? = nil) {
    (rank, self.host) = (store.manifest.shard?.rank ?? 0, host)
    (columnCount, byteCount, partitionCount) = (report.columnCount, report.byteCount, report.partitionCount)
  }
}

/// The result of `gas-stat verify STORE --json`: the keys of both reports in one object.
struct VerifyReport: Encodable {
  /// Of a folder of shards, the sum over them.
  var store: StoreVerifier.Report
  var runs = RunVerifier.Report()
  /// The shards of a folder; `nil` for a store.
  let shards: [VerifiedShard]?
  /// The ranks whose shards are not in the folder; `nil` for a store.
  let missing: [Int]?

  init(store: StoreVerifier.Report) { (self.store, shards, missing) = (store, nil, nil) }

  /// - Parameters:
  ///   - shards: those that were checked.
  ///   - ranks: for how many ranks the store was cut.
  init(shards: [VerifiedShard], of ranks: Int) {
    self.shards = shards
    missing = ShardFolder.missing(of: ranks, besides: shards.map(\.rank))
    store = StoreVerifier.Report()
    for shard in shards {
      store.columnCount += shard.columnCount
      store.byteCount += shard.byteCount
      store.partitionCount += shard.partitionCount
    }
  }

  private enum CodingKeys: CodingKey {
    case shards, missing
  }

  func encode(to encoder: any Encoder) throws {
    try store.encode(to: encoder)
    try runs.encode(to: encoder)
    var container = encoder.container(keyedBy: CodingKeys.self)
    try container.encodeIfPresent(shards, forKey: .shards)
    try container.encodeIfPresent(missing, forKey: .missing)
  }

  /// Lines for people.
  func text(of path: String) -> String {
    let count = shards.map { Units.plural($0.count, "shard") + ", " } ?? ""
    var lines = [
      "\(path.printable()): \(count)\(Units.plural(store.columnCount, "column")) (\(Units.bytes(store.byteCount))), "
        + "\(Units.plural(store.partitionCount, "partition")), \(Units.plural(runs.runCount, "run")) "
        + "and \(Units.plural(store.runFileCount, "history file")) are as they should be"
    ]
    if let missing, !missing.isEmpty { lines[0] += ShardFolder.absence(of: missing) }
    if store.leftoverCount > 0 {
      lines.append(
        "left by interrupted programs: \(store.leftoverCount) files or folders, "
          + "\(Units.bytes(store.leftoverBytes)); gas-stat clean removes them")
    }
    return (lines + runs.notes.map { "note: \($0)" }).joined(separator: "\n")
  }
}
