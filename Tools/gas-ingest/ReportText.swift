import GasBase
import GasIngest
import GasTool

/// The report of an ingest, as text for people.
struct ReportText {
  let text: String

  /// - Parameters:
  ///   - report: what was made.
  ///   - isVerbose: whether it is shown how rows lie on the disk, and what took how long.
  init(_ report: IngestReport, isVerbose: Bool) {
    text = [
      Self.graph(report), Self.partitions(report, isVerbose), Self.time(report, isVerbose) + "\n" + Self.next(report),
    ].joined(separator: "\n\n")
  }

  /// The command that goes on from here: training, where there is something to learn.
  private static func next(_ r: IngestReport) -> String {
    let isTrainable = r.featureWidth != nil && r.classCount != nil && !r.splits.isEmpty
    let words = isTrainable ? ["gas-run", "train", r.store, "--run", "first"] : ["gas-stat", r.store]
    return "next         " + ShellText.command(words)
  }

  private static func graph(_ r: IngestReport) -> String {
    var lines = [
      "store        \(r.store.printable()), \(Units.bytes(r.storeBytes))",
      "nodes        \(r.nodes) (\(r.edges.isolatedNodes) without edges)",
      "edges        \(r.edges.read) read, \(r.edges.kept) kept, \(r.edges.duplicates) duplicates"
        + (r.isDirected ? ", directed" : ", undirected") + (r.isWeighted ? ", weighted" : "")
        + (r.edgeFeatureWidth.map { ", \($0) features each" } ?? ""),
      Self.conflicts(r),
      "self-loops   \(r.edges.selfLoopsRead) read, \(r.edges.selfLoopsDropped) dropped, \(r.edges.selfLoopsAdded) added",
      "entries      \(r.edges.entries), of which \(r.cutEntries) (\(share(r.cutEntries, r.edges.entries))) are cut; "
        + "\(Units.decimals(r.bitsPerEntry, 2)) bits each",
    ]
    if let width = r.featureWidth {
      lines.append("features     \(width), \(r.areFeaturesSparse == true ? "sparse" : "dense")")
    }
    if let tables = r.tables { lines += TableText(tables).lines }
    if r.classCount != nil { lines.append("labels       \(LabelText(r).text)") }
    if let weights = r.sampleWeights {
      lines.append("weights      of labelled \(r.splits.isEmpty ? "" : "training ")nodes: \(weights.text)")
    }
    for (index, split) in r.splits.prefix(3).enumerated() {
      let parts = [
        ("train", split.train, split.unlabelledTrain), ("val", split.validation, split.unlabelledValidation),
        ("test", split.test, split.unlabelledTest),
      ]
      let texts = parts.map { "\($0) \($1)" + ($2 > 0 ? " (\($2) without a label)" : "") }
      lines.append("split \(index)      \(texts.joined(separator: ", "))")
    }
    if r.splits.count > 3 { lines.append("             … \(r.splits.count) splits in all") }
    if r.commentLines > 0 {
      lines.append("comments     \(r.commentLines == 1 ? "1 line" : "\(r.commentLines) lines") skipped")
    }
    lines += r.notes.map { "note         \($0.printable())" }
    return lines.filter { !$0.isEmpty }.textLines
  }

  /// A line about edges with several weights, if there are any.
  private static func conflicts(_ r: IngestReport) -> String {
    guard r.edges.conflicting > 0 else { return "" }
    let done =
      switch r.duplicates {
      case .first:
        "the first was kept; --\(r.tables == nil ? "duplicates" : "merge") sum, max, min or mean takes all"
      case .sum: "they were added up"
      case .max: "the largest was kept"
      case .min: "the smallest was kept"
      case .mean: "their mean was taken"
      }
    let directions = r.isDirected ? "" : " (u v and v u are one edge)"
    let edges = r.edges.conflicting == 1 ? "1 edge" : "\(r.edges.conflicting) edges"
    return "weights      \(edges) came with different weights\(directions): \(done)"
  }

  private static func partitions(_ r: IngestReport, _ isVerbose: Bool) -> String {
    func spread(_ name: String, _ values: [Int]) -> [String] {
      let sorted = values.sorted()
      return [name] + [sorted[0], sorted[sorted.count / 2], sorted[sorted.count - 1]].map(String.init)
    }
    let table = TextTable([
      ["", "min", "median", "max"], spread("nodes", r.partitions.map(\.nodes)),
      spread("entries", r.partitions.map(\.entries)), spread("halo rows", r.partitions.map(\.haloRows)),
    ])
    let perNode = Units.decimals(Double(r.haloRows) / Double(r.nodes), 2)
    let empty = r.emptyPartitionsRemoved == 0 ? "" : " (\(r.emptyPartitionsRemoved) came out empty and were left out)"
    let reason = r.partitionerReason.map { "             \($0.printable())\n" } ?? ""
    return
      "partitions   \(r.partitions.count) by \(r.partitioner.printable())\(empty), \(r.haloRows) halo rows (\(perNode) a node)\n"
      + "\(reason)\(table)" + (isVerbose ? "\nhalo         \(r.halo.text); nodes in \(r.nodeOrder) order" : "")
  }

  private static func time(_ r: IngestReport, _ isVerbose: Bool) -> String {
    let rows = r.phases.map { [$0.name, Units.seconds($0.seconds)] }
    return "time         \(Units.seconds(r.seconds))" + (isVerbose ? "\n\(TextTable(rows))" : "")
  }

  private static func share(_ part: Int, _ whole: Int) -> String {
    Units.percent(Double(part) / Double(max(1, whole)), 1)
  }
}
