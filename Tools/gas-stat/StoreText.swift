import GasBase
import GasRuns
import GasStore
import GasTool
import GasTrain

/// A store's statistics as a page of text.
struct StoreText {
  let text: String

  init(_ report: StoreReport, of store: Store, isVerbose: Bool) {
    let statistics = report.store
    text = [
      Self.graph(statistics), Self.partitions(statistics, isVerbose), Self.columns(statistics),
      Self.origin(statistics, report, store),
    ].joined(separator: "\n\n")
  }

  private static func graph(_ s: StoreStatistics) -> String {
    var lines = [
      "store        \(s.path.printable()), format \(s.formatVersion), \(Units.bytes(s.totalBytes))"
    ]
    if let shard = s.shard { lines.append("shard        \(Self.text(shard))") }
    lines += [
      "nodes        \(s.nodeCount) (\(s.degrees.isolatedNodeCount) without edges)",
      "edges        \(s.edgeCount) entries, \(s.directed ? "directed" : "undirected"), \(s.selfLoopCount) self-loops"
        + (s.weighted ? ", weighted" : "") + (s.edgeFeatures.map { ", \($0.width) features each" } ?? ""),
      "degrees      min \(s.degrees.min), median \(s.degrees.median), mean \(Units.decimals(s.degrees.mean, 1)),"
        + " 99 % \(s.degrees.percentile99), max \(s.degrees.max)",
    ]
    if let features = s.features {
      lines.append(
        "features     \(features.width) \(features.storage.rawValue), normalisation \(features.normalisation.printable())"
      )
    }
    if let labels = s.labels { lines.append("labels       \(Self.labels(labels, s))") }
    for (index, split) in s.splits.prefix(3).enumerated() {
      let parts = [
        ("train", split.train, split.unlabelledTrain), ("val", split.val, split.unlabelledVal),
        ("test", split.test, split.unlabelledTest),
      ]
      let texts = parts.map { "\($0) \($1)" + ($2 > 0 ? " (\($2) without a label)" : "") }
      lines.append("split \(index)      \(texts.joined(separator: ", "))")
    }
    if s.splits.count > 3 { lines.append("             … \(s.splits.count) splits in all") }
    return lines.textLines
  }

  private static func text(_ shard: ShardSummary) -> String {
    let partitions = "partitions \(shard.partitionStart) to \(shard.partitionEnd - 1)"
    return
      "\(shard.rank + 1) of \(shard.ranks), for rank \(shard.rank): \(partitions) with \(shard.nodeCount) nodes and"
      + " \(shard.edgeCount) entries, features of \(shard.ghostCount) others; \(Units.bytes(shard.diskBytes)) of disk"
  }

  /// The most columns of real values that are described.
  private static let mostColumns = 4

  private static func labels(_ labels: Manifest.Labels, _ s: StoreStatistics) -> String {
    let columns = (s.labelValues ?? []).prefix(mostColumns).map(\.text)
    return
      (["\(labels.classCount) \(labels.kind.rawValue)" + (labels.missing == true ? ", some missing" : "")] + columns)
      .joined(separator: "; ") + (labels.classCount > mostColumns && labels.kind == .values ? "; …" : "")
      + (s.sampleWeighted ? "; nodes have sample weights" : "")
  }

  private static func partitions(_ s: StoreStatistics, _ isVerbose: Bool) -> String {
    func spread(_ name: String, _ spread: StoreStatistics.Spread) -> [String] {
      [
        name, "\(spread.min)", "\(spread.median)", "\(spread.max)", Units.decimals(spread.mean, 1),
        Units.decimals(spread.imbalance, 2),
      ]
    }
    let table = TextTable(
      [
        ["", "min", "median", "max", "mean", "max/mean"], spread("nodes", s.partitions.nodes),
        spread("edges", s.partitions.edges), spread("halo rows", s.partitions.halo),
      ])
    return "partitions   \(s.partitions.count), \(Units.percent(s.partitions.innerEdgeRatio, 1)) of the edges inside,"
      + " \(s.partitions.haloRowCount) halo rows (\(Units.decimals(s.partitions.haloRowsPerNode, 2)) a node)\n\(table)"
      + (isVerbose ? "\nhalo         \(s.halo.text)" : "")
  }

  private static func columns(_ s: StoreStatistics) -> String {
    let rows = s.columns.map {
      [
        $0.name, $0.type, $0.shape.map(String.init).joined(separator: " × "), $0.encoding, Units.bytes($0.fileBytes),
        Units.decimals($0.compressionRatio, 2),
      ]
    }
    return "columns      \(Units.decimals(s.adjacencyBytesPerEdge, 2)) bytes of adjacency an entry, "
      + "\(Units.decimals(s.bitsPerEntry, 2)) bits of them for the neighbour\n"
      + "\(TextTable([["", "type", "shape", "encoding", "file", "ratio"]] + rows))"
  }

  private static func origin(_ s: StoreStatistics, _ report: StoreReport, _ store: Store) -> String {
    let p = s.provenance
    let notes = report.runNotes ?? []
    let order = "\(p.nodeOrder ?? "original") order"
    let lines =
      [
        "made by      \(p.tool) \(p.version) on \(p.date), partitioner \(p.partitioner), \(order), seed \(p.seed)",
        "command      \(p.command.joined(separator: " "))",
        "runs         \(runs(report.runs, report.runSizes, areKnown: notes.isEmpty))",
      ] + notes.map { "note         \($0)" }
      + [next(s.path, store, report.runs).map { "next         \($0)" }].compactMap { $0 }
    return lines.textLines
  }

  /// The command that goes on from here: training where nothing was trained yet, or what was.
  ///
  /// - Parameters:
  ///   - path: the store, or the folder of its shards.
  ///   - store: the store, or the first shard.
  ///   - runs: its runs.
  /// - Returns: the command; `nil` if nothing can be trained.
  static func next(_ path: String, _ store: Store, _ runs: [String]) -> String? {
    let apart = store.hasRunsApart ? ["--runs", store.runsPath] : []
    if runs.count > 1 { return CommandText.run(["list", path] + apart) }
    if let run = runs.first { return CommandText.stat([path] + store.runWords(run)) }
    let manifest = store.manifest
    guard manifest.features != nil, manifest.labels != nil, manifest.splitCount > 0 else { return nil }
    return CommandText.run("train", on: store, store.runWords("first"))
  }

  /// The runs, and what they hold of the disk.
  static func runs(_ names: [String], _ sizes: [RunFolder.Size], areKnown: Bool) -> String {
    guard !names.isEmpty else { return areKnown ? "none" : "not known" }
    let all = sizes.reduce(0) { $0 + $1.bytes }
    let histories = sizes.reduce(0) { $0 + $1.historyBytes }
    let sizes = Dictionary(sizes.map { ($0.run, $0) }) { first, _ in first }
    let names = names.map { name in
      sizes[name].map { "\(name) (\(Units.bytes($0.bytes)))" } ?? name
    }
    return names.joined(separator: ", ")
      + (histories > 0
        ? "; of \(Units.bytes(all)), \(Units.bytes(histories)) are histories, which gas-run clean frees" : "")
  }
}
