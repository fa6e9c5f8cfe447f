import GasBase
import GasRuns
import GasStore

/// What the graph is: its size, degrees, classes and partitions.
struct GraphSection {
  let graph: GraphFigures

  private var statistics: StoreStatistics { graph.statistics }

  var markup: Markup {
    .section(
      "graph", level: 2, "The graph",
      [
        .paragraph(sentence), Markup(others.map { Markup.paragraph($0) }),
        Markup("div", ["class": "figures"], [degreeChart, classChart].compactMap { $0?.figure }),
        noLabels,
        sizeTable.markup(id: "graph-sizes"), splitTable?.markup(id: "graph-split") ?? noSplit,
        .details("Partitions", [partitionTable.markup(id: "graph-partitions")]),
      ])
  }

  private var sentence: String {
    let degrees = statistics.degrees
    let edges =
      statistics.directed
      ? "\(PageText.plural(statistics.edgeCount, "directed edge"))"
      : "\(PageText.plural((statistics.edgeCount + statistics.selfLoopCount) / 2, "undirected edge"))"
    return
      "\(PageText.plural(statistics.nodeCount, "node")) and \(edges). A node has \(PageText.number(degrees.mean)) neighbours on average; "
      + "half of the nodes have at most \(PageText.count(degrees.median)), 99 of 100 at most \(PageText.count(degrees.percentile99)), and one has \(PageText.count(degrees.max)). "
      + (degrees.isolatedNodeCount == 0
        ? "No node is without neighbours."
        : "\(PageText.plural(degrees.isolatedNodeCount, "node")) (\(PageText.percent(share(degrees.isolatedNodeCount))))"
          + (degrees.isolatedNodeCount == 1 ? " has none." : " have none."))
  }

  /// What is said of the stores that the nodes of a part come from instead of this one.
  private var others: [String] {
    graph.others.map { other in
      "The \(other.part.noun) nodes\(graph.countedRun.map { " of run \($0)" } ?? "") are those of another store, \(other.path): "
        + "\(PageText.plural(other.nodeCount, "node")) and \(PageText.count(other.entryCount)) adjacency entries. The "
        + "labelled \(other.part.noun) nodes of each class are counted there; all other numbers of this section are of this store."
    }
  }

  private func share(_ count: Int) -> Double { Double(count) / Double(max(1, statistics.nodeCount)) }

  // MARK: Degrees

  private var degreeChart: Chart? {
    let octaves = statistics.degrees.octaves
    guard !octaves.isEmpty else { return nil }
    func range(_ from: Int) -> String { from == 1 ? "1" : "\(PageText.count(from)) to \(PageText.count(2 * from - 1))" }
    let columns = octaves.map { (from: Double($0.from), to: Double(2 * $0.from), height: Double($0.nodeCount)) }
    let most = octaves.max { $0.nodeCount < $1.nodeCount }
    return ColumnChart(
      id: "degrees", title: "Nodes by degree, both axes logarithmic",
      description:
        "Most nodes, \(PageText.count(most?.nodeCount ?? 0)), have a degree of \(range(most?.from ?? 1)); the largest degree is \(PageText.count(statistics.degrees.max)).",
      x: Self.octaveAxis(octaves.count),
      y: Axis("nodes", columns.map(\.height) + [1], scale: .logarithmic, .count),
      columns: columns,
      table: DataTable(
        "nodes by degree", ["degree", "nodes", "share"],
        (statistics.degrees.isolatedNodeCount > 0 ? [(0, statistics.degrees.isolatedNodeCount)] : []).map(row)
          + octaves.map {
            [
              .text(range($0.from)), .count($0.nodeCount),
              .number(share($0.nodeCount), PageText.percent(share($0.nodeCount))),
            ]
          }),
      note: statistics.degrees.isolatedNodeCount > 0 ? "Without the nodes that have no neighbour." : nil
    ).chart
  }

  private func row(_ degree: Int, _ count: Int) -> [DataTable.Cell] {
    [.text("\(degree)"), .count(count), .number(share(count), PageText.percent(share(count)))]
  }

  /// Powers of two, as many marks as there is room for.
  private static func octaveAxis(_ count: Int) -> Axis {
    let step = (count + 7) / 8
    let ticks = stride(from: 0, through: count, by: step).map { Double(1 << $0) }
    return Axis("degree", ticks: ticks, between: 1, and: Double(1 << count), text: PageText.short)
  }

  // MARK: Classes

  private var noLabels: Markup {
    guard graph.classCount > 0, !graph.classes.contains(where: { $0.all > 0 }) else { return .nothing }
    return .paragraph(
      graph.labelledCount > 0
        ? "Labels are known of \(PageText.plural(graph.labelledCount, "node")), and no label applies to any of them."
        : "No node has a \(graph.kind == .multi ? "label" : "class") that is known.", class: "missing")
  }

  /// Labelled nodes of the parts that have any; `nil` where none has.
  private var classChart: Chart? {
    let thing = graph.kind == .multi ? "label" : "class"
    let all = graph.classes + (graph.rest.map { [$0] } ?? [])
    guard all.contains(where: { $0.all > 0 }) else { return nil }
    // Nodes in no part are the whole of a store without splits, and a part like the others where there are some.
    let hasSplit = !statistics.splits.isEmpty
    let counts: [(name: String, of: (GraphFigures.ClassCount) -> Int)] =
      (hasSplit ? [("training", \.train), ("validation", \.val), ("test", \.test)] : [])
      + (all.contains { $0.outside > 0 } ? [(hasSplit ? "no part" : "labelled", \.outside)] : [])
    let rows = graph.classes.map { entry in
      BarChart.Row(
        name: entry.name, lengths: counts.map { Double($0.of(entry)) }, text: PageText.count(entry.all))
    }
    return BarChart(
      id: "class-counts", title: "Labelled nodes of each \(thing)",
      description: "The most frequent \(thing), “\(all[0].name)”, has \(PageText.plural(all[0].all, "labelled node")).",
      parts: counts.map(\.name), rows: rows,
      table: DataTable(
        "labelled nodes of each \(thing) and part", [thing] + counts.map(\.name),
        all.map { entry in [.text(entry.name)] + counts.map { .count($0.of(entry)) } }),
      note: graph.rest.map { others in
        "The \(graph.classes.count) most frequent of \(graph.classCount); the others have "
          + "\(PageText.plural(others.all, "labelled node")) together."
      }
    ).chart
  }

  // MARK: Tables

  private var sizeTable: DataTable {
    let features = statistics.features.map { features in
      "\(PageText.count(features.width)) a node, \(features.storage.rawValue)"
        + (features.normalisation == "none" ? "" : ", normalised: \(features.normalisation)")
    }
    let labels = statistics.labels.map { labels in
      switch labels.kind {
      case .single: labels.classCount == 1 ? "1 class" : "one of \(PageText.count(labels.classCount)) classes"
      case .multi: labels.classCount == 1 ? "1 label" : "any of \(PageText.count(labels.classCount)) labels"
      case .values: PageText.plural(labels.classCount, "real value")
      }
    }
    return DataTable(
      "what the store holds", ["what", "how much"],
      [
        [.text("nodes"), .count(statistics.nodeCount)],
        [.text("adjacency entries (an undirected edge makes two)"), .count(statistics.edgeCount)],
        [.text("self-loops"), .count(statistics.selfLoopCount)],
        [.text("features"), features.map { .text($0) } ?? .missing],
        [.text("edge values"), .text(edgeValues)], [.text("labels"), labels.map { .text($0) } ?? .missing],
        [.text("size on disk"), .number(Double(statistics.totalBytes), Units.bytes(statistics.totalBytes))],
      ])
  }

  private var edgeValues: String {
    let values =
      (statistics.weighted ? ["a weight"] : [])
      + (statistics.edgeFeatures.map { ["\($0.width) features"] } ?? [])
    return values.isEmpty ? "none" : PageText.list(values)
  }

  private var noSplit: Markup {
    .paragraph("The store has no split into training, validation and test nodes.", class: "missing")
  }

  private var splitTable: DataTable? {
    guard graph.split < statistics.splits.count else { return nil }
    let split = statistics.splits[graph.split]
    let rows = [
      ("training", split.train, split.unlabelledTrain), ("validation", split.val, split.unlabelledVal),
      ("test", split.test, split.unlabelledTest),
    ].map { name, all, unlabelled -> [DataTable.Cell] in
      [.text(name), .count(all), .count(all - unlabelled), .count(unlabelled)]
    }
    return DataTable(
      "split \(graph.split)" + (statistics.splits.count > 1 ? " of \(statistics.splits.count)" : ""),
      ["part", "nodes", "with a label", "without"], rows,
      note: graph.others.isEmpty
        ? nil : "Of this store; scores are not of its \(PageText.list(graph.others.map(\.part.noun))) nodes.")
  }

  private var partitionTable: DataTable {
    let partitions = statistics.partitions
    func row(_ name: String, _ spread: StoreStatistics.Spread) -> [DataTable.Cell] {
      [
        .text(name), .count(spread.min), .count(spread.median), .count(spread.max),
        .number(spread.mean, PageText.number(spread.mean, 4)),
      ]
    }
    return DataTable(
      PageText.plural(partitions.count, "partition") + ": what each of them has",
      ["of a partition", "least", "median", "most", "mean"],
      [row("nodes", partitions.nodes), row("adjacency entries", partitions.edges), row("halo rows", partitions.halo)],
      note:
        "\(PageText.percent(partitions.innerEdgeRatio)) of the entries lie within a partition. An epoch with one partition in a batch reads "
        + "\(PageText.number(partitions.haloRowsPerNode)) halo rows a node. Partitioner: \(statistics.provenance.partitioner)."
    )
  }
}
