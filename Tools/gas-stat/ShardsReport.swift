import GasBase
import GasRuns
import GasStore
import GasTool

/// The result of `gas-stat SHARDS --json`.
struct ShardsReport: Encodable {
  let path: String
  /// The checksum in the manifest of the whole store.
  let source: String
  /// For how many ranks the store was cut.
  let ranks: Int
  /// Of the whole store.
  let nodeCount: Int
  let edgeCount: Int
  let partitionCount: Int
  let shards: [SeenShard]
  let runs: [String]
  let runSizes: [RunFolder.Size]
  let runNotes: [String]?

  init(_ path: String, _ shards: [SeenShard], _ first: Store) {
    let seen = RunsSeen(first)
    (self.path, self.shards) = (path, shards)
    source = first.manifest.wholeChecksum
    ranks = first.manifest.shard?.ranks ?? 1
    (nodeCount, edgeCount, partitionCount) = (first.nodeCount, first.manifest.edgeCount, first.partitions.count)
    (runs, runSizes) = (seen.names, seen.sizes)
    runNotes = seen.notes.isEmpty ? nil : seen.notes
  }

  /// The ranks whose shards were not found.
  var missing: [Int] { ShardFolder.missing(of: ranks, besides: shards.map(\.shard.rank)) }
}

/// The shards of a store as a page of text.
struct ShardsText {
  let text: String

  init(_ report: ShardsReport, _ first: Store, isVerbose: Bool) {
    let (shards, missing) = (report.shards, report.missing)
    let count = missing.isEmpty ? "all \(report.ranks)" : "\(shards.count) of \(report.ranks)"
    let absent = missing.isEmpty ? "" : ShardFolder.absence(of: missing)
    let disk = shards.reduce(0) { $0 + $1.shard.diskBytes }
    let hasHosts = shards.contains { $0.host != nil }
    let rows = shards.map { ShardRows.cells(of: $0.shard) + (hasHosts ? [$0.host ?? ""] : []) }
    var lines = [
      "shards       \(report.path.printable()): \(count), \(Units.bytes(disk)) of disk\(absent)",
      "cut from     \(Units.plural(report.nodeCount, "node")), \(report.edgeCount) entries,"
        + " \(Units.plural(report.partitionCount, "partition"))",
    ]
    let table = TextTable([ShardRows.head + (hasHosts ? ["host"] : [])] + rows)
    lines += table.description.split(separator: "\n").map(String.init)
    if isVerbose {
      lines += shards.map { "halo         \(ShardFolder.name(of: $0.shard.rank)): \($0.halo.text)" }
    }
    let runs = StoreText.runs(report.runs, report.runSizes, areKnown: report.runNotes == nil)
    lines.append("runs         \(runs)")
    lines += (report.runNotes ?? []).map { "note         \($0)" }
    if missing.isEmpty, let next = StoreText.next(report.path, first, report.runs) {
      lines.append("next         \(next)")
    }
    text = lines.textLines
  }
}
